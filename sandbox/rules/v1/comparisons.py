"""Comparisons of a name with a value, as the attribute checks that say the same.

What an attribute check cannot hold stays Talang: computed values, and several values at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from sandbox.rules.model import (
    Between,
    CheckAttribute,
    CheckEvent,
    NoOperand,
    OneOperand,
    Operand,
    ValueList,
    Within,
)
from sandbox.rules.parse_conditions import event_name
from sandbox.rules.v1.terms import constant_time, is_name, is_value, lambda_of
from sandbox.talang.ast import Block, Call, Expression, Literal, Path
from sandbox.talang.limits import MAX_PATTERN

Arguments: TypeAlias = tuple[Expression, ...]

_EVENT_TYPE = Path(("Event", "Type"))
_ORDERS = {
    ">": "greaterThan",
    ">=": "greaterThanOrEqual",
    "<": "lessThan",
    "<=": "lessThanOrEqual",
}
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
# What comparisons read like, and whether turned round.
_READINGS = {
    **{function: (operator, False) for function, operator in _ORDERS.items()},
    "=": ("equals", False),
    "!=": ("equals", True),
    "contains": ("contains", False),
    "notcontains": ("contains", True),
    "startswith": ("startsWith", False),
    "endswith": ("endsWith", False),
    "after": ("after", False),
    "before": ("before", False),
}
# The same for times, where V2 has two operators; the flag turns the outcome round.
_TIME_ORDERS = {
    ">": ("after", False),
    ">=": ("before", True),
    "<": ("before", False),
    "<=": ("after", True),
}


def comparison(call: Call, id: str) -> CheckAttribute | CheckEvent | None:
    """Return the check that a call amounts to, or None."""
    compare = _COMPARISONS.get(call.function.lower())
    return compare(call, id) if compare else None


def as_check(expression: Expression) -> CheckAttribute | None:
    """Return the check that a comparison of computed values reads like; for people, not to run."""
    match expression:
        case Call(function, (inner,)) if function.lower() == "not":
            return _turned(as_check(inner))
        case Call(function, (left, right)) if function.lower() in _READINGS:
            operator, negated = _READINGS[function.lower()]
            return CheckAttribute("", operator, negated, left, OneOperand(right))
        case Call(function, (left, least, most)) if function.lower() == "between":
            return CheckAttribute("", "between", False, left, Between(least, most, False))
        case Call(function, (left, least, most)) if function.lower() == "betweentimes":
            span = Within(least, most, False, False, False)
            return CheckAttribute("", "within", False, left, span)
    return None


def existence(call: Call, id: str) -> CheckAttribute | None:
    """Return the check that an idiom amounts to that reads a name only to see whether it can.

    ``["catch", false, ["or", ["list", name]]]``, and with ``and``, or ``[name, true]`` inside.
    """
    match call:
        case Call(_, (Literal(False), seen)) if _is_catch(call):
            name, negated = _seen(seen), False
        case Call(_, (Literal(True), Call(function, (seen,)))) if (
            _is_catch(call) and function.lower() == "not"
        ):
            name, negated = _seen(seen), True
        case _:
            return None
    return None if name is None else CheckAttribute(id, "exists", negated, name, NoOperand())


def one_of(call: Call, id: str) -> CheckAttribute | None:
    """Return the check that ``or`` amounts to when it compares one name with several constants."""
    found = _alternatives(call.arguments)
    if found is None or len(call.arguments) < 2 or not is_name(found[0]) or found[0] == _EVENT_TYPE:
        return None
    return CheckAttribute(id, "oneOf", False, found[0], ValueList(found[1]))


def _is_catch(call: Call) -> bool:
    return call.function.lower() == "catch"


def _seen(expression: Expression) -> Expression | None:
    """Return the name that an expression reads only to give true."""
    name: Expression
    match expression:
        case Call(function, (Call(inner, (name,)), *rest)) if (
            function.lower() in ("and", "or")
            and inner.lower() == "list"
            and (not rest or function.lower() == "or")
            and all(isinstance(other, Literal) for other in rest)
        ):
            pass
        case Block((name, Literal(True))):
            pass
        case _:
            return None
    return name if is_name(name) else None


def _alternatives(tests: Iterable[Expression]) -> tuple[Expression, Arguments] | None:
    """Return a name and the constants that each test compares it with."""
    subject: Expression | None = None
    values: list[Expression] = []
    for test in tests:
        match test:
            case Call("=", (Path() as name, Literal() as value)):
                pass
            case Call("=", (Literal() as value, Path() as name)):
                pass
            case _:
                return None
        if not is_value(value) or subject not in (None, name):
            return None
        subject = name
        values.append(value)
    return None if subject is None else (subject, tuple(values))


def _check(id: str, operator: str, name: Expression, value: Expression) -> CheckAttribute | None:
    if not (is_name(name) and is_value(value)):
        return None
    return CheckAttribute(id, operator, False, name, OneOperand(value))


def _turned(check: CheckAttribute | None) -> CheckAttribute | None:
    return None if check is None else replace(check, negated=not check.negated)


def _equals(call: Call, id: str) -> CheckAttribute | CheckEvent | None:
    match call.arguments:
        case (Literal() as value, Path() as name) | (Path() as name, value):
            if name != _EVENT_TYPE:
                return _check(id, "equals", name, value)
            if isinstance(value, Literal) and isinstance(value.value, str):
                return CheckEvent(id, event_name(value.value), ())
    return None


def _unequal(call: Call, id: str) -> CheckAttribute | CheckEvent | None:
    match call.arguments:
        case (name, *others) if len(others) > 1 and is_name(name):
            if name != _EVENT_TYPE and all(isinstance(v, Literal) and is_value(v) for v in others):
                return CheckAttribute(id, "oneOf", True, name, ValueList(tuple(others)))
            return None
    check = _equals(call, id)
    return _turned(check) if isinstance(check, CheckAttribute) else None


def _order(call: Call, id: str) -> CheckAttribute | None:
    function = call.function
    match call.arguments:
        case (Path() as name, value):
            pass
        case (value, Path() as name):
            function = _MIRRORED[function]
        case _:
            return None
    time = constant_time(value)
    if time is not None:
        operator, negated = _TIME_ORDERS[function]
        check = _check(id, operator, name, time)
        return _turned(check) if negated else check
    return _check(id, _ORDERS[function], name, value)


def _on_text(operator: str, negated: bool = False) -> Compare:
    def compare(call: Call, id: str) -> CheckAttribute | None:
        match call.arguments:
            case (Path() as name, (Path() | Literal(str())) as value):
                check = _check(id, operator, name, value)
                return _turned(check) if negated else check
        return None

    return compare


def _matches(call: Call, id: str) -> CheckAttribute | None:
    match call.arguments:
        case (Literal(str(pattern)) as value, Path() as name) if len(pattern) <= MAX_PATTERN:
            return _check(id, "matchesRegexp", name, value)
    return None


def _is_empty(call: Call, id: str) -> CheckAttribute | None:
    match call.arguments:
        case (name,) if is_name(name):
            return CheckAttribute(id, "empty", False, name, NoOperand())
    return None


def _time(expression: Expression) -> Expression | None:
    """Return what a time is compared with: a constant, or a name."""
    return expression if isinstance(expression, Path) else constant_time(expression)


def _relative(operator: str, mirrored: str) -> Compare:
    def compare(call: Call, id: str) -> CheckAttribute | None:
        match call.arguments:
            case (Path() as name, other):
                time = _time(other)
                return None if time is None else _check(id, operator, name, time)
            case (other, Path() as name):
                time = _time(other)
                return None if time is None else _check(id, mirrored, name, time)
        return None

    return compare


def _between(call: Call, id: str) -> CheckAttribute | None:
    match call.arguments:
        case (name, least, most) if is_name(name):
            if constant_time(least) is not None or constant_time(most) is not None:
                return _between_times(call, id)
            if all(_is_number_or_name(bound) for bound in (least, most)):
                return CheckAttribute(id, "between", False, name, Between(least, most, False))
    return None


def _is_number_or_name(expression: Expression) -> bool:
    return is_value(expression) and not isinstance(getattr(expression, "value", None), str | bool)


def _between_times(call: Call, id: str) -> CheckAttribute | None:
    match call.arguments:
        case (name, least, most) if is_name(name):
            start, end = _time(least), _time(most)
            if start is None or end is None or not (is_value(start) and is_value(end)):
                return None
            span: Operand = Within(start, end, False, False, False)
            return CheckAttribute(id, "within", False, name, span)
    return None


def _exists(call: Call, id: str) -> CheckAttribute | None:
    """A list of constants that has the name's value, or a name's list that has a constant."""
    block = lambda_of(call)
    if block is None:
        return None
    member = Path((block.parameter,))
    match call.arguments[0], block.body:
        case Call(function, constants), Call("=", (left, right)) if function.lower() == "list":
            name = right if left == member else left
            if member not in (left, right) or not is_name(name) or name == member:
                return None
            if constants and all(isinstance(v, Literal) and is_value(v) for v in constants):
                return CheckAttribute(id, "oneOf", False, name, ValueList(constants))
        case Path() as name, Call(function, tests) as body:
            found = _alternatives(tests if function.lower() == "or" else (body,))
            if found is not None and found[0] == member and is_name(name):
                return CheckAttribute(id, "containsOneOf", False, name, ValueList(found[1]))
    return None


Compare: TypeAlias = Callable[[Call, str], CheckAttribute | CheckEvent | None]

_COMPARISONS: dict[str, Compare] = {
    "=": _equals,
    "!=": _unequal,
    "between": _between,
    **dict.fromkeys(_ORDERS, _order),
    "contains": _on_text("contains"),
    "notcontains": _on_text("contains", negated=True),
    "startswith": _on_text("startsWith"),
    "endswith": _on_text("endsWith"),
    "~": _matches,
    "isempty": _is_empty,
    "after": _relative("after", "before"),
    "before": _relative("before", "after"),
    "betweentimes": _between_times,
    "exists": _exists,
}
