"""Compile attribute checks: what an attribute is compared with, and how.

The commonest comparisons, with a constant, get checks of their own at half the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.engine.definitions import Collection
from sandbox.engine.errors import FAILURES, BrokenRuleError
from sandbox.engine.operators import (
    COUNTED,
    LIST_OF_VALUES,
    NUMBERS,
    ONE_VALUE,
    TWO_VALUES,
    between,
    inside,
    members,
    within,
)
from sandbox.engine.parts import Leaf, Names, Observed
from sandbox.engine.scope import PASSED, Check, Scope
from sandbox.engine.times import to_time
from sandbox.rules.model import (
    Between,
    CheckAttribute,
    CountedList,
    NoOperand,
    OneOperand,
    ValueList,
    Within,
)
from sandbox.rules.printing import formula_text
from sandbox.talang.ast import Expression, Literal, Value
from sandbox.talang.compile import Closure
from sandbox.talang.errors import EvaluationError, MissingValueError
from sandbox.talang.functions import number, show

# Compare an attribute's value with what is needed.
Compare = Callable[[Value, Value], bool]


def check_attribute(block: CheckAttribute, names: Names) -> Leaf:
    read = names.expression(block.attribute)
    needed, compare = _operand(block, names)
    negated = block.negated
    asks_existence = block.operator == "exists"
    text = formula_text(block.attribute)

    def decide(scope: Scope) -> bool:
        if asks_existence:
            return _exists(read, scope) is not negated
        return compare(read(scope), needed(scope)) is not negated

    def observe(scope: Scope) -> Observed:
        actual, wanted = _value_or_none(read, scope), _value_or_none(needed, scope)
        at_an_end = isinstance(block.operand, Between) and actual in (wanted or ())
        return Observed(
            operator=f"not({block.operator})" if negated else block.operator,
            attribute=text,
            actual=actual,
            needed=wanted,
            decisions=("F6",) if at_an_end else (),
        )

    return Leaf(decide, observe, _with_constant(block, read, compare))


def _with_constant(
    block: CheckAttribute, read: Closure, compare: Compare
) -> Callable[[int], Check] | None:
    """Return what makes the check of a comparison with one constant; None for all others."""
    constant = _constant(block)
    negated = block.negated
    if constant is None:
        return None
    if isinstance(constant, Decimal) and block.operator in NUMBERS:
        holds, wanted = NUMBERS[block.operator], constant
        return lambda index: _check_number(read, holds, wanted, negated, index)

    def make(index: int) -> Check:
        def check(scope: Scope) -> int:
            try:
                return PASSED if compare(read(scope), constant) is not negated else index
            except FAILURES as error:
                scope.note_error(error)
                return index

        return check

    return make


def _operand(block: CheckAttribute, names: Names) -> tuple[Closure, Compare]:
    """Return what reads the needed value, and the comparison with it."""
    operator = block.operator
    match block.operand:
        case NoOperand():
            return (lambda scope: None), _alone(operator)
        case OneOperand(value):
            return _one_operand(operator, value, names)
        case Between(minimum, maximum, ends_included):
            return _list((minimum, maximum), names), _between if ends_included else _inside
        case Within() as span:
            return _list((span.start, span.end), names), _within(span, names.zone)
        case ValueList(values):
            return _spliced(values, names), LIST_OF_VALUES[operator]
        case CountedList(values, count):
            return _with_count(values, count, names), _counted(COUNTED[operator])


def _one_operand(operator: str, value: Expression, names: Names) -> tuple[Closure, Compare]:
    zone = names.zone
    read, moment = names.expression(value), _moment(value, zone)
    match operator:
        case "before":
            return (
                read,
                lambda actual, needed: to_time(actual, zone) < moment(needed),
            )
        case "after":
            return (
                read,
                lambda actual, needed: to_time(actual, zone) > moment(needed),
            )
        case "inCollection":
            return read, _in_collection(names.collections)
    return read, TWO_VALUES[operator]


def _moment(value: Expression, zone: ZoneInfo) -> Callable[[Value], datetime]:
    """Return what makes a time of a value that is needed; of a constant, once and for all."""
    if isinstance(value, Literal):
        with suppress(EvaluationError):
            time = to_time(value.value, zone)
            return lambda needed: time
    return lambda needed: to_time(needed, zone)


def _in_collection(collections: Iterable[Collection]) -> Compare:
    """Return the test; a collection is meant by its id or its name (decision F16).

    Collections hold texts, so anything else is in none of them, as with `oneOf`.
    """
    items: dict[Value, frozenset[str]] = {}
    for collection in reversed(list(collections)):
        items[collection.name] = items[Decimal(collection.id)] = frozenset(collection.items)

    def compare(actual: Value, needed: Value) -> bool:
        found = items.get(needed) if isinstance(needed, str | Decimal) else None
        if found is None:
            raise BrokenRuleError(f"There is no collection {show(needed)}")
        return isinstance(actual, str) and actual in found

    return compare


def _list(expressions: Iterable[Expression], names: Names) -> Closure:
    closures = [names.expression(expression) for expression in expressions]
    return lambda scope: [closure(scope) for closure in closures]


def _spliced(expressions: Sequence[Expression], names: Names) -> Closure:
    """Return what reads values; one that is a list stands for its members."""
    read = _list(expressions, names)
    if all(isinstance(expression, Literal) for expression in expressions):
        return read
    return lambda scope: [
        member
        for value in members(read(scope))
        for member in (value if isinstance(value, list) else [value])
    ]


def _with_count(expressions: Sequence[Expression], count: Expression, names: Names) -> Closure:
    """Return what reads values, and how many of them are needed."""
    values, wanted = _spliced(expressions, names), names.expression(count)
    return lambda scope: [values(scope), wanted(scope)]


def _counted(holds: Callable[[Value, Value, Decimal], bool]) -> Compare:
    def compare(actual: Value, needed: Value) -> bool:
        values, wanted = members(needed)
        return holds(actual, values, number(wanted))

    return compare


def _within(span: Within, zone: ZoneInfo) -> Compare:
    first, last = _moment(span.start, zone), _moment(span.end, zone)

    def compare(actual: Value, needed: Value) -> bool:
        start, end = members(needed)
        return within(
            to_time(actual, zone),
            first(start),
            last(end),
            span.start_inclusive,
            span.end_inclusive,
            span.wall_clock,
        )

    return compare


def _check_number(
    read: Closure,
    holds: Callable[[Decimal, Decimal], bool],
    constant: Decimal,
    negated: bool,
    index: int,
) -> Check:
    """Return the commonest check of all, a number against a constant, at half the cost."""

    def check(scope: Scope) -> int:
        try:
            value = read(scope)
        except FAILURES:
            return index
        if type(value) is not Decimal:
            return index
        return PASSED if holds(value, constant) is not negated else index

    return check


def _alone(operator: str) -> Compare:
    """Return the test of an operator that needs no value; `exists` holds for any value."""
    test = ONE_VALUE.get(operator)
    return lambda actual, needed: test is None or test(actual)


def _constant(block: CheckAttribute) -> Value | None:
    """Return the one constant that an attribute is compared with, if that is how it is checked."""
    match block.operand:
        case OneOperand(Literal(value)):
            return value
    return None


def _exists(read: Closure, scope: Scope) -> bool:
    try:
        read(scope)
    except MissingValueError:
        return False
    return True


def _between(actual: Value, needed: Value) -> bool:
    minimum, maximum = members(needed)
    return between(actual, minimum, maximum)


def _inside(actual: Value, needed: Value) -> bool:
    minimum, maximum = members(needed)
    return inside(actual, minimum, maximum)


def _value_or_none(read: Closure, scope: Scope) -> Any:
    try:
        return read(scope)
    except FAILURES:
        return None
