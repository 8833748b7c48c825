"""Cart item filters in words: “the cheapest third (rounded down) of the items whose category is
Shirts”.

Source: reference/engine/03, section 3.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

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
from sandbox.rules.words.english import fraction, ordinal, quoted
from sandbox.rules.words.expressions import number_of, term
from sandbox.rules.words.glossary import Glossary, Selection
from sandbox.rules.words.names import is_of_item, noun
from sandbox.talang.ast import Call, Expression, Path

# A filter with more to say than this is called by its name, and told once beside the rules.
LONGEST_INLINE = 80

_PRICE = Path(("Item", "Price"))
_ROUNDINGS = {
    "ROUND": " (rounded)",
    "ROUND_UP": " (rounded up)",
    "ROUND_DOWN": " (rounded down)",
}
_EXCEPT = "except "
# What stands first and last in ascending order.
_ENDS = {
    "money": ("lowest", "highest"),
    "number": ("lowest", "highest"),
    "time": ("earliest", "latest"),
}


class Untold(Exception):
    """A step has no words; its filter is called by its name."""


@dataclass(frozen=True, slots=True)
class Items:
    """Items on their way through the steps of a filter.

    `clauses` are what all of them pass; None once some of those that pass were left out.
    `backwards`: they stand in the reverse of the cart's order. `tells_order`: the text does.
    """

    text: str
    clauses: tuple[str, ...] | None
    order: tuple[SortField, ...] = ()
    backwards: bool = False
    single: bool = False
    tells_order: bool = False

    @property
    def plain(self) -> str | None:
        """“items whose category is Shoes”, of which the cart can have so many."""
        return None if self.clauses is None else _with_clauses("items", self.clauses)

    def named(self, name: str) -> Items:
        """Return the same items, called by the filter's name."""
        words = f"of {quoted(name)}"
        return replace(self, text=f"the items {words}", clauses=(words,), single=False)

    def passing(self, clauses: tuple[str, ...]) -> Items:
        """Return those of the items that pass more clauses."""
        if self.clauses is None:
            text = _with_clauses(f"those of {self.text}", clauses)
            return replace(self, text=text, single=False)
        both = (*self.clauses, *clauses)
        are_exceptions = all(words.startswith(_EXCEPT) for words in both)
        text = _with_clauses("all items" if are_exceptions else "the items", both)
        return replace(self, text=text, clauses=both)

    def chosen(self, text: str, *, single: bool = False) -> Items:
        """Return some of the items, in the same order."""
        return replace(self, text=text, clauses=None, single=single, tells_order=True)


@dataclass(frozen=True, slots=True)
class Values:
    """One value of each of the items."""

    expression: Expression
    items: Items


# One item alone, and numbers, are told to their end at once.
State: TypeAlias = Items | Values | Selection


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
                items.text, "items", _each(items), items.plain, not items.single, is_long
            )
        case Values():
            selection = Selection(_of_each(state, glossary), "list")
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


def in_order(items: Items, glossary: Glossary) -> str:
    """Return the order of items as an addition to their text: “, cheapest first”."""
    match items.order:
        case (SortField(expression, descending),) if expression == _PRICE:
            return f", {'most expensive' if descending else 'cheapest'} first"
        case ():
            return ", last in the cart first" if items.backwards else ""
    keys = [_key(field, glossary) for field in items.order]
    return f", sorted by {', then by '.join(keys)}"


def tell_selector(selector: Selector, told: Mapping[str, State], glossary: Glossary) -> State:
    """Return what a filter gives, in words; raises Untold.

    `told` are the filters that this one may select from; the glossary knows them too.
    """
    state = _source(selector.source, told)
    for step in selector.steps:
        state = _step(step, state, told, glossary)
    return state


def _source(source: Path, told: Mapping[str, State]) -> State:
    match source.names:
        case ("Session", "CartItems"):
            return Items("the cart items", ())
        case (name,) if name in told:
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
                return (f"{_EXCEPT}those {parts}",)
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


def _with_clauses(text: str, clauses: tuple[str, ...]) -> str:
    """Return a noun with its relative clauses, exceptions last."""
    passing = [words for words in clauses if not words.startswith(_EXCEPT)]
    exceptions = [words for words in clauses if words.startswith(_EXCEPT)]
    if len(passing) == 1 and passing[0].startswith("("):
        passing = [passing[0][1:-1]]
    words = " ".join((text, " and ".join(passing))) if passing else text
    separator = ", " if passing else " "
    return f"{words}{separator}{' and '.join(exceptions)}" if exceptions else words


def _many(
    step: SelectManyStep, items: Items, told: Mapping[str, State], glossary: Glossary
) -> Items:
    count = step.count
    whole = _whole(count)
    must = "" if step.partial else ", which must all be there"
    if whole == 1:
        return items.chosen(_ranked(items, step.from_end, "", glossary) + must, single=True)
    if whole is not None:
        return items.chosen(_ranked(items, step.from_end, str(whole), glossary) + must)
    part = _part_of(count, items, told)
    if part is not None:
        ends = _end(items, step.from_end, glossary)
        return items.chosen(f"{ends.of(part, items.text)}{must}")
    ends = _end(items, step.from_end, glossary)
    number = term(count, glossary, "number").text
    return items.chosen(f"{ends.of('', items.text)}, as many as {number}{must}")


@dataclass(frozen=True, slots=True)
class _End:
    """One end of an order: its adjective (“cheapest”), or an addition (“with the lowest weight”).

    `order` is told where neither says it.
    """

    before: str
    after: str = ""
    order: str = ""

    def of(self, part: str, items: str) -> str:
        """Return so much of the items from this end: “the cheapest third of the items …”."""
        noun = part or ("ones" if self.after else "")
        words = " ".join(word for word in ("the", self.before, noun, self.after) if word)
        return f"{words} of {items}{self.order}"


