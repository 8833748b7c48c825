"""Compile cart item filters.

A filter is computed when a rule first asks for it, and kept for the run; one that reads what
changes while campaigns run, before the first rule of its campaign (`sandbox.engine.moving`).
Sorting is stable. Source: reference/engine/03, section 3.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cmp_to_key
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from msgspec.structs import replace

from sandbox.engine.conditions import ConditionCompiler
from sandbox.engine.definitions import ValueMap
from sandbox.engine.errors import FAILURES, sentence
from sandbox.engine.parts import Names
from sandbox.engine.paths import Read, Selection, read_cart, selected_units
from sandbox.engine.recorder import step_trace
from sandbox.engine.scope import PASSED, Check, Scope, each_unit
from sandbox.engine.trace import SelectorTrace, StepTrace
from sandbox.engine.units import Unit
from sandbox.numbers import ZERO
from sandbox.rules.model import (
    CheckAttribute,
    Condition,
    FilterStep,
    MapStep,
    MapValuesStep,
    OneOperand,
    ReduceStep,
    ReverseStep,
    SelectBetweenStep,
    SelectManyStep,
    SelectOneStep,
    Selector,
    SortField,
    SortStep,
    Step,
    Unsupported,
)
from sandbox.rules.printing import short_text
from sandbox.talang.ast import Expression, Literal, Path, Value
from sandbox.talang.errors import EvaluationError, UnknownNameError
from sandbox.talang.functions import compare, number

# One step: from what came before to what comes next.
Transform: TypeAlias = Callable[[Scope, Any], Any]


def compile_selector(
    selector: Selector,
    names: Names,
    conditions: ConditionCompiler,
    others: Mapping[str, Selection],
) -> Selection:
    """Compile a filter; reading its result raises EvaluationError.

    `others` are the filters that it may start from.
    """
    source = _source(selector.source, names)
    steps = [_compile_step(step, names, conditions) for step in selector.steps]
    starts_with_units = source is read_cart or any(
        source is other.read and other.gives_units for other in others.values()
    )
    gives_units = starts_with_units and all(isinstance(s, _KEEPS_UNITS) for s in selector.steps)
    if names.record:
        return Selection(_noting(selector, names.campaign_id, source, steps), gives_units)
    found = _units_with(selector.steps[0]) if source is read_cart and selector.steps else None
    if found is not None:
        source, steps = found, steps[1:]
    return Selection(_computing(source, steps), gives_units)


def _computing(source: Read, steps: Sequence[Transform]) -> Read:
    def read(scope: Scope) -> Value:
        lists = scope.lists
        if read not in lists:
            value = source(scope)
            for step in steps:
                value = step(scope, value)
            lists[read] = value
        return lists[read]

    return read


def _noting(
    selector: Selector, campaign_id: int | None, source: Read, steps: Sequence[Transform]
) -> Read:
    """Return the recording form, which notes what each step gave."""
    name, text = selector.name, short_text(selector.source).removeprefix("$")
    kinds = [_kind(step) for step in selector.steps]

    def compute(scope: Scope) -> Value:
        assert scope.recorder is not None, "the recording form has a recorder"
        noted: list[StepTrace] = []
        error = None
        try:
            value = source(scope)
            noted.append(step_trace("source", value))
            for kind, step in zip(kinds, steps, strict=True):
                value = step(scope, value)
                noted.append(step_trace(kind, value))
        except FAILURES as failure:
            error = sentence(failure)
            raise
        finally:
            scope.recorder.selectors[campaign_id, name] = SelectorTrace(
                name=name, source=text, steps=noted, error=error
            )
        return value

    def read(scope: Scope) -> Value:
        if read not in scope.lists:
            scope.lists[read] = compute(scope)
        return scope.lists[read]

    return read


def _kind(step: Step) -> str:
    kind = type(step).__name__.removesuffix("Step")
    return kind[0].lower() + kind[1:]


# From a list of units, these make a list of units.
_KEEPS_UNITS = (
    FilterStep,
    SortStep,
    SelectManyStep,
    SelectBetweenStep,
    ReverseStep,
    MapValuesStep,
)


def _source(expression: Expression, names: Names) -> Read:
    """Return the reader of where a filter starts: a name, or an expression in Talang."""
    if isinstance(expression, Path):
        return names.resolve(expression)
    run = names.unrecorded.talang.expression(expression)

    def compute(scope: Scope) -> Value:
        value = run(scope)
        if value is None:
            raise EvaluationError("The expression gives nothing")
        if isinstance(value, list) and len({isinstance(member, Unit) for member in value}) > 1:
            raise EvaluationError("The expression gives items among other values")
        return value

    return compute


def _compile_step(step: Step, names: Names, conditions: ConditionCompiler) -> Transform:
    match step:
        case FilterStep(predicate):
            if isinstance(predicate, Unsupported):
                raise AssertionError("unsupported selectors are not compiled")
            return _text_filter(predicate) or _filter(conditions.compile(predicate))
        case SortStep(fields):
            return _sort([_order(field, names) for field in fields])
        case SelectManyStep(count, from_end, partial):
            size = names.expression(count)
            return lambda scope, members: _many(members, size(scope), from_end, partial)
        case SelectBetweenStep(start, end, partial):
            first, last = (
                names.expression(start),
                names.expression(end),
            )
            return lambda scope, members: _between(members, first(scope), last(scope), partial)
        case SelectOneStep(index):
            which = names.expression(index)
            return lambda scope, members: _one(members, which(scope))
        case MapStep(expression):
            read = names.expression(expression)
            return lambda scope, members: [read(scope) for _ in _each(scope, _list(members))]
        case ReduceStep(operator):
            reduce = _REDUCTIONS[operator]
            return lambda scope, members: reduce(_list(members))
        case ReverseStep():
            return lambda scope, members: _list(members)[::-1]
        case MapValuesStep(value_map_id):
            return _map_values(value_map_id, names.definition.value_maps)
        case Unsupported():
            raise AssertionError("unsupported selectors are not compiled")


class _TextTest(NamedTuple):
    """The commonest predicate: a text field of the item is, or is not, a constant."""

    field: str
    wanted: str
    negated: bool


def _text_test(predicate: Condition | Unsupported) -> _TextTest | None:
    match predicate:
        case CheckAttribute(
            operator="equals",
            negated=negated,
            attribute=Path(("Item", "Category" | "SKU" | "Sku" | "Name" as name)),
            operand=OneOperand(Literal(str() as wanted)),
        ):
            return _TextTest(name.lower(), wanted, negated)
    return None


def _units_with(step: Step) -> Read | None:
    """Return what finds the units that a step leaves of the cart, if an index has them."""
    test = _text_test(step.predicate) if isinstance(step, FilterStep) else None
    if test is None or test.negated:
        return None
    field, wanted, _ = test
    return lambda scope: scope.context.units_with(field, wanted)


def _text_filter(predicate: Condition) -> Transform | None:
    """Return a filter that does what `_filter` does with the same predicate, at once."""
    test = _text_test(predicate)
    if test is None:
        return None
    field, wanted, negated = test
    get = attrgetter(f"item.{field}")

    def keep(scope: Scope, members: Any) -> list[Unit]:
        units = selected_units(members)
        if negated:
            return [unit for unit in units if get(unit) not in (None, wanted)]
        return [unit for unit in units if get(unit) == wanted]

    return keep


def _each(scope: Scope, members: Iterable[Value]) -> Iterator[Unit | None]:
    """See members one by one as ``$Item``; those that are no units, mapped values, have no item."""
    return each_unit(scope, map(_unit_or_none, members))


def _unit_or_none(member: Value) -> Unit | None:
    return member if isinstance(member, Unit) else None


def _filter(check: Check) -> Transform:
    def keep(scope: Scope, members: Any) -> list[Value]:
        outer = scope.unit
        kept = []
        for member in _list(members):
            scope.unit = _unit_or_none(member)
            if check(scope) == PASSED:
                kept.append(member)
        scope.unit = outer
        return kept

    return keep


def _sort(orders: list[Transform]) -> Transform:
    """Sort by the last field first: Python's sort is stable, also when it is reversed."""
    orders = orders[::-1]

    def sort(scope: Scope, members: Any) -> list[Value]:
        ordered = _list(members)
        for order in orders:
            ordered = order(scope, ordered)
        return ordered

    return sort


