"""The cart item filters and bundles of a ruleset: what other words call them, and what they are.

A filter with few words is written out wherever it is used; any other is called by its name, and
told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sandbox.rules.effects import BundleTarget, ItemsTarget, UpdateAttribute
from sandbox.rules.model import Bundle, BundleList, Ruleset, Selector
from sandbox.rules.words.constants import number_of
from sandbox.rules.words.english import listed, quoted
from sandbox.rules.words.expressions import term
from sandbox.rules.words.formula import as_written, parts_of
from sandbox.rules.words.glossary import Glossary, Selection
from sandbox.rules.words.items import Items, State, Values, in_order
from sandbox.rules.words.model import FilterWords
from sandbox.rules.words.selectors import Untold, of_each, selection_of, tell_selector, untold
from sandbox.rules.words.vocabulary import Vocabulary
from sandbox.talang.ast import Path


@dataclass(frozen=True, slots=True)
class Filters:
    """What the filters and bundles are that the rules of a ruleset can use.

    `own` are those of the ruleset. `called` are the names that stand in sentences instead of what
    they mean; `refers` says which names each one's definition uses.
    """

    glossary: Glossary
    words: tuple[FilterWords, ...]
    own: tuple[FilterWords, ...]
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
        return tuple(words for words in self.words if words.name in reached & self.called)


def tell_filters(ruleset: Ruleset, vocabulary: Vocabulary) -> Filters:
    """Tell every filter and bundle.

    A ruleset's filter stands in place of the Application's of the same name.
    """
    selectors = {s.name: s for s in (*vocabulary.filters, *ruleset.selectors)}
    glossary, told = _told(selectors, Glossary(vocabulary))
    filters = {
        name: FilterWords(name, _selector(selector, told, glossary))
        for name, selector in selectors.items()
    }
    bundles = [
        FilterWords(bundle.name, _bundle(bundle, told, glossary)) for bundle in ruleset.bundles
    ]
    by_name = {name for name, selection in glossary.selections.items() if selection.by_name}
    definitions: tuple[Selector | Bundle, ...] = (*selectors.values(), *ruleset.bundles)
    return Filters(
        glossary,
        words=(*filters.values(), *bundles),
        own=(*(filters[selector.name] for selector in ruleset.selectors), *bundles),
        called=frozenset(by_name | {bundle.name for bundle in ruleset.bundles}),
        refers={definition.name: names_in(definition) for definition in definitions},
    )


def _told(
    selectors: Mapping[str, Selector], glossary: Glossary
) -> tuple[Glossary, Mapping[str, State]]:
    """Tell filters, those that others select from first, wherever they stand."""
    waiting = dict(selectors)
    references = {name: names_in(selector) & waiting.keys() for name, selector in waiting.items()}
    told: dict[str, State] = {}
    selections: dict[str, Selection] = {}
    while ready := [name for name in waiting if references[name] <= selections.keys()]:
        for name in ready:
            known = replace(glossary, selections=selections)
            try:
                told[name] = tell_selector(waiting.pop(name), told, known)
            except Untold:
                selections[name] = untold(name)
            else:
                selections[name] = selection_of(told[name], name, known)
    selections |= {name: untold(name) for name in waiting}
    return replace(glossary, selections=selections), told


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
    parts = value if isinstance(value, tuple) else (part for _, part in parts_of(value))
    for part in parts:
        yield from _names(part)


def _selector(selector: Selector, told: Mapping[str, State], glossary: Glossary) -> str:
    name = quoted(selector.name)
    match told.get(selector.name):
        case None:
            return f"{name} is {as_written(selector)}."
        case Items() as items:
            verb = "is" if items.single else "are"
            order = "" if items.tells_order else in_order(items, glossary)
            return f"{name} {verb} {items.text}{order}."
        case Values() as values:
            return f"{name} is {of_each(values, glossary)}."
        case Selection(text):
            return f"{name} is {text}."


def _bundle(bundle: Bundle, told: Mapping[str, State], glossary: Glossary) -> str:
    parts = listed([_part(part, told, glossary) for part in bundle.lists], "and")
    same = [term(matcher, glossary.owned_by("the same")).text for matcher in bundle.matchers]
    matching = f", all with {listed(same, 'and')}" if same else ""
    return f"A bundle {quoted(bundle.name)} is {parts}{matching}."


def _part(part: BundleList, told: Mapping[str, State], glossary: Glossary) -> str:
    selection = glossary.selections.get(part.selector) or untold(part.selector)
    amount = number_of(part.count)
    state = told.get(part.selector)
    order = in_order(state, glossary) if isinstance(state, Items) else ""
    order = f" ({order.removeprefix(', ')})" if order and not selection.by_name else ""
    if amount is None:
        many = term(part.count, glossary, "number").text
        return f"as many of {selection.text}{order} as {many}"
    written = term(part.count, glossary, "number").text
    if selection.plain is None:
        return f"{written} of {selection.text}{order}"
    noun = selection.plain.replace("items", "item", 1) if amount == 1 else selection.plain
    return f"{written} {noun}{order}"
