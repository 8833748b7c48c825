"""What effects aim at, as nouns."""

from __future__ import annotations

from sandbox.rules.effects import BundleTarget, CartTarget, ItemsTarget
from sandbox.rules.words.english import quoted
from sandbox.rules.words.glossary import Glossary, Selection
from sandbox.rules.words.selectors import untold


def each_of(target: ItemsTarget, glossary: Glossary) -> str:
    """Return the units of a target one by one: “every item whose category is Shoes”."""
    if target.selector is None:
        return "every item"
    return each_in(target.selector, glossary)


def each_in(selector: str, glossary: Glossary) -> str:
    """Return the units of a cart item filter one by one."""
    selection = _selection(selector, glossary)
    return selection.each or untold(selector).each


def items_of(target: ItemsTarget, glossary: Glossary) -> str:
    """Return the units of a target together: “the items whose category is Shoes”."""
    if target.selector is None:
        return "the cart items"
    selection = _selection(target.selector, glossary)
    return (
        selection.text if selection.each else f"the items of the filter {quoted(target.selector)}"
    )


def for_each(target: CartTarget | ItemsTarget | BundleTarget, glossary: Glossary) -> str:
    """Return what an effect is repeated for, as an addition: “ for every item”."""
    match target:
        case CartTarget():
            return ""
        case ItemsTarget():
            return f" for {each_of(target, glossary)}"
        case BundleTarget(name):
            return f" for every item of every bundle {quoted(name)}"


def _selection(name: str, glossary: Glossary) -> Selection:
    return glossary.selections.get(name) or untold(name)
