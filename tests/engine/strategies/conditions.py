"""Generated conditions. A new type of block is one function and its entry in `CONDITIONS`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, get_args

from hypothesis import strategies as st

from sandbox.engine.model import LimitAction
from tests.engine.builders import block, check
from tests.engine.strategies import values as words
from tests.engine.strategies.effects import failure_effects
from tests.engine.strategies.names import ITEM, SESSION, Names, amounts, formulas

Block = dict[str, Any]

# Every action that budgets count, and more often those that most budgets are for.
ACTIONS = ["setDiscount"] * 4 + ["redeemCoupon", "setDiscountEffect", *get_args(LimitAction)]
EVENTS = ["sessionCreated", "sessionClosed", "sessionUpdated", "talon_session_closed", "scanned"]


class _Kind(NamedTuple):
    """Operators that suit one kind of value, and what it is compared with."""

    operators: tuple[str, ...]
    operands: st.SearchStrategy[Any]


_ANY = ("exists", "empty", "equals", "oneOf")
_COMPARED = ("lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual", "between")
_numbers = words.numbers | formulas()
_collections = st.sampled_from(["brands", 1, "no such collection"])
_KINDS = {
    "number": _Kind((*_COMPARED, *_COMPARED, *_ANY), _numbers),
    "text": _Kind(
        (*_ANY, "contains", "startsWith", "endsWith", "matchesRegexp", "inCollection", "between"),
        words.texts | st.sampled_from(words.PATTERNS) | st.just("{{$word}}"),
    ),
    "flag": _Kind(("isTrue", "isFalse", *_ANY), st.booleans() | st.just("{{1 < 2}}")),
    "time": _Kind(
        ("after", "before", "within", "within", *_ANY, "between"),
        st.sampled_from([*words.LOOSE_TIMES, "{{$Session.Created}}", "{{$Campaign.EndTime}}"]),
    ),
    "list": _Kind(
        (
            "contains",
            "containsOneOf",
            "containsNoneOf",
            "containsAllOf",
            "containsAtLeast",
            "containsExactly",
            *_ANY,
            "inCollection",
        ),
        words.texts | words.numbers | st.just("{{$Session.Attributes.texts}}"),
    ),
}
_all_operators = st.sampled_from(
    sorted({operator for kind in _KINDS.values() for operator in kind.operators})
)
_kinds_of_values = st.sampled_from([*_KINDS, "number", "text"])
_suitable = {name: st.sampled_from(kind.operators) for name, kind in _KINDS.items()}
_few = {name: st.lists(kind.operands, max_size=3) for name, kind in _KINDS.items()}
_counts = st.integers(0, 2)


@words.composite
def check_attribute(draw: st.DrawFn, names: Names = SESSION) -> Block:
    """Return a check that mostly suits the kind of value that its attribute gives."""
    kind = draw(_kinds_of_values)
    operator, compared_with = draw(_suitable[kind]), kind
    if draw(words.seldom):
        operator, compared_with = draw(_all_operators), draw(_kinds_of_values)
    attribute = draw(names.giving(kind))
    if kind == "number" and draw(words.seldom):
        attribute = draw(formulas(names))
    fields = _operand(draw, operator, compared_with)
    negated = draw(words.sometimes)
    return check(attribute, f"not({operator})" if negated else operator, **fields)


def _operand(draw: st.DrawFn, operator: str, kind: str) -> Block:
    operands, several = _KINDS[kind].operands, _few[kind]
    match operator:
        case "exists" | "empty" | "isTrue" | "isFalse":
            return {}
        case "between":
            return {"min": draw(operands), "max": draw(operands)}
        case "within":
            return {
                "start": draw(operands),
                "end": draw(operands),
                "startInclusive": draw(words.either),
                "endInclusive": draw(words.either),
                "timezoneInsensitive": draw(words.either),
            }
        case "oneOf" | "containsOneOf" | "containsNoneOf" | "containsAllOf":
            return {"values": draw(several)}
        case "containsAtLeast" | "containsExactly":
            return {"values": draw(several), "count": draw(_counts)}
        case "inCollection":
            return {"value": draw(_collections if draw(words.often) else operands)}
    return {"value": draw(operands)}


def _coupon() -> st.SearchStrategy[Block]:
    return st.builds(lambda redeem: block("checkCoupon", redeem=redeem), words.often)


_event_types = st.sampled_from(EVENTS)
_matchers = st.lists(check_attribute(), max_size=2)


def _referral() -> st.SearchStrategy[Block]:
    return st.builds(lambda redeem: block("checkReferral", redeem=redeem), words.often)


def _audience() -> st.SearchStrategy[Block]:
    return st.builds(
        lambda operator, profile, audience: block(
            "checkAudience", operator=operator, profile=profile, audience=audience
        ),
        st.sampled_from(["member", "not(member)", "justJoined", "justLeft"]),
        words.roles,
        words.audiences,
    )


@words.composite
def _event(draw: st.DrawFn) -> Block:
    return block("checkEvent", eventType=draw(_event_types), matchers=draw(_matchers))


_actions = st.sampled_from(ACTIONS)


@words.composite
def _budget(draw: st.DrawFn) -> Block:
    action = draw(_actions)
    if draw(words.either):
        return block("checkBudget", operator="available", action=action)
    return block("checkBudget", operator="enoughFor", action=action, value=draw(amounts()))


@words.composite
def _anniversary(draw: st.DrawFn) -> Block:
    return block(
        "x-checkAnniversary",
        attribute=draw(SESSION.giving("time")),
        before=draw(words.durations),
        after=draw(words.durations),
    )


# Every type of condition that the engine evaluates, groups apart.
CONDITIONS: dict[str, Callable[[], st.SearchStrategy[Block]]] = {
    "checkAttribute": check_attribute,
    "checkCoupon": _coupon,
    "checkReferral": _referral,
    "checkAudience": _audience,
    "checkEvent": _event,
    "checkBudget": _budget,
    "x-checkAnniversary": _anniversary,
}
_conditions = {kind: make() for kind, make in CONDITIONS.items()}
# What people write most, so that rules apply often enough.
_common = st.sampled_from(
    [
        check("$Session.Total", "greaterThan", value=0),
        check("$Session.Total", "greaterThanOrEqual", value=10),
        check("$list.ItemCount", "greaterThan", value=0),
        check("$Profile.IntegrationId", "exists"),
        check("$Session.Attributes.text", "exists"),
        check("$Session.Attributes.flag", "isTrue"),
    ]
)
# Attribute checks have the most to them.
_kinds = st.sampled_from(["common"] * 7 + ["checkAttribute"] * 3 + list(CONDITIONS))
_group_operators = st.sampled_from(["all", "atLeastOne", "none"])
_failures = st.lists(failure_effects, min_size=1, max_size=2)


@words.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> Block:
    """Return a condition of any type, or a group of them; some have failure effects."""
    if depth and draw(words.seldom):
        condition = block("group", operator=draw(_group_operators), blocks=draw(_inner(depth - 1)))
    else:
        kind = draw(_kinds)
        condition = dict(draw(_common if kind == "common" else _conditions[kind]))
    if draw(words.seldom):
        condition["onFailure"] = draw(_failures)
    return condition


@cache
def _inner(depth: int) -> st.SearchStrategy[list[Block]]:
    return st.lists(conditions(depth), max_size=3)


_common_predicates = st.sampled_from(
    [
        check("$Item.Category", "equals", value="shirt"),
        check("$Item.Category", "not(equals)", value="shirt"),
        check("$Item.SKU", "oneOf", values=["A", "B"]),
        check("$Item.SKU", "equals", value="A"),
        check("$Item.Price", "greaterThan", value=10),
        check("$Item.Attributes.text", "exists"),
    ]
)
_item_checks = check_attribute(ITEM)
_several_item_checks = st.lists(_item_checks, max_size=3)
_predicates = st.sampled_from(["common", "common", "check", "group"])


@words.composite
def item_predicates(draw: st.DrawFn) -> Block:
    """Return what a filter asks of each item: one check, or a group of checks."""
    match draw(_predicates):
        case "common":
            return draw(_common_predicates)
        case "check":
            return draw(_item_checks)
    return block("group", operator=draw(_group_operators), blocks=draw(_several_item_checks))
