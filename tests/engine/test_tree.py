"""Groups that decide per cart item, experiments, and campaigns that sleep."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.changes import CountBudget, CountCoupon
from sandbox.engine.compile import compile_application
from sandbox.engine.definitions import (
    Application,
    CampaignGroup,
    CampaignLeaf,
    CustomEffect,
    Definition,
    Experiment,
    ValueMap,
    Variant,
    Webhook,
)
from sandbox.engine.model import Cost, VariantAllocation
from tests.engine.builders import (
    block,
    by_category,
    campaign,
    cart,
    check,
    coupon,
    discount,
    group,
    item,
    kinds,
    limit,
    notify,
    profile,
    rejection,
    rule,
    run,
    values,
)

ALL = {"type": "allItems"}


def per_item(mode: Any, *members: Any) -> CampaignGroup:
    elements = [CampaignLeaf(campaign_id=m) if isinstance(m, int) else m for m in members]
    group = CampaignGroup(
        elements=elements, group_id=2, evaluation_mode=mode, evaluation_scope="cartItem"
    )
    return CampaignGroup(elements=[group], group_id=1)


TEN_PERCENT = campaign(rule(discount("{{$Item.Price * 10%}}", "A", target=ALL)), id=1)
SIX = campaign(rule(discount(6, "B", target=ALL)), id=2)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("highestDiscount", [(1, 10), (2, 6)]),
        ("lowestDiscount", [(1, 2), (2, 6)]),
        ("listOrder", [(1, 2), (1, 10)]),
    ],
)
def test_each_item_goes_to_one_campaign(mode, expected):
    evaluation = run(TEN_PERCENT, SIX, items=cart(100, 20), tree=per_item(mode, 1, 2))
    assert sorted((e.campaign_id, e.props["value"]) for e in evaluation.effects) == expected


def test_a_campaign_that_wins_no_item_loses_its_code():
    loser = campaign(rule(block("checkCoupon", redeem=True), discount(1, target=ALL)), id=1)
    evaluation = run(
        loser, SIX, items=cart(100), coupons=[coupon()], tree=per_item("highestDiscount", 1, 2)
    )
    assert rejection(evaluation) == "CouponPartOfNotTriggeredCampaign"
    assert values(evaluation) == [6]


def test_only_what_an_item_winner_grants_is_counted_on_its_budget():
    ten = campaign(
        rule(discount("{{$Item.Price * 10%}}", target=ALL)),
        id=1,
        limits=[limit("setDiscount", 1000)],
    )
    evaluation = run(
        ten, SIX, items=cart(100, 20), tree=per_item("highestDiscount", 1, 2), closing=True
    )
    assert [c.amount for c in evaluation.changes if hasattr(c, "key")] == [10]


def test_shares_of_a_pro_rata_discount_on_lost_items_are_not_granted():
    spread = campaign(
        rule(discount(12, target=ALL | {"prorated": True})), id=1, limits=[limit("setDiscount", 99)]
    )
    evaluation = run(
        spread, SIX, items=cart(100, 20), tree=per_item("highestDiscount", 1, 2), closing=True
    )
    assert sorted(values(evaluation)) == [6, 10]
    assert [c.amount for c in evaluation.changes if hasattr(c, "key")] == [10]


def test_shares_on_lost_items_are_not_taken_from_the_value_of_the_code():
    code = block("checkCoupon", redeem=True)
    spread = campaign(rule(code, discount(12, target=ALL | {"prorated": True})), id=1)
    evaluation = run(
        spread,
        SIX,
        items=cart(100, 20),
        tree=per_item("highestDiscount", 1, 2),
        coupons=[coupon(discount_limit=Decimal(50))],
        closing=True,
    )
    assert [c.discount for c in evaluation.changes if isinstance(c, CountCoupon)] == [10]


def test_a_rule_that_fails_for_one_item_fails_for_those_that_its_campaign_won():
    rows = discount("{{$Item.AdditionalCosts.wrap}}", target=ALL)
    first = discount(1, target={"type": "selector", "name": "first"})
    take = {"type": "select", "operator": "many", "count": 1}
    only = {"name": "first", "source": "$Session.CartItems", "steps": [take]}
    wrapped = item(additional_costs={"wrap": Cost(price=Decimal(5))})
    evaluation = run(
        campaign(rule(rows), rule(first), selectors=[only]),
        items=[wrapped, item(position=1)],
        tree=per_item("highestDiscount", 1),
    )
    assert values(evaluation) == [1]


def test_the_trace_says_which_items_each_member_won():
    evaluation = run(
        TEN_PERCENT, SIX, items=cart(100, 20), tree=per_item("highestDiscount", 1, 2), record=True
    )
    assert evaluation.trace is not None
    (decided,) = evaluation.trace.groups
    assert [(m.campaign_ids, m.discount, m.units) for m in decided.members] == [
        ([1], Decimal(12), [[0, 0]]),
        ([2], Decimal(12), [[1, 0]]),
    ]
    assert decided.decisions == ["E11"]


def test_a_group_in_a_group_per_item_is_traced_once():
    best = group("highestDiscount", 1, 2)
    small = campaign(rule(discount(1, target=ALL)), id=3)
    evaluation = run(
        TEN_PERCENT, SIX, small, items=cart(100), tree=per_item("listOrder", best, 3), record=True
    )
    assert evaluation.trace is not None
    assert sorted(decided.group_id for decided in evaluation.trace.groups) == [2, 7]


def experiment(external: bool = False, weights: tuple[int, ...] = (50, 50)) -> Experiment:
    variants = [
        Variant(
            id=number,
            weight=Decimal(weight),
            ruleset={"id": number, "promotionRules": [rule(discount(number))]},
        )
        for number, weight in enumerate(weights, 1)
    ]
    return Experiment(
        id=5, campaign_id=1, is_variant_assignment_external=external, variants=variants
    )


def shown(who: str, trial: Experiment, **fields: Any) -> list[Decimal]:
    evaluation = run(
        campaign(), who=profile(who) if who else None, define={"experiments": [trial]}, **fields
    )
    assert all(effect.experiment_id == 5 for effect in evaluation.effects)
    return values(evaluation)


def test_a_profile_always_sees_the_same_variant_and_weights_are_kept():
    seen = Counter(
        shown(f"cust-{number}", experiment(weights=(30, 70)))[0] for number in range(300)
    )
    again = Counter(
        shown(f"cust-{number}", experiment(weights=(30, 70)))[0] for number in range(300)
    )
    assert seen == again
    assert 60 <= seen[Decimal(1)] <= 120


def test_an_external_allocation_is_what_the_session_says():
    allocation = [VariantAllocation(experiment_id=5, variant_id=2)]
    trial = experiment(external=True)
    assert shown("cust-1", trial, experiment_variant_allocations=allocation) == [2]
    assert shown("cust-1", trial) == []


def test_an_anonymous_session_takes_no_part_in_an_experiment():
    assert shown("", experiment()) == []


def test_a_campaign_that_waits_for_a_code_is_not_run_without_one():
    waiting = campaign(rule(block("checkCoupon", redeem=True), discount(1)), id=1)
    evaluation = run(waiting, campaign(rule(discount(2)), id=2))
    assert [result.campaign.definition.id for result in evaluation.campaigns] == [2]
    assert [failure.condition_index for failure in evaluation.failures()] == [0]
    assert [entry.campaign_id for entry in evaluation.eligibility()] == [1, 2]


def test_a_failure_effect_keeps_a_campaign_awake():
    failing = block("checkCoupon", redeem=True, onFailure=[notify("no code")])
    assert kinds(run(campaign(rule(failing, discount(1))))) == ["showNotification"]


def test_a_code_wakes_its_campaign_in_its_place():
    codes = [campaign(rule(block("checkCoupon", redeem=True), discount(n)), id=n) for n in (1, 3)]
    evaluation = run(
        codes[0], campaign(rule(discount(2)), id=2), codes[1], coupons=[coupon(campaign_id=3)]
    )
    assert values(evaluation) == [2, 3]


def test_the_recording_form_runs_every_campaign():
    waiting = campaign(rule(block("checkCoupon", redeem=True), discount(1)), id=1)
    evaluation = run(waiting, record=True)
    assert evaluation.trace is not None
    assert [c.outcome for c in evaluation.trace.campaigns] == ["notTriggered"]


def test_a_value_map_keeps_its_items_and_gives_their_values():
    mapped = {
        "name": "mapped",
        "source": "$Session.CartItems",
        "steps": [{"type": "filterAndMapValues", "valueMap": {"id": 8}}],
    }
    target = {"type": "selector", "name": "mapped"}
    evaluation = run(
        campaign(rule(discount("{{$Item.MappedValue}}", target=target)), selectors=[mapped]),
        items=[item("A", 10), item("B", 20, position=1)],
        define={"value_maps": [ValueMap(id=8, items={"B": Decimal("2.5")})]},
    )
    assert [(e.props["position"], e.props["value"]) for e in evaluation.effects] == [
        (1, Decimal("2.5"))
    ]


def test_every_campaign_can_use_the_filters_of_the_application():
    shirts = by_category("shirts", "shirt") | {"id": 1}
    evaluation = run(
        campaign(rule(discount(1, target={"type": "globalFilter", "name": "shirts"}))),
        items=[item(category="hat"), item(position=1, category="shirt")],
        define={"cart_item_filters": [shirts]},
    )
    assert [effect.props["position"] for effect in evaluation.effects] == [1]


@pytest.mark.parametrize(
    ("webhooks", "count"),
    [([Webhook(id=7, title="hook")], 1), ([Webhook(id=7, enabled=False)], 0), ([], 0)],
)
def test_a_webhook_is_reported_when_it_is_enabled(webhooks, count):
    hook = block("triggerWebhook", webhook={"id": 7, "title": "hook"}, params={"a": "1"})
    evaluation = run(campaign(rule(hook)), define={"webhooks": webhooks})
    assert kinds(evaluation) == ["triggerWebhook"] * count


def test_the_budget_on_webhooks_counts_them():
    hook = block("triggerWebhook", webhook={"id": 7, "title": "hook"}, params={})
    evaluation = run(
        campaign(rule(hook), rule(hook), limits=[limit("callApi", 1)]),
        define={"webhooks": [Webhook(id=7)]},
    )
    assert len(evaluation.effects) == 1


def test_a_condition_between_two_values_names_its_decision_at_an_end():
    between = check("$Session.Total", "between", min=50, max=100)
    evaluation = run(campaign(rule(between)), items=cart(100), record=True)
    assert evaluation.trace is not None
    (seen,) = evaluation.trace.campaigns[0].runs[0].rules[0].conditions
    assert seen.decisions == ["F6"]


def test_only_campaigns_that_changed_are_compiled_again():
    same, changed = campaign(rule(discount(1)), id=1), campaign(rule(discount(2)), id=2)
    before = compile_application(Definition(application=Application(), campaigns=[same, changed]))
    edited = campaign(rule(discount(3)), id=2)
    after = compile_application(
        Definition(application=Application(), campaigns=[edited, same]), previous=before
    )
    assert after.campaigns[1].rules is before.campaigns[1].rules
    assert after.campaigns[2].rules is not before.campaigns[2].rules
    assert [after.campaigns[id].place for id in (1, 2)] == [1, 0]


def test_everything_is_compiled_again_when_what_campaigns_share_changes():
    same = campaign(rule(discount(1)), id=1)
    before = compile_application(Definition(application=Application(), campaigns=[same]))
    cascading = Application(enable_cascading_discounts=True)
    after = compile_application(
        Definition(application=cascading, campaigns=[same]), previous=before
    )
    assert after.campaigns[1].rules is not before.campaigns[1].rules


@pytest.mark.parametrize("record", [False, True])
def test_a_rule_that_looks_at_discounts_before_its_code_fails_as_it_would_awake(record):
    """The first campaign's discount decides which condition of the second fails."""
    dear = check("$Session.Total", "greaterThan", value="{{$Session.DiscountedTotal}}")
    second = campaign(rule(dear, block("checkCoupon", redeem=True), discount(1)), id=2)
    evaluation = run(
        campaign(rule(discount(5))),
        second,
        settings={"enable_cascading_discounts": True},
        record=record,
    )
    (failure,) = evaluation.failures()
    assert failure.condition_index == 1


@pytest.mark.parametrize("mode", ["highestDiscount", "lowestDiscount"])
def test_what_a_failure_effect_counts_stays_counted_in_a_group_that_compares(mode: Any):
    effect = {"id": 1, "name": "greet"}
    greet = block("triggerCustomEffect", customEffect=effect, target={"type": "cart"})
    never = check("$Session.Total", "greaterThan", value=1000, onFailure=[greet])
    found = run(
        campaign(rule(never, discount(5)), limits=[limit("customEffect", 5)]),
        tree=group(mode, 1),
        closing=True,
        define={"custom_effects": [CustomEffect(id=1, name="greet", payload="{}")]},
    )
    assert kinds(found) == ["customEffect"]
    assert [change.key.action for change in found.changes if isinstance(change, CountBudget)] == [
        "customEffect"
    ]
