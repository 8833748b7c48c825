"""Items as a filter keeps them: which they are, in which order, and some of them from one end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from sandbox.rules.model import SortField
from sandbox.rules.words.english import quoted
from sandbox.rules.words.expressions import term
from sandbox.rules.words.glossary import Glossary, Selection
from sandbox.rules.words.names import is_of_item, noun
from sandbox.talang.ast import Expression, Path

# How a clause starts that says which items are left out.
EXCEPT = "except "

_PRICE = Path(("Item", "Price"))
# What stands first and last in ascending order.
_ENDS = {
    "money": ("lowest", "highest"),
    "number": ("lowest", "highest"),
    "time": ("earliest", "latest"),
}
_WAYS = {kind: tuple(f"{end} first" for end in ends) for kind, ends in _ENDS.items()}
_WAYS["text"] = ("A to Z", "Z to A")


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
        return None if self.clauses is None else with_clauses("items", self.clauses)

    @property
    def each(self) -> str:
        """“every item whose category is Shoes”, “each of the 2 cheapest items”."""
        if self.single:
            return self.text
        if self.clauses is None:
            return f"each of {self.text}"
        return with_clauses("every item", self.clauses)

    def named(self, name: str) -> Items:
        """Return the same items, called by the filter's name."""
        words = f"of {quoted(name)}"
        return replace(self, text=f"the items {words}", clauses=(words,), single=False)

    def passing(self, clauses: tuple[str, ...]) -> Items:
        """Return those of the items that pass more clauses."""
        if self.clauses is None:
            text = with_clauses(f"those of {self.text}", clauses)
            return replace(self, text=text, single=False)
        both = (*self.clauses, *clauses)
        are_exceptions = all(words.startswith(EXCEPT) for words in both)
        text = with_clauses("all items" if are_exceptions else "the items", both)
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


def with_clauses(text: str, clauses: tuple[str, ...]) -> str:
    """Return a noun with its relative clauses, exceptions last."""
    passing = [words for words in clauses if not words.startswith(EXCEPT)]
    exceptions = [words for words in clauses if words.startswith(EXCEPT)]
    if len(passing) == 1 and passing[0].startswith("("):
        passing = [passing[0][1:-1]]
    words = " ".join((text, " and ".join(passing))) if passing else text
    separator = ", " if passing else " "
    return f"{words}{separator}{' and '.join(exceptions)}" if exceptions else words


def in_order(items: Items, glossary: Glossary) -> str:
    """Return the order of items as an addition to their text: “, cheapest first”."""
    match items.order:
        case (SortField(expression, descending),) if expression == _PRICE:
            return f", {'most expensive' if descending else 'cheapest'} first"
        case ():
            return ", last in the cart first" if items.backwards else ""
    keys = [_key(field, glossary) for field in items.order]
    return f", sorted by {', then by '.join(keys)}"


def _key(field: SortField, glossary: Glossary) -> str:
    expression = field.expression
    told = term(expression, glossary.owned_by("the"))
    ascending, descending = _WAYS.get(told.kind, ("ascending", "descending"))
    words = told.text
    if isinstance(expression, Path) and is_of_item(expression, glossary):
        words = words.removeprefix("the ")
    return f"{words} ({descending if field.descending else ascending})"


@dataclass(frozen=True, slots=True)
class _End:
    """One end of an order: its adjective (“cheapest”), or an addition (“with the lowest weight”).

    `order` says what “first” and “last” mean, where they do not mean the cart's order.
    """

    adjective: str
    addition: str = ""
    order: str = ""

    @property
    def is_place(self) -> bool:
        """Tell whether the adjective is first or last, which stand before a number: the first 2."""
        return self.adjective in ("first", "last")


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
                superlative = glossary.owned_by(f"the {_ENDS[kind][is_last]}")
                return _End("", f"with {noun(expression, superlative).text}")
    return _End("last" if from_end else "first", order=in_order(items, glossary))


def ranked(items: Items, number: int, from_end: bool, glossary: Glossary) -> str:
    """Return so many items from one end: “the cheapest item …”, “the 2 items with the lowest …”."""
    end = _end(items, from_end, glossary)
    many = "" if number == 1 else str(number)
    numbered = (end.adjective, many) if end.is_place else (many, end.adjective)
    item = "item" if number == 1 else "items"
    if end.addition:
        among = f"among {items.text}" if items.clauses != () else ""
        return _words("the", *numbered, item, end.addition, among)
    if items.clauses is None:
        return f"{_words('the', *numbered, 'of', items.text)}{end.order}"
    return f"{with_clauses(_words('the', *numbered, item), items.clauses)}{end.order}"


def part(items: Items, words: str, from_end: bool, glossary: Glossary) -> str:
    """Return a part of the items from one end: “the cheapest third of the items …”.

    Without `words`, how many is still to be said: “the cheapest of the items …”.
    """
    end = _end(items, from_end, glossary)
    ones = "ones" if end.addition and not words else words
    return f"{_words('the', end.adjective, ones, end.addition, 'of', items.text)}{end.order}"


def placed(items: Items, places: str, glossary: Glossary, *, plural: bool = False) -> str:
    """Return the items at places of an order: “the 2nd to 3rd cheapest items …”."""
    end = _end(items, False, glossary)
    by_adjective = not end.is_place and not end.addition
    adjective = end.adjective if by_adjective else ""
    order = "" if by_adjective else in_order(items, glossary)
    if items.clauses is None:
        return f"{_words('the', places, adjective, 'of', items.text)}{order}"
    item = "items" if plural else "item"
    return f"{with_clauses(_words('the', places, adjective, item), items.clauses)}{order}"


def _words(*words: str) -> str:
    return " ".join(word for word in words if word)
