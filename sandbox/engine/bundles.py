"""Bundles: sets of units that belong together, as many as the cart allows.

Source: reference/engine/06-cart-items-bundles-catalogs.md, section 6.4; decision E41: greedy, in
the order of each filter's list, and a unit belongs to at most one bundle of a definition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sandbox.engine.parts import FindBundles, Names
from sandbox.engine.paths import Selection
from sandbox.engine.recorder import unit_traces
from sandbox.engine.scope import Scope, each_unit
from sandbox.engine.trace import MOST, BundleTrace
from sandbox.engine.units import Address, Unit
from sandbox.rules.model import Bundle
from sandbox.talang.ast import Value
from sandbox.talang.errors import EvaluationError, UnknownNameError
from sandbox.talang.functions import number, show

MAX_COUNT = 10_000


def compile_bundle(
    definition: Bundle, names: Names, selectors: Mapping[str, Selection]
) -> FindBundles:
    """Return what finds the bundles of a definition, their units in its order.

    Raises TalangError when it names a list that is not there.
    """
    for part in definition.lists:
        if part.selector not in selectors:
            raise UnknownNameError(part.selector)
    lists = [
        (selectors[part.selector].units, names.expression(part.count)) for part in definition.lists
    ]
    matchers = [names.expression(matcher) for matcher in definition.matchers]

    def group_of(scope: Scope) -> tuple[Value, ...]:
        return tuple(show(matcher(scope)) for matcher in matchers)

    def find(scope: Scope) -> list[list[Unit]]:
        found: list[list[Unit]] | None = scope.lists.get(find)
        if found is None:
            parts = [(find_units(scope), _count(count(scope))) for find_units, count in lists]
            found = _matching(scope, parts, group_of) if matchers else build(parts)
            scope.lists[find] = found
            if scope.recorder is not None:
                scope.recorder.bundles[definition.name] = _trace(definition.name, found)
        return found

    return find


def _trace(name: str, bundles: Sequence[Sequence[Unit]]) -> BundleTrace:
    written = [unit_traces(units) for units in bundles[:MOST]]
    return BundleTrace(name=name, count=len(bundles), bundles=written)


def build(lists: Sequence[tuple[Sequence[Unit], int]]) -> list[list[Unit]]:
    """Return as many bundles as the lists give: `count` units of each, no unit twice."""
    used: set[Address] = set()
    bundles: list[list[Unit]] = []
    rests = [iter(units) for units, _ in lists]
    while True:
        bundle: list[Unit] = []
        for rest, (_, count) in zip(rests, lists, strict=True):
            for _ in range(count):
                unit = next((u for u in rest if u.address not in used), None)
                if unit is None:
                    return bundles
                used.add(unit.address)
                bundle.append(unit)
        bundles.append(bundle)


def _matching(
    scope: Scope,
    lists: Sequence[tuple[Sequence[Unit], int]],
    group_of: Callable[[Scope], tuple[Value, ...]],
) -> list[list[Unit]]:
    """Build bundles of units that have the same values, in the order in which values appear."""
    groups: dict[tuple[Value, ...], list[tuple[list[Unit], int]]] = {}
    for index, (units, _) in enumerate(lists):
        for unit in each_unit(scope, units):
            try:
                group = group_of(scope)
            except EvaluationError:
                continue  # a unit without the attribute matches no other
            parts = groups.setdefault(group, [([], count) for _, count in lists])
            parts[index][0].append(unit)
    return [bundle for parts in groups.values() for bundle in build(parts)]


def _count(value: Value) -> int:
    wanted = number(value)
    if not 1 <= wanted <= MAX_COUNT or wanted != int(wanted):
        raise EvaluationError(f"A bundle cannot have {show(wanted)} units of one list")
    return int(wanted)
