"""The cart item filters and bundles of a ruleset: what other words call them, and what they are.

A filter with few words is written out wherever it is used; any other is called by its name, and
told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace

from sandbox.rules.effects import BundleTarget, ItemsTarget, UpdateAttribute
from sandbox.rules.model import Bundle, BundleList, Ruleset, Selector
from sandbox.rules.words.english import listed, quoted
from sandbox.rules.words.expressions import number_of, term
from sandbox.rules.words.formula import as_written
from sandbox.rules.words.glossary import Glossary, Selection
from sandbox.rules.words.model import FilterWords
from sandbox.rules.words.selectors import (
    Items,
    State,
    Untold,
    in_order,
    selection_of,
    tell_selector,
    untold,
)
from sandbox.rules.words.values import number
from sandbox.rules.words.vocabulary import Vocabulary
from sandbox.talang.ast import Path


@dataclass(frozen=True, slots=True)
class Filters:
    """What the filters and bundles of a ruleset are, by name.

    `called` are the names that stand in sentences instead of what they mean.
    """

    glossary: Glossary
    words: Mapping[str, FilterWords]
    called: frozenset[str]
    refers: Mapping[str, frozenset[str]]

    def explained(self, used: frozenset[str]) -> tuple[FilterWords, ...]:
        """Return the words of every name that sentences about `used` call by its name."""
        reached: set[str] = set()
        waiting = used & self.refers.keys()
        while waiting:
            reached |= waiting
            inner = frozenset().union(*(self.refers[name] for name in waiting))
            waiting = (inner & self.refers.keys()) - reached
        return tuple(words for name, words in self.words.items() if name in reached & self.called)


def tell_filters(ruleset: Ruleset, vocabulary: Vocabulary) -> Filters:
    """Tell every filter and bundle; a filter may stand before the one that it selects from."""
    parameters = {parameter.name: parameter.value for parameter in ruleset.parameters}
    glossary = Glossary(vocabulary, parameters)
    waiting = {selector.name: selector for selector in ruleset.selectors}
    references = {name: names_in(selector) & waiting.keys() for name, selector in waiting.items()}
    told: dict[str, State] = {}
    selections: dict[str, Selection] = {}
    while ready := [name for name in waiting if references[name] <= selections.keys()]:
        for name in ready:
            glossary = replace(glossary, selections=selections)
            try:
                told[name] = tell_selector(waiting.pop(name), told, glossary)
            except Untold:
                selections[name] = untold(name)
            else:
                selections[name] = selection_of(told[name], name, glossary)
    selections |= {name: untold(name) for name in waiting}
    glossary = replace(glossary, selections=selections)
    words = {
        selector.name: FilterWords(selector.name, _selector(selector, told, glossary))
        for selector in ruleset.selectors
    }
    called = {name for name, selection in selections.items() if quoted(name) in selection.text}
    for bundle in ruleset.bundles:
        words[bundle.name] = FilterWords(bundle.name, _bundle(bundle, glossary))
    return Filters(
        glossary,
        words,
        frozenset(called | {bundle.name for bundle in ruleset.bundles}),
        references | {bundle.name: names_in(bundle) for bundle in ruleset.bundles},
    )


def names_in(value: object) -> frozenset[str]:
    """Return the names of filters and bundles that a part of a rule may refer to."""
    return frozenset(_names(value))


def _names(value: object) -> Iterator[str]:
    match value:
        case Path(("Bundle", name, *_)):
            yield name
        case Path((name, *_)):
            yield name
        case ItemsTarget(selector=str(name)) | UpdateAttribute(target_name=str(name)):
            yield name
        case BundleTarget(name):
            yield name
        case BundleList(selector=name):
            yield name
    if isinstance(value, tuple):
        parts: Iterable[object] = value
    elif is_dataclass(value):
        parts = (getattr(value, field.name) for field in fields(value))
    else:
        return
    for part in parts:
        yield from _names(part)


def _selector(selector: Selector, told: Mapping[str, State], glossary: Glossary) -> str:
    name = quoted(selector.name)
    match told.get(selector.name):
        case None:
            return f"{name} is {as_written(selector)}."
        case Items() as items:
            verb = "is" if items.single else "are"
            return f"{name} {verb} {items.text}{in_order(items, glossary)}."
        case state:
            return f"{name} is {_full(state, selector.name, glossary)}."


def _full(state: State, name: str, glossary: Glossary) -> str:
    if isinstance(state, Selection):
        return state.text
    return selection_of(state, name, glossary).text


def _bundle(bundle: Bundle, glossary: Glossary) -> str:
    parts = [_part(part, glossary) for part in bundle.lists]
    return f"A bundle {quoted(bundle.name)} is {listed(parts, 'and')}."


def _part(part: BundleList, glossary: Glossary) -> str:
    selection = glossary.selections.get(part.selector) or untold(part.selector)
    amount = number_of(part.count)
    if amount is None:
        return f"as many of {selection.text} as {term(part.count, glossary, 'number').text}"
    return f"{number(amount, glossary.vocabulary)} of {selection.text}"
