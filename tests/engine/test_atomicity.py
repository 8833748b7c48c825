"""A rule is all or nothing: one effect that fails takes the others with it, whatever they are."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from sandbox.engine.achievements.progress import AchievementFacts
from sandbox.engine.definitions import Attribute, Audience, CustomEffect, GiveawayPool, Webhook
from sandbox.engine.evaluation import Evaluation
from sandbox.engine.model import Cost
from sandbox.rules.model import LimitAction
from tests.engine import builders
from tests.engine.achievements import builders as achievements
from tests.engine.builders import (
    NOW,
    block,
    by_category,
    campaign,
    coupon,
    discount,
    item,
    limit,
    notify,
    profile,
    rule,
)
from tests.engine.loyalty import builders as loyalty
from tests.engine.test_audiences import update
from tests.engine.test_giveaways import award, codes

SHIPPING = {"type": "additionalCost", "additionalCost": {"id": 1, "name": "shipping"}}
HATS = {"type": "selector", "name": "hats"}
PROGRAM = {"programId": 5, "subLedgerId": ""}
CODE = {"campaignId": 1, "storeInSession": True}


def set_attribute(entity: str, **target: Any) -> dict[str, Any]:
    attribute = {"id": 1, "entity": entity, "name": "Note", "type": "string"}
    fields = {"operator": "setTo", "attribute": attribute, "value": "x", "target": target}
    return block("updateAttributeValue", **fields)


EFFECTS = {
    "a session discount": discount(5),
    "item discounts": discount(1, target={"type": "allItems"}),
    "shares": discount(7, target={**HATS, "prorated": True}),
    "bundle discounts": discount(2, target={"type": "bundle", "name": "pair", "prorated": True}),
    "a cost discount": discount(2, target={**SHIPPING, "target": {"type": "cart"}}),
    "item cost discounts": discount(1, target={**SHIPPING, "target": {"type": "allItems"}}),
    "free items": block("awardItem", sku="X", name="x", quantity="2"),
    "a giveaway": award(),
    "a coupon": block("createCoupon", recipientId="", **CODE),
    "a referral": block("createReferral", friendId="", **CODE),
    "a reservation": block("reserveCoupon"),
    "a profile's attribute": set_attribute("CustomerProfile", type="profile"),
    "a coupon's attribute": set_attribute("Coupon", type="coupon"),
    "attributes of items": set_attribute("CartItem", **HATS),
    "an audience": update("add"),
    "progress": achievements.increase(1),
    "a notification": notify("x"),
    "a webhook": block("triggerWebhook", webhook={"id": 1, "title": "w"}),
    "a custom effect": block(
        "triggerCustomEffect", customEffect={"id": 1, "name": "c", "title": "c"}, target=HATS
    ),
    "points": loyalty.add(500),
    "points for items": loyalty.add(1, target={"type": "allItems"}),
    "points to pay": loyalty.deduct(3),
    "a later expiry": block("x-extendLoyaltyPointsExpiryDate", **PROGRAM, extensionDuration="1M"),
    "an expiry": block(
        "x-setLoyaltyPointsExpiryDate", **PROGRAM, newExpiryDate="2027-01-01T00:00:00Z"
    ),
}
FAILING = discount(0)


def evaluate(*blocks: Any, **fields: Any) -> Evaluation:
    """Close a session that has everything, in a campaign with a budget on every action."""
    units = [
        item(
            "hat",
            10,
            quantity=4,
            category="hat",
            additional_costs={"shipping": Cost(price=Decimal(2))},
        )
    ]
    hats = by_category("hats", "hat")
    pair = {"name": "pair", "lists": [{"selector": "hats", "count": 2}]}
    points = loyalty.addition(50, expiry_date=NOW + timedelta(days=9))
    entities: tuple[Any, ...] = ("CustomerProfile", "Coupon", "CartItem")
    return builders.run(
        campaign(
            rule(*blocks),
            selectors=[hats],
            bundles=[pair],
            limits=[limit(action, 1000, "Profile") for action in get_args(LimitAction)],
        ),
        items=units,
        additional_costs={"shipping": 4},
        coupons=[coupon(discount_limit=Decimal(900))],
        who=profile(),
        attributes=[Attribute(entity=e, name="Note", type="string") for e in entities],
        programs=[loyalty.settings(tiers=loyalty.TIERS)],
        loyalty=loyalty.facts(points),
        achievements=[achievements.settings()],
        progress=AchievementFacts((), 42),
        define={
            "audiences": [Audience(id=9, name="VIP")],
            "giveaway_pools": [GiveawayPool(id=2, name="Cinema")],
            "webhooks": [Webhook(id=1, title="w")],
            "custom_effects": [CustomEffect(id=1, name="c", title="c", payload="{}")],
        },
        facts={"giveaways": {2: codes("A")}},
        closing=True,
        **fields,
    )


def given(evaluation: Evaluation) -> list[str]:
    return [e.effect_type for e in evaluation.effects if e.effect_type != "rejectCoupon"]


@pytest.mark.parametrize("name", EFFECTS)
def test_an_effect_that_fails_takes_those_before_it_with_it(name):
    assert given(evaluate(EFFECTS[name]))
    failed = evaluate(EFFECTS[name], FAILING)
    assert given(failed) == []
    assert failed.changes == evaluate(FAILING).changes
    assert failed.points == {}


@pytest.mark.parametrize("cascading", [False, True])
def test_all_effects_stand_together_and_fall_together(cascading):
    settings = {"enable_cascading_discounts": cascading}
    assert len(set(given(evaluate(*EFFECTS.values(), settings=settings)))) > 15
    failed = evaluate(*EFFECTS.values(), FAILING, settings=settings)
    assert (given(failed), failed.points) == ([], {})
    assert failed.changes == evaluate(FAILING, settings=settings).changes
