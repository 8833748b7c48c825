"""Cart item filters in words: “the cheapest third (rounded down) of the items whose category is
Shirts”.

Source: reference/engine/03, section 3.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sandbox.rules.model import (
    CheckAttribute,
    Condition,
    FilterStep,
    Group,
    MapStep,
    MapValuesStep,
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
from sandbox.rules.words.attribute_checks import predicate as predicate_of
from sandbox.rules.words.conditions import clause
from sandbox.rules.words.constants import whole_number_of
from sandbox.rules.words.english import fraction, ordinal, quoted
from sandbox.rules.words.expressions import term
from sandbox.rules.words.glossary import Glossary, Selection
from sandbox.rules.words.items import (
    EXCEPT,
    Items,
    State,
    Values,
    in_order,
    part,
    placed,
    ranked,
)
from sandbox.rules.words.names import is_of_item, noun
from sandbox.talang.ast import Call, Expression, Path

# A filter with more to say than this is called by its name, and told once beside the rules.
LONGEST_INLINE = 80

_ROUNDINGS = {
    "ROUND": " (rounded)",
    "ROUND_UP": " (rounded up)",
    "ROUND_DOWN": " (rounded down)",
}


class Untold(Exception):
    """A step has no words; its filter is called by its name."""


def tell_selector(selector: Selector, told: Mapping[str, State], glossary: Glossary) -> State:
    """Return what a filter gives, in words; raises Untold.

    `told` are the filters that this one may select from; the glossary knows them too.
    """
    state = _source(selector.source, told)
    for step in selector.steps:
        state = _step(step, state, told, glossary)
    return state


def _source(source: Expression, told: Mapping[str, State]) -> State:
    match source:
        case Path(("Session", "CartItems")):
            return Items("the cart items", ())
        case Path((name,)) if name in told:
            state = told[name]
            if isinstance(state, Items) and len(state.text) > LONGEST_INLINE:
                return state.named(name)
            return state
    raise Untold


def _step(step: Step, state: State, told: Mapping[str, State], glossary: Glossary) -> State:
    match step, state:
        case FilterStep(predicate), Items() if not isinstance(predicate, Unsupported):
            return state.passing(_clauses(predicate, glossary))
        case SortStep(fields), Items():
            expressions = {field.expression for field in fields}
            earlier = (field for field in state.order if field.expression not in expressions)
            return replace(state, order=(*fields, *earlier), tells_order=False)
        case ReverseStep(), Items():
            turned = (SortField(field.expression, not field.descending) for field in state.order)
            return replace(
                state, order=tuple(turned), backwards=not state.backwards, tells_order=False
            )
        case SelectManyStep(), Items():
            return _many(step, state, told, glossary)
        case SelectBetweenStep(), Items():
            return _between(step, state, glossary)
        case SelectOneStep(index), Items():
            return _one(index, state, glossary)
        case MapStep(expression), Items():
            return Values(expression, state)
        case MapValuesStep(value_map), Items():
            name = glossary.name_of("value map", value_map)
            return state.passing((f"whose SKU is in the value map {name}",))
        case ReduceStep("count"), Items() | Values():
            return Selection(f"the number of {_items(state).text}", "number", plural=False)
        case ReduceStep("empty"), Items() | Values():
            items = _items(state)
            missing = items.plain or f"members of {items.text}"
            return Selection(f"whether there are no {missing}", "flag", plural=False)
        case ReduceStep("sum" | "max" | "min" as operator), Values():
            return _reduced(operator, state, glossary)
    raise Untold


def _items(state: Items | Values) -> Items:
    return state if isinstance(state, Items) else state.items


def _clauses(predicate: Condition, glossary: Glossary) -> tuple[str, ...]:
    """Return what items must pass, as relative clauses: “whose category is Shoes”."""
    match predicate:
        case CheckAttribute() if _is_relative(predicate, glossary):
            return (clause(predicate, glossary.owned_by("whose")),)
        case Group(operator="all", blocks=blocks) if _all_relative(predicate, glossary):
            return tuple(clause(block, glossary.owned_by("whose")) for block in blocks)
        case Group(operator=operator, blocks=blocks) if _all_relative(predicate, glossary):
            parts = " or ".join(clause(block, glossary.owned_by("whose")) for block in blocks)
            if operator == "none":
                return (f"{EXCEPT}those {parts}",)
            return (f"({parts})" if len(blocks) > 1 else parts,)
    words = clause(predicate, glossary.of_each_item())
    return (f"for which ({words})" if ";" in words else f"for which {words}",)


def _all_relative(group: Group, glossary: Glossary) -> bool:
    return bool(group.blocks) and all(_is_relative(block, glossary) for block in group.blocks)


def _is_relative(block: object, glossary: Glossary) -> bool:
    if not isinstance(block, CheckAttribute) or not isinstance(block.attribute, Path):
        return False
    subject = noun(block.attribute, glossary)
    return (
        is_of_item(block.attribute, glossary) and predicate_of(block, subject, glossary) is not None
    )


def _many(
    step: SelectManyStep, items: Items, told: Mapping[str, State], glossary: Glossary
) -> Items:
    must = "" if step.partial else ", which must all be there"
    number = whole_number_of(step.count)
    if number is not None:
        text = ranked(items, number, step.from_end, glossary)
        return items.chosen(text + must, single=number == 1)
    share = _part_of(step.count, items, told)
    if share is not None:
        return items.chosen(part(items, share, step.from_end, glossary) + must)
    many = term(step.count, glossary, "number").text
    text = f"{part(items, '', step.from_end, glossary)}, as many as {many}"
    return items.chosen(text + must)


def _between(step: SelectBetweenStep, items: Items, glossary: Glossary) -> Items:
    must = "" if step.partial else ", which must all be there"
    start, end = whole_number_of(step.start), whole_number_of(step.end)
    if start is None or end is None or end <= start:
        first, last = (term(place, glossary, "number").text for place in (step.start, step.end))
        places = f"from place {first} to before place {last}, counted from 0,"
        return items.chosen(f"the items {places} of {items.text}{in_order(items, glossary)}{must}")
    if end == start + 1:
        return items.chosen(placed(items, ordinal(end), glossary) + must, single=True)
    places = f"{ordinal(start + 1)} to {ordinal(end)}"
    return items.chosen(placed(items, places, glossary, plural=True) + must)


def _one(index: Expression, items: Items, glossary: Glossary) -> Selection:
    place = whole_number_of(index)
    if place == 0:
        text = ranked(items, 1, False, glossary)
    elif place is not None:
        text = placed(items, ordinal(place + 1), glossary)
    else:
        number = term(index, glossary, "number").text
        order = in_order(items, glossary)
        text = f"the item at place {number}, counted from 0, of {items.text}{order}"
    return Selection(text, "items", text, plural=False)


def _part_of(count: Expression, items: Items, told: Mapping[str, State]) -> str | None:
    """Return “third (rounded down)” for a count that is a third of these items' own number."""
    rounding = ""
    match count:
        case Call(name, (inner,)) if name.upper() in _ROUNDINGS:
            count, rounding = inner, _ROUNDINGS[name.upper()]
    match count:
        case Call("/", (Path((name, "ItemCount")), divisor)):
            counted = told.get(name)
            whole = whole_number_of(divisor)
            share = fraction(whole) if whole is not None else None
            if share and isinstance(counted, Items):
                is_same = items.text in (counted.text, counted.named(name).text)
                return f"{share}{rounding}" if is_same else None
    return None


