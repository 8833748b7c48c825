"""Read condition blocks; `sandbox.rules.blocks` reads groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, get_args

from sandbox.rules.effects import ROLES
from sandbox.rules.model import (
    AchievementOperator,
    Between,
    Block,
    CheckAchievement,
    CheckAnniversary,
    CheckAttribute,
    CheckAudience,
    CheckBudget,
    CheckCoupon,
    CheckEvent,
    CheckLoyaltyBalance,
    CheckLoyaltyCard,
    CheckReferral,
    CheckTier,
    CountedList,
    LimitAction,
    NoOperand,
    NumberOperator,
    OneOperand,
    Operand,
    Unsupported,
    ValueList,
    Within,
)
from sandbox.rules.reading import Reader, program_of

# Read the blocks under a field of the block.
ReadInner: TypeAlias = Callable[[str], tuple[Block, ...]]


def _no_operand(reader: Reader) -> Operand:
    return NoOperand()


def _one_operand(reader: Reader) -> Operand:
    return OneOperand(reader.value("value"))


def _between(reader: Reader) -> Operand:
    minimum, maximum = reader.expression("min"), reader.expression("max")
    return Between(minimum, maximum, reader.flag("x-endsIncluded", True))


def _within(reader: Reader) -> Operand:
    return Within(
        reader.expression("start"),
        reader.expression("end"),
        reader.flag("startInclusive", True),
        reader.flag("endInclusive", False),
        reader.flag("timezoneInsensitive", False),
    )


def _value_list(reader: Reader) -> Operand:
    return ValueList(reader.one_or_more("values" if reader.has("values") else "value"))


def _counted_list(reader: Reader) -> Operand:
    return CountedList(reader.one_or_more("values"), reader.amount("count"))


_OPERANDS: dict[str, Callable[[Reader], Operand]] = {
    **dict.fromkeys(("exists", "empty", "isTrue", "isFalse"), _no_operand),
    **dict.fromkeys(
        (
            "equals",
            "lessThan",
            "lessThanOrEqual",
            "greaterThan",
            "greaterThanOrEqual",
            "contains",
            "startsWith",
            "endsWith",
            "matchesRegexp",
            "after",
            "before",
            "inCollection",
        ),
        _one_operand,
    ),
    "between": _between,
    "within": _within,
    **dict.fromkeys(("oneOf", "containsOneOf", "containsNoneOf", "containsAllOf"), _value_list),
    **dict.fromkeys(("containsAtLeast", "containsExactly"), _counted_list),
}


def _split(operator: str) -> tuple[str, bool]:
    """Return an operator without its ``not(…)``, and whether it had one."""
    negated = operator.startswith("not(") and operator.endswith(")")
    return (operator[4:-1] if negated else operator), negated


def _attribute(reader: Reader, inner: ReadInner) -> Block:
    operator, negated = _split(reader.text("operator"))
    read_operand = _OPERANDS.get(operator)
    if read_operand is None:
        reason = f"The operator {reader.text('operator')} is not known"
        return Unsupported(reader.id, "checkAttribute", reason)
    attribute, operand = reader.formula("attribute"), read_operand(reader)
    return CheckAttribute(reader.id, operator, negated, attribute, operand, inner("onFailure"))


def _coupon(reader: Reader, inner: ReadInner) -> Block:
    return CheckCoupon(reader.id, reader.flag("redeem", True), inner("onFailure"))


def _referral(reader: Reader, inner: ReadInner) -> Block:
    return CheckReferral(reader.id, reader.flag("redeem", True), inner("onFailure"))


def _audience(reader: Reader, inner: ReadInner) -> Block:
    audience = reader.inner("audience")
    return CheckAudience(
        reader.id,
        reader.choice("operator", ("member", "not(member)", "justJoined", "justLeft")),
        reader.choice("profile", ROLES),
        audience.integer("id"),
        audience.text("name", ""),
        inner("onFailure"),
    )


def _event(reader: Reader, inner: ReadInner) -> Block:
    return CheckEvent(
        reader.id, event_name(reader.text("eventType")), inner("matchers"), inner("onFailure")
    )


def event_name(name: str) -> str:
    """Return a built-in event's name without prefix: talon_session_closed is sessionClosed."""
    if not name.startswith("talon_"):
        return name
    first, *rest = name.removeprefix("talon_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _budget(reader: Reader, inner: ReadInner) -> Block:
    action = reader.text("action")
    if action not in get_args(LimitAction):
        return Unsupported(reader.id, "checkBudget", f"Budgets on {action} are not known")
    enough_for = reader.choice("operator", ("available", "enoughFor")) == "enoughFor"
    value = reader.amount("value") if enough_for else None
    return CheckBudget(reader.id, action, value, inner("onFailure"))


def _achievement(reader: Reader, inner: ReadInner) -> Block:
    achievement = reader.inner("achievement")
    operators: tuple[AchievementOperator, ...] = get_args(AchievementOperator)
    return CheckAchievement(
        reader.id,
        reader.choice("operator", operators),
        achievement.integer("id"),
        achievement.text("title", achievement.text("name", "")),
        inner("onFailure"),
    )


def _loyalty_balance(reader: Reader, inner: ReadInner) -> Block:
    comparisons: tuple[NumberOperator, ...] = get_args(NumberOperator)
    negated = reader.raw.get("operator") == "not(equals)"
    operator = "equals" if negated else reader.choice("operator", comparisons)
    program_id, subledger = program_of(reader)
    return CheckLoyaltyBalance(
        reader.id,
        operator,
        negated,
        program_id,
        subledger,
        reader.choice("balance", ("current", "pending", "negative", "tentativeCurrent")),
        reader.amount("value"),
        inner("onFailure"),
    )


def _tier(reader: Reader, inner: ReadInner) -> Block:
    operators = ("equals", "oneOf", "not(equals)", "not(oneOf)", "member", "not(member)")
    operator = reader.choice("operator", operators)
    program_id, subledger = program_of(reader)
    return CheckTier(
        reader.id,
        operator.startswith("not("),
        program_id,
        subledger,
        reader.texts("tiers" if reader.has("tiers") else "tier"),
        inner("onFailure"),
    )


def _loyalty_card(reader: Reader, inner: ReadInner) -> Block:
    operators = (
        "valid",
        "not(valid)",
        "registered",
        "not(registered)",
        "linked",
        "not(linked)",
    )
    operator, negated = _split(reader.choice("operator", operators))
    return CheckLoyaltyCard(
        reader.id, "valid" if operator == "valid" else "registered", negated, inner("onFailure")
    )


def _anniversary(reader: Reader, inner: ReadInner) -> Block:
    return CheckAnniversary(
        reader.id,
        reader.formula("attribute"),
        reader.duration("before", "0D"),
        reader.duration("after", "0D"),
        inner("onFailure"),
    )


CONDITIONS: dict[str, Callable[[Reader, ReadInner], Block]] = {
    "checkAttribute": _attribute,
    "checkCoupon": _coupon,
    "checkReferral": _referral,
    "checkAudience": _audience,
    "checkEvent": _event,
    "checkBudget": _budget,
    "checkAchievement": _achievement,
    "checkLoyaltyBalance": _loyalty_balance,
    "checkTier": _tier,
    "x-checkTier": _tier,
    "checkLoyaltyCard": _loyalty_card,
    "x-checkLoyaltyCard": _loyalty_card,
    "x-checkAnniversary": _anniversary,
}