_COMPARABLE = cmp_to_key(compare)
_price = attrgetter("item.price")


def _order(field: SortField, names: Names) -> Transform:
    """Return what sorts by one field; by price, the commonest, in half the time."""
    descending = field.descending
    if field.expression == Path(("Item", "Price")):
        return lambda scope, members: sorted(
            selected_units(members), key=_price, reverse=descending
        )
    read = names.expression(field.expression)

    def order(scope: Scope, members: Any) -> list[Value]:
        keys = [_COMPARABLE(read(scope)) for _ in _each(scope, members)]
        places = sorted(range(len(keys)), key=keys.__getitem__, reverse=descending)
        return [members[place] for place in places]

    return order


def _map_values(value_map_id: int, value_maps: Iterable[ValueMap]) -> Transform:
    """Return what keeps units whose SKU is in the value map, with its value."""
    values = next((m.items for m in value_maps if m.id == value_map_id), None)
    if values is None:
        raise UnknownNameError(f"value map {value_map_id}")

    def keep(scope: Scope, members: Any) -> list[Value]:
        return [
            replace(unit, mapped=values[unit.item.sku])
            for unit in selected_units(members)
            if unit.item.sku in values
        ]

    return keep


def _many(members: Any, size: Value, from_end: bool, partial: bool) -> list[Value]:
    ordered, wanted = _list(members), _count(size)
    if wanted > len(ordered) and not partial:
        raise EvaluationError(f"There are {len(ordered)} items, {wanted} were wanted")
    if not wanted:
        return []
    return ordered[-wanted:] if from_end else ordered[:wanted]


def _between(members: Any, start: Value, end: Value, partial: bool) -> list[Value]:
    ordered, first, last = _list(members), _count(start), _count(end)
    if last > len(ordered) and not partial:
        raise EvaluationError(f"There are {len(ordered)} items, {last} were wanted")
    return ordered[first:last]


def _one(members: Any, index: Value) -> Value:
    ordered, wanted = _list(members), _count(index)
    if wanted >= len(ordered):
        raise EvaluationError(f"There are {len(ordered)} items, none at {wanted}")
    return ordered[wanted]


def _count(value: Value) -> int:
    wanted = number(value)
    if wanted != int(wanted) or wanted < 0:
        raise EvaluationError(f"{wanted} is not a number of items")
    return int(wanted)


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise EvaluationError("The cart item filter needs a list here")


def _extreme(choose: Callable[[list[Decimal]], Decimal], members: list[Any]) -> Decimal:
    if not members:
        raise EvaluationError("An empty list has no biggest and no smallest number")
    return choose([number(member) for member in members])


_REDUCTIONS: dict[str, Callable[[list[Any]], Value]] = {
    "sum": lambda members: sum(map(number, members), ZERO),
    "count": lambda members: Decimal(len(members)),
    "max": lambda members: _extreme(max, members),
    "min": lambda members: _extreme(min, members),
    "empty": lambda members: not members,
}
