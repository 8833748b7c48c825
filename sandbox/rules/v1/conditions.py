"""Conditions in Talang as the blocks that say exactly the same, or as `Passthrough`.

Talang's ``and``, ``or`` and ``not`` stop at the first argument that decides, and an error in one
that is looked at is their own. V2's groups take a condition that fails with an error for one that
does not hold. Both come to the same where nothing can fail, where ``catch`` says false, and where
an error means false anyway, as it does in the conditions of a rule; other groups are `strict`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from sandbox.rules.model import (
    Between,
    CheckAttribute,
    CheckCoupon,
    CheckEvent,
    CheckReferral,
    Condition,
    Group,
    NoOperand,
    OneOperand,
    Passthrough,
    Unsupported,
)
from sandbox.rules.v1.comparisons import comparison, existence, one_of
from sandbox.rules.v1.functions import fault_of, kinds_of
from sandbox.rules.v1.raw import unsupported
from sandbox.rules.v1.terms import functions_called, is_name
from sandbox.talang.ast import Call, Expression, Literal, Path
from sandbox.talang.kinds import BOOLEAN

# What nests deeper stays Talang: as blocks it would be deeper than JSON may be.
MAX_GROUPS = 12

_TRUE, _FALSE = Call("and", ()), Call("or", ())
# Names that count as always having a value of their kind (decision S100): numbers, and texts.
_NUMBERS = frozenset(
    {
        "Session.Total",
        "Session.CartTotal",
        "Session.CartItemTotal",
        "Session.AdditionalCostTotal",
        "Session.CartItemAdditionalCostTotal",
    }
)
_NUMBERS_OF_ITEMS = frozenset({"Item.Price", "Item.Quantity", "Item.Position"})
_TEXTS_OF_ITEMS = frozenset({"Item.SKU", "Item.Sku"})
_ON_NUMBERS = frozenset(
    {"equals", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"}
)
_ON_TEXTS = frozenset({"equals", "contains", "startsWith", "endsWith"})


class Place(NamedTuple):
    """Where a condition stands.

    `lenient`: an error there means false. `of_item`: there is an item that it looks at.
    """

    lenient: bool
    of_item: bool = False


RULE = Place(lenient=True)
FILTER = Place(lenient=True, of_item=True)


def rule_conditions(expression: Expression) -> tuple[Condition | Unsupported, ...]:
    """Return the conditions of a rule; none for one that always holds.

    The arguments of ``and`` are the list of the rule's conditions, those of ``or`` the members of
    its only group; either way their places are what rejections count.
    """
    expression, _ = without_catch(expression)
    match expression:
        case Call(function, arguments) if function.lower() == "and":
            if all(_is(argument, True) for argument in arguments):
                return ()
            return tuple(
                lower_condition(argument, f"condition {index}", RULE)
                for index, argument in enumerate(arguments)
            )
        case Call(function, arguments) if function.lower() == "or" and len(arguments) > 1:
            lowered = lower_condition(expression, "condition", RULE)
            if isinstance(lowered, Group) and not lowered.strict:
                return (replace(lowered, counts_once=False),)
            return (lowered,)
    return (lower_condition(expression, "condition 0", RULE),)


def lower_condition(expression: Expression, id: str, place: Place) -> Condition | Unsupported:
    """Return one condition; `id` becomes its id, and begins those of what is inside."""
    if _height(expression) > MAX_GROUPS:
        return _left_as_it_is(expression, id)
    return _lowered(expression, id, place)


def _lowered(expression: Expression, id: str, place: Place) -> Condition | Unsupported:
    inner, caught = without_catch(expression)
    if caught:
        lowered = _lowered(inner, id, place._replace(lenient=True))
        return lowered if place.lenient else _swallowing(lowered, id, place)
    if isinstance(expression, Call):
        match expression.function.lower(), expression.arguments:
            case (("and" | "or"), _):
                return _group(expression, id, place)
            case "not", (inner,):
                return _negation(inner, id, place)
            case "couponvalid", ():
                return CheckCoupon(id, True)
            case "referralvalid", ():
                return CheckReferral(id, True)
        typed = existence(expression, id) or comparison(expression, id)
        if typed is not None:
            return typed
    if is_name(expression):
        return CheckAttribute(id, "isTrue", False, expression, NoOperand())
    return _left_as_it_is(expression, id)


def can_fail(block: Condition | Unsupported, place: Place) -> bool:
    """Tell whether a condition may end with an error instead of true or false."""
    match block:
        case CheckCoupon() | CheckReferral() | CheckEvent():
            return False
        case Group():
            return block.strict
        case Passthrough():
            return block.expression not in (_TRUE, _FALSE)
        case CheckAttribute(operator="exists"):
            return False
        case CheckAttribute(attribute=Path() as name, operand=OneOperand(Literal(value))):
            if isinstance(value, Decimal) and block.operator in _ON_NUMBERS:
                return not _is_number(name, place)
            if isinstance(value, str) and block.operator in _ON_TEXTS:
                return not (place.of_item and str(name) in _TEXTS_OF_ITEMS)
        case CheckAttribute(attribute=Path() as name, operand=Between(Literal(), Literal())):
            return not _is_number(name, place)
    return True


def _is_number(name: Path, place: Place) -> bool:
    """Tell whether a name always has a number."""
    return str(name) in _NUMBERS or (place.of_item and str(name) in _NUMBERS_OF_ITEMS)


def without_catch(expression: Expression) -> tuple[Expression, bool]:
    """Return what ``["catch", false, …]`` stands around, however often, and whether it does.

    What may give something else than true or false stays inside: ``catch`` passes it on.
    """
    caught = False
    while True:
        match expression:
            case Call(function, (Literal(False), inner)) if (
                function.lower() == "catch"
                and _is_truth(inner)
                and existence(expression, "") is None
            ):
                expression, caught = inner, True
            case _:
                return expression, caught


def _is_truth(expression: Expression) -> bool:
    """Tell whether an expression gives true or false if anything; a name is expected to."""
    return isinstance(expression, Path) or not kinds_of(expression) & ~BOOLEAN


def _height(expression: Expression) -> int:
    """Return how deep groups are nested in a condition."""
    expression, _ = without_catch(expression)
    match expression:
        case Call(function, arguments) if function.lower() in ("and", "or", "not"):
            return 1 + max(map(_height, arguments), default=0)
    return 0


def _is(expression: Expression, value: bool) -> bool:
    return isinstance(expression, Literal) and expression.value is value


def _left_as_it_is(expression: Expression, id: str) -> Condition | Unsupported:
    if isinstance(expression, Literal):
        match expression.value:
            case True:
                expression = _TRUE
            case False:
                expression = _FALSE
            case _:
                expression = Call("and", (expression,))
    error = fault_of(expression)
    if error is not None:
        return unsupported(expression, id, error, as_effect=False)
    return Passthrough(id, expression)


def _group(call: Call, id: str, place: Place) -> Condition | Unsupported:
    is_or = call.function.lower() == "or"
    typed = one_of(call, id) if is_or else None
    if typed is not None:
        return typed
    neutral = not is_or
    arguments = [argument for argument in call.arguments if not _is(argument, neutral)]
    if any(isinstance(argument, Literal) for argument in arguments) or not kinds_of(call):
        return _left_as_it_is(call, id)
    if not arguments:
        return Passthrough(id, _FALSE if is_or else _TRUE)
    if len(arguments) == 1 and _is_truth(arguments[0]):
        return _lowered(arguments[0], id, place)
    if len(arguments) == 1:
        return _left_as_it_is(call, id)
    last = len(arguments) - 1
    members = []
    fails = []
    for index, argument in enumerate(arguments):
        inner, caught = without_catch(argument)
        # What comes after the last argument of ``or``, and after any of ``and``, is not missed.
        is_lenient = place.lenient and (not is_or or index == last)
        member = _lowered(inner, f"{id}.{index}", place._replace(lenient=caught or is_lenient))
        members.append((member, caught))
        fails.append(not (caught or is_lenient) and can_fail(member, place))
    strict = any(fails)
    return Group(
        id,
        "atLeastOne" if is_or else "all",
        tuple(
            _swallowing(member, f"{id}.{index}", place) if strict and caught else member
            for index, (member, caught) in enumerate(members)
        ),
        counts_once=True,
        strict=strict,
    )


def _swallowing(block: Condition | Unsupported, id: str, place: Place) -> Condition | Unsupported:
    """Return what holds when a condition does, and does not hold when that fails with an error."""
    if isinstance(block, Unsupported) or not can_fail(block, place):
        return block
    return Group(id, "all", (replace(block, id=f"{id}.0"),), counts_once=True)


def _negation(expression: Expression, id: str, place: Place) -> Condition | Unsupported:
    """Return the opposite of a condition; an error stays one."""
    if isinstance(expression, Literal) and not isinstance(expression.value, bool):
        return _left_as_it_is(Call("not", (expression,)), id)
    lowered = _lowered(expression, id, place._replace(lenient=False))
    match lowered:
        case Unsupported():
            return lowered
        case Passthrough(_, inner) if inner in (_TRUE, _FALSE):
            return Passthrough(id, _FALSE if inner == _TRUE else _TRUE)
        case Passthrough(_, inner):
            return Passthrough(id, Call("not", (inner,)))
        case CheckAttribute(operator="isTrue", negated=False):
            return replace(lowered, operator="isFalse")
        case CheckAttribute():
            return replace(lowered, negated=not lowered.negated)
        case Group(operator="atLeastOne"):
            return replace(lowered, operator="none")
        case Group(operator="none"):
            return replace(lowered, operator="atLeastOne")
        case Group(strict=strict):
            inside = replace(lowered, id=f"{id}.0")
            return Group(id, "none", (inside,), counts_once=True, strict=strict)
    return Group(id, "none", (replace(lowered, id=f"{id}.0"),))


def codes_checked(expression: Expression) -> Iterator[CheckCoupon | CheckReferral]:
    """Yield a check for each kind of code that an expression asks for, wherever it does."""
    functions = functions_called(expression)
    if "couponvalid" in functions:
        yield CheckCoupon("", True)
    if "referralvalid" in functions:
        yield CheckReferral("", True)
