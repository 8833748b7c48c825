"""Cart item filters in Talang as chains of steps; what is no step is where the chain starts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from sandbox.rules.model import (
    CheckAttribute,
    FilterStep,
    Group,
    MapStep,
    Passthrough,
    ReduceStep,
    ReverseStep,
    SelectOneStep,
    Selector,
    SortField,
    SortStep,
    Step,
    Unsupported,
)
from sandbox.rules.v1.conditions import FILTER, can_fail, lower_condition, without_catch
from sandbox.rules.v1.terms import is_name, lambda_of, of_item
from sandbox.talang.ast import Call, Expression, Literal, Path

# Texts of items that sortByString sorts as V2 does; numbers it would sort by their text.
_TEXTS = frozenset({"Item.Name", "Item.SKU", "Item.Sku", "Item.Category"})


def lower_filter(name: str, expression: Expression) -> Selector:
    """Return the filter that an expression amounts to."""
    steps: list[Step] = []
    while isinstance(expression, Call):
        read_steps = _STEPS.get(expression.function.lower())
        source = expression.arguments[0] if expression.arguments else None
        found = read_steps(expression) if read_steps else None
        if found is None or not isinstance(source, Call | Path):
            break
        expression, steps = source, [*found, *steps]
    return Selector(name, expression, tuple(steps))


Steps: TypeAlias = list[Step] | None


def _filter(call: Call) -> Steps:
    """A predicate that may fail must be caught: without ``catch`` it fails the whole filter."""
    block = lambda_of(call)
    body = of_item(block) if block else None
    if body is None or block is None or len(call.arguments) != block.place + 1:
        return None
    inner, caught = without_catch(body)
    predicate = lower_condition(inner, "item", FILTER)
    if not isinstance(predicate, CheckAttribute | Group | Passthrough | Unsupported):
        return None
    if not caught and not isinstance(predicate, Unsupported) and can_fail(predicate, FILTER):
        return None
    return [FilterStep(predicate)]


def _sort(call: Call) -> Steps:
    block = lambda_of(call)
    key = _name_of_item(call)
    if key is None or block is None or len(call.arguments) != block.place + 2:
        return None
    match call.arguments[-1]:
        case Literal(bool() as descending):
            if call.function.lower() == "sortbynumber" or str(key) in _TEXTS:
                return [SortStep((SortField(key, descending),))]
    return None


def _map(call: Call) -> Steps:
    block = lambda_of(call)
    name = _name_of_item(call)
    if name is None or block is None or len(call.arguments) != block.place + 1:
        return None
    return [MapStep(name)]


def _sum(call: Call) -> Steps:
    if len(call.arguments) == 1:
        return [ReduceStep("sum")]
    block = lambda_of(call)
    if block is not None and block.body == Path((block.parameter,)):
        return [ReduceStep("sum")]
    steps = _map(call)
    return None if steps is None else [*steps, ReduceStep("sum")]


def _item(call: Call) -> Steps:
    match call.arguments:
        case (_, Literal(Decimal() as index)) if index == int(index) >= 0:
            return [SelectOneStep(Literal(index))]
    return None


def _name_of_item(call: Call) -> Path | None:
    """Return the name that a block reads from each item, if that is all it does."""
    block = lambda_of(call)
    body = of_item(block) if block else None
    return body if isinstance(body, Path) and is_name(body) else None


def _of_list(*steps: Step) -> Callable[[Call], Steps]:
    return lambda call: list(steps) if len(call.arguments) == 1 else None


_STEPS: dict[str, Callable[[Call], Steps]] = {
    "filter": _filter,
    "sortbynumber": _sort,
    "sortbystring": _sort,
    "map": _map,
    "sum": _sum,
    "item": _item,
    "head": _of_list(SelectOneStep(Literal(Decimal(0)))),
    "reverse": _of_list(ReverseStep()),
    "max": _of_list(ReduceStep("max")),
    "min": _of_list(ReduceStep("min")),
    "count": _of_list(ReduceStep("count")),
    "isempty": _of_list(ReduceStep("empty")),
}
