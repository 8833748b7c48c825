"""Generated effects. A new type of block is one function and its entry in `EFFECTS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.engine.builders import block
from tests.engine.strategies import values as words
from tests.engine.strategies.names import ITEM, SESSION, amounts, formulas, titles

Block = dict[str, Any]

SELECTORS = ("list", "other", "anything", "shared")
BUNDLES = ("pair", "set")
SESSION_COSTS = [("shipping", 1), ("fee", 3)]
ITEM_COSTS = [("wrap", 2), ("fee", 3)]
# By id; the last one is not enabled, and another one does not exist.
CUSTOM_EFFECTS = {1: "greet", 2: "each", 3: "off"}
WEBHOOKS = {1: "call", 2: "off"}
GIVEAWAY_POOLS = {1: "tickets", 2: "empty"}

_selectors = st.sampled_from([*SELECTORS, "list", "list", "list"])
_bundles = st.sampled_from(BUNDLES)
_kinds_of_items = st.sampled_from(["allItems", "selector", "selector", "globalFilter"])
_partial = st.sampled_from([None, True, False])
_skus = st.sampled_from(words.SKUS)
_places = st.integers(0, 2)
_item_numbers = ITEM.giving("number")


@words.composite
def items_targets(draw: st.DrawFn) -> Block:
    """Return all items or those of a selector."""
    target: Block = {"prorated": draw(words.sometimes)}
    match draw(_kinds_of_items):
        case "selector":
            return target | {"type": "selector", "name": draw(_selectors)}
        case "globalFilter":
            return target | {"type": "globalFilter", "name": "shared"}
    return target | {"type": "allItems"}


_chosen = st.sampled_from([None, "byIndex", "byAttribute", None])
_directions = st.sampled_from(["highest", "lowest"])


@words.composite
def bundle_targets(draw: st.DrawFn) -> Block:
    target: Block = {"type": "bundle", "name": draw(_bundles), "prorated": draw(words.either)}
    match draw(_chosen):
        case "byIndex":
            target["item"] = {"type": "byIndex", "value": draw(_places)}
        case "byAttribute":
            target["item"] = {
                "type": "byAttribute",
                "attribute": draw(_item_numbers),
                "direction": draw(_directions),
            }
    return target


_session_costs, _item_costs = st.sampled_from(SESSION_COSTS), st.sampled_from(ITEM_COSTS)


@words.composite
def cost_targets(draw: st.DrawFn) -> Block:
    of_session = draw(words.either)
    name, id_ = draw(_session_costs if of_session else _item_costs)
    inner = {"type": "cart"} if of_session else draw(items_targets())
    cost = {"id": id_, "name": name, "title": name}
    return {"type": "additionalCost", "additionalCost": cost, "target": inner}


_TARGETS = {
    "cart": st.just({"type": "cart"}),
    "items": items_targets(),
    "bundles": bundle_targets(),
    "costs": cost_targets(),
}
_targets = st.sampled_from(["cart", "items", "items", "bundles", "costs"])
_targets_of_effects = st.sampled_from(["cart", "items", "bundles"])


@words.composite
def award_discount(draw: st.DrawFn) -> Block:
    kind = draw(_targets)
    target, of_items = draw(_TARGETS[kind]), kind in ("items", "bundles")
    return block(
        "awardDiscount",
        name=draw(titles),
        value=draw(amounts(ITEM if of_items else SESSION)),
        partial=draw(_partial),
        target=target,
    )


_quantities = st.sampled_from(["1", 2, 3]) | formulas()


@words.composite
def _award_item(draw: st.DrawFn) -> Block:
    return block(
        "awardItem",
        sku=draw(_skus),
        name=draw(titles),
        quantity=draw(_quantities),
        partial=draw(_partial),
    )


_notification_types = st.sampled_from(["Info", "Offer", "Error", "Misc"])


@words.composite
def _notification(draw: st.DrawFn) -> Block:
    return block(
        "showNotification",
        notificationType=draw(_notification_types),
        title=draw(titles),
        body=draw(titles),
    )


_effect_ids = st.sampled_from([1, 2, 2, 3, 99, 1])
_webhook_ids = st.sampled_from([1, 1, 2, 99, 1, 1])
_params = st.dictionaries(st.sampled_from(["text", "number"]), titles | amounts(), max_size=2)


@words.composite
def _custom_effect(draw: st.DrawFn) -> Block:
    id_ = draw(_effect_ids)
    return block(
        "triggerCustomEffect",
        customEffect={"id": id_, "name": CUSTOM_EFFECTS.get(id_, "unknown"), "title": ""},
        params=draw(_params),
        target=draw(_TARGETS[draw(_targets_of_effects)]),
    )


@words.composite
def _webhook(draw: st.DrawFn) -> Block:
    id_ = draw(_webhook_ids)
    webhook = {"id": id_, "title": WEBHOOKS.get(id_, "unknown")}
    return block("triggerWebhook", webhook=webhook, params=draw(_params))


_UPDATES = {
    "num": ("setTo", "increaseBy", "decreaseBy", "multiplyBy", "divideBy"),
    "text": ("setTo",),
    "flag": ("setTo", "toggle"),
    "time": ("setTo", "laterBy", "earlierBy"),
    "texts": ("setTo",),
}
_NEW_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "num": amounts(),
    "text": titles,
    "flag": st.booleans(),
    "time": st.sampled_from(words.TIMES),
    "texts": words.some(["a", "{{$word}}"]),
}
_ENTITIES = {
    "session": "CustomerSession",
    "profile": "CustomerProfile",
    "coupon": "Coupon",
    "advocateProfile": "CustomerProfile",
    "referral": "Referral",
    "allItems": "CartItem",
    "selector": "CartItem",
    "globalFilter": "CartItem",
}
_updates = st.sampled_from(
    [(name, operator) for name, operators in _UPDATES.items() for operator in operators]
)
_updated = st.sampled_from(list(_ENTITIES))


@words.composite
def _update_attribute(draw: st.DrawFn) -> Block:
    name, operator = draw(_updates)
    kind = draw(_updated)
    target: Block = {"type": kind}
    if kind in ("selector", "globalFilter"):
        target["name"] = "shared" if kind == "globalFilter" else draw(_selectors)
    attribute = {
        "id": 1,
        "entity": _ENTITIES[kind],
        "name": name,
        "title": name,
        "type": words.ATTRIBUTE_TYPES[name],
    }
    moves = operator in ("laterBy", "earlierBy")
    value = draw(words.durations if moves else _NEW_VALUES[name])
    fields = {} if operator == "toggle" else {"value": value}
    return block(
        "updateAttributeValue", operator=operator, attribute=attribute, target=target, **fields
    )


def _giveaway() -> st.SearchStrategy[Block]:
    pools = [{"id": id, "name": name} for id, name in GIVEAWAY_POOLS.items()]
    return st.builds(
        lambda pool, profile: block("awardGiveaway", giveawayPool=pool, profile=profile),
        st.sampled_from([*pools[:1] * 6, {"id": 99, "name": "unknown"}, *pools]),
        words.roles,
    )


_campaign_ids = st.sampled_from(["1", "{{$Campaign.Id}}", 1, 2, "{{$Campaign.Id}}", 99, 1])
# A pattern without a placeholder gives one code only.
_new_codes = st.fixed_dictionaries(
    {"campaignId": _campaign_ids, "storeInSession": words.either},
    optional={
        "usageLimit": st.sampled_from([0, 3, "2", "{{$threshold}}", -1, "{{$Session.Total}}"]),
        "startDate": st.sampled_from(words.LOOSE_TIMES),
        "expiryDate": st.sampled_from([*words.TIMES, "{{$Campaign.EndTime}}"]),
        "attributes": st.just({"text": "{{$word}}", "num": "{{$Session.Total}}"}),
        "pattern": st.sampled_from(["NEW-##", "ONE", "#"]),
        "validCharacters": st.sampled_from(["AB", "a", "1"]),
    },
)
_recipients = st.sampled_from(["", "anna", "{{$Profile.IntegrationId}}"])
_limits_of_coupons = st.sampled_from([None, 10, "{{$Session.Total * 10%}}", -1, None])


def _create_coupon() -> st.SearchStrategy[Block]:
    return st.builds(
        lambda code, recipient, limit: block(
            "createCoupon", recipientId=recipient, discountLimit=limit, **code
        ),
        _new_codes,
        _recipients,
        _limits_of_coupons,
    )


def _create_referral() -> st.SearchStrategy[Block]:
    return st.builds(
        lambda code, friend: block("createReferral", friendId=friend, **code),
        _new_codes,
        _recipients,
    )


def _update_audience() -> st.SearchStrategy[Block]:
    return st.builds(
        lambda operator, profile, audience: block(
            "updateAudienceMembership", operator=operator, profile=profile, audience=audience
        ),
        st.sampled_from(["add", "remove"]),
        words.roles,
        words.audiences,
    )


# Every type of effect that the engine evaluates.
EFFECTS: dict[str, Callable[[], st.SearchStrategy[Block]]] = {
    "awardDiscount": award_discount,
    "awardItem": _award_item,
    "showNotification": _notification,
    "triggerCustomEffect": _custom_effect,
    "triggerWebhook": _webhook,
    "updateAttributeValue": _update_attribute,
    "awardGiveaway": _giveaway,
    "createCoupon": _create_coupon,
    "createReferral": _create_referral,
    "reserveCoupon": lambda: st.just(block("reserveCoupon")),
    "updateAudienceMembership": _update_audience,
}
_effects = {kind: make() for kind, make in EFFECTS.items()}
# Discounts are most of what people write, and have the most to them.
_kinds = st.sampled_from(["awardDiscount"] * 8 + list(EFFECTS))


@words.composite
def effects(draw: st.DrawFn) -> Block:
    """Return an effect of any type."""
    return draw(_effects[draw(_kinds)])


# The vendor allows these two among failure effects.
failure_effects = st.one_of(_effects["showNotification"], _effects["triggerCustomEffect"])