def _end(items: Items, from_end: bool, glossary: Glossary) -> _End:
    match items.order:
        case ():
            return _End("last" if from_end is not items.backwards else "first")
        case (SortField(expression, descending),):
            is_last = from_end is not descending
            if expression == _PRICE:
                return _End("most expensive" if is_last else "cheapest")
            kind = term(expression, glossary).kind
            if isinstance(expression, Path) and is_of_item(expression, glossary) and kind in _ENDS:
                superlative = _ENDS[kind][is_last]
                owner = glossary.owned_by(f"the {superlative}")
                return _End("", f"with {noun(expression, owner).text}")
    return _End("last" if from_end else "first", order=in_order(items, glossary))


def _ranked(items: Items, from_end: bool, number: str, glossary: Glossary) -> str:
    """Return so many items from one end; one where `number` is ""."""
    end = _end(items, from_end, glossary)
    before = f"the {end.before}" if end.before else "the"
    if end.before in ("first", "last"):
        words = f"{before} {number}" if number else before
    else:
        words = f"the {number} {end.before}".replace("  ", " ").strip() if number else before
    item = "items" if number else "item"
    if items.clauses is None:
        of = f"{item} {end.after} among" if end.after else "of"
        return f"{words} {of} {items.text}{end.order}"
    if end.after:
        among = f" among {items.text}" if items.clauses else ""
        return f"{words} {item} {end.after}{among}"
    return f"{_with_clauses(f'{words} {item}', items.clauses)}{end.order}"


def _between(step: SelectBetweenStep, items: Items, glossary: Glossary) -> Items:
    start, end = _whole(step.start), _whole(step.end)
    must = "" if step.partial else ", which must all be there"
    if start is None or end is None or end <= start:
        first, last = (term(place, glossary, "number").text for place in (step.start, step.end))
        places = f"from place {first} to before place {last}, counted from 0,"
        return items.chosen(f"the items {places} of {items.text}{in_order(items, glossary)}{must}")
    if end == start + 1:
        return items.chosen(_placed(items, ordinal(end), glossary) + must, single=True)
    places = f"{ordinal(start + 1)} to {ordinal(end)}"
    return items.chosen(_placed(items, places, glossary, plural=True) + must)


def _one(index: Expression, items: Items, glossary: Glossary) -> Selection:
    place = _whole(index)
    if place == 0:
        text = _ranked(items, False, "", glossary)
    elif place is not None and place > 0:
        text = _placed(items, ordinal(place + 1), glossary)
    else:
        number = term(index, glossary, "number").text
        text = f"the item at place {number}, counted from 0, of {items.text}"
        text += in_order(items, glossary)
    return Selection(text, "items", text, plural=False)


def _placed(items: Items, places: str, glossary: Glossary, *, plural: bool = False) -> str:
    """Return the items at places of an order: “the 2nd to 3rd cheapest items …”."""
    end = _end(items, False, glossary)
    item = "items" if plural else "item"
    if end.before in ("first", "last") or end.after:
        order = in_order(items, glossary)
        if items.clauses is None:
            return f"the {places} of {items.text}{order}"
        return f"{_with_clauses(f'the {places} {item}', items.clauses)}{order}"
    if items.clauses is None:
        return f"the {places} {end.before} of {items.text}"
    return _with_clauses(f"the {places} {end.before} {item}", items.clauses)


def _part_of(count: Expression, items: Items, told: Mapping[str, State]) -> str | None:
    """Return “third (rounded down)” for a count that is a third of these items' own number."""
    rounding = ""
    match count:
        case Call(name, (inner,)) if name in _ROUNDINGS:
            count, rounding = inner, _ROUNDINGS[name]
    match count:
        case Call("/", (Path((name, "ItemCount")), divisor)):
            counted = told.get(name)
            whole = _whole(divisor)
            part = fraction(whole) if whole is not None else None
            if part and isinstance(counted, Items):
                is_same = items.text in (counted.text, counted.named(name).text)
                return f"{part}{rounding}" if is_same else None
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


def _of_each(values: Values, glossary: Glossary) -> str:
    expression = values.expression
    if isinstance(expression, Path) and is_of_item(expression, glossary):
        what = noun(expression, glossary.owned_by("the")).text
        return f"{what} of each of {values.items.text}"
    what = term(expression, glossary.of_each_item()).text
    return f"for each of {values.items.text}: {what}"


def _each(items: Items) -> str:
    if items.single:
        return items.text
    if items.clauses is None:
        return f"each of {items.text}"
    return _with_clauses("every item", items.clauses)


def _key(field: SortField, glossary: Glossary) -> str:
    expression = field.expression
    told = term(expression, glossary.owned_by("the"))
    words = told.text
    if isinstance(expression, Path) and is_of_item(expression, glossary):
        words = words.removeprefix("the ")
    ends = {**{kind: f"{low} first" for kind, (low, _) in _ENDS.items()}, "text": "A to Z"}
    backwards = {**{kind: f"{high} first" for kind, (_, high) in _ENDS.items()}, "text": "Z to A"}
    ways = backwards if field.descending else ends
    return f"{words} ({ways.get(told.kind, 'descending' if field.descending else 'ascending')})"


def _whole(expression: Expression) -> int | None:
    """Return a constant whole number; None for anything else."""
    number = number_of(expression)
    if number is None or number != number.to_integral_value() or not 0 <= number < 10**6:
        return None
    return int(number)
