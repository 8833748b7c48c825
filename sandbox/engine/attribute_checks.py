"""Compile attribute checks: what an attribute is compared with, and how.

The commonest comparisons, with a constant, get checks of their own at half the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
from sandbox.talang.errors import MissingValueError
from sandbox.talang.functions import show

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
        holds, number = NUMBERS[block.operator], constant
        return lambda index: _check_number(read, holds, number, negated, index)

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
        case Between(minimum, maximum):
            return _list((minimum, maximum), names), _between
        case Within() as span:
            return _list((span.start, span.end), names), _within(span, names.zone)
        case ValueList(values):
            return _list(values, names), LIST_OF_VALUES[operator]
        case CountedList(values, wanted):
            counted = COUNTED[operator]
            return _list(values, names), lambda actual, needed: counted(actual, needed, wanted)


def _one_operand(operator: str, value: Expression, names: Names) -> tuple[Closure, Compare]:
    read = names.expression(value)
    zone = names.zone
    match operator:
        case "before":
            return (
                read,
                lambda actual, needed: to_time(actual, zone) < to_time(needed, zone),
            )
        case "after":
            return (
                read,
                lambda actual, needed: to_time(actual, zone) > to_time(needed, zone),
            )
        case "inCollection":
            return read, _in_collection(names.definition.collections)
    return read, TWO_VALUES[operator]


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


def _within(span: Within, zone: ZoneInfo) -> Compare:
    def compare(actual: Value, needed: Value) -> bool:
        start, end = members(needed)
        return within(
            to_time(actual, zone),
            to_time(start, zone),
            to_time(end, zone),
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


def _value_or_none(read: Closure, scope: Scope) -> Any:
    try:
        return read(scope)
    except FAILURES:
        return None