def _reduced(operator: str, values: Values, glossary: Glossary) -> Selection:
    owners = {"sum": "the total", "max": "the highest", "min": "the lowest"}
    expression, items = values.expression, values.items.text
    told = term(expression, glossary.of_each_item(), "number")
    if isinstance(expression, Path) and is_of_item(expression, glossary):
        what = noun(expression, glossary.owned_by(owners[operator])).text
        text = f"{what} {'of' if operator == 'sum' else 'among'} {items}"
    else:
        what = {"sum": "sum", "max": "highest", "min": "lowest"}[operator]
        text = f"the {what}, over {items}, of {told.inner}"
    return Selection(text, told.kind, plural=False)


def of_each(values: Values, glossary: Glossary) -> str:
    """Return the values of items: “the SKU of each of the items whose category is Shoes”."""
    expression = values.expression
    if isinstance(expression, Path) and is_of_item(expression, glossary):
        what = noun(expression, glossary.owned_by("the")).text
        return f"{what} of each of {values.items.text}"
    what = term(expression, glossary.of_each_item()).text
    return f"for each of {values.items.text}: {what}"


def selection_of(state: State, name: str, glossary: Glossary) -> Selection:
    """Return what a told filter gives as other words refer to it: by name when it is long."""
    match state:
        case Items():
            is_long = len(state.text) > LONGEST_INLINE
            if is_long and state.single:
                item = f"the item of {quoted(name)}"
                return Selection(item, "items", item, plural=False, by_name=True)
            items = state.named(name) if is_long else state
            return Selection(
                items.text, "items", items.each, items.plain, not items.single, is_long
            )
        case Values():
            selection = Selection(of_each(state, glossary), "list")
        case Selection():
            selection = state
    return named(name, selection) if len(selection.text) > LONGEST_INLINE else selection


def named(name: str, selection: Selection) -> Selection:
    """Return what a filter gives, called by its name."""
    if selection.kind == "items":
        item = f"the item of {quoted(name)}"
        return Selection(item, "items", item, plural=False, by_name=True)
    text = f"the result of the filter {quoted(name)}"
    return replace(selection, text=text, plural=False, by_name=True)


def untold(name: str) -> Selection:
    """Return what a filter without words is called."""
    text = f"of the filter {quoted(name)}"
    result = f"the result {text}"
    return Selection(result, "unknown", f"every item {text}", plural=False, by_name=True)
