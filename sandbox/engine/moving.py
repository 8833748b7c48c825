"""What in a ruleset changes while campaigns run.

That is amounts that discounts lower, budgets, points of this session, and completed achievements.

Cart item filters and bundles that read such a thing are computed before the first rule of their
campaign runs: filters see values as they were before the campaign's own discounts
(reference/engine/01, section 1.2). For all others the moment makes no difference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import TypeAlias

import msgspec

from sandbox.engine.paths import DERIVED
from sandbox.rules.model import (
    Bundle,
    CheckAchievement,
    CheckBudget,
    CheckLoyaltyBalance,
    Selector,
)
from sandbox.talang.ast import Path

# What the name of a filter or a bundle begins with where it is read.
Root: TypeAlias = tuple[str, ...]

Check: TypeAlias = CheckBudget | CheckLoyaltyBalance | CheckAchievement


def moving_lists(selectors: Iterable[Selector], bundles: Iterable[Bundle]) -> set[Root]:
    """Return the filters and bundles that read something that changes, or one that does."""
    parts: list[tuple[Root, object]] = [((selector.name,), selector) for selector in selectors]
    parts += [(("Bundle", bundle.name), _bundle_parts(bundle)) for bundle in bundles]
    found: set[Root] = set()
    while more := {root for root, part in parts if root not in found and moves(part, found)}:
        found |= more
    return found


def moves(part: object, lists: Collection[Root]) -> bool:
    """Tell whether a part of a ruleset reads something that changes; `lists` are known to."""
    return any(
        not isinstance(leaf, Path)
        or any(name.startswith("Discounted") for name in leaf.names)
        or leaf.names[:2] in lists
        or any((root,) in lists for root in _roots(leaf.names[0]))
        for leaf in _leaves(part)
    )


def _roots(name: str) -> Iterator[str]:
    """Yield what a name may be that of: a filter, or, in V1, what is derived from a filter."""
    yield name
    for ending in DERIVED:
        if name.endswith(ending):
            yield name.removesuffix(ending)


def _bundle_parts(bundle: Bundle) -> tuple[object, ...]:
    return (*[Path((part.selector,)) for part in bundle.lists], bundle)


def _leaves(part: object) -> Iterator[Path | Check]:
    """Yield the names and checks of what changes that stand anywhere in a part of a ruleset."""
    if isinstance(part, Path | CheckBudget | CheckLoyaltyBalance | CheckAchievement):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from _leaves(inner)
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            yield from _leaves(getattr(part, name))
    elif is_dataclass(part):
        for field in fields(part):
            yield from _leaves(getattr(part, field.name))
