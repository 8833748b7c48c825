"""Rulesets with something wrong in them: a part that is missing, or is something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.engine.strategies import values as words
from tests.engine.strategies.applications import any_rulesets

Pointer = tuple[str | int, ...]

_WRONG: list[Any] = [
    None,
    "",
    "x",
    "{{",
    "{{1 / 0}}",
    "{{$Nothing.Here}}",
    "$Session.Total",
    "$",
    -1,
    10**40,
    0.5,
    True,
    [],
    {},
    [None],
    {"type": "group"},
    {"type": "checkCoupon", "onFailure": [{"type": "awardItem"}]},
    [{"type": "passthrough", "expression": ["+", 1]}],
]
_wrong = st.sampled_from(_WRONG)
_count = st.integers(1, 3)
_how = st.sampled_from(["replace", "remove", "repeat", "replace"])


def pointers(value: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """Yield where the parts of a JSON value stand."""
    members = value.items() if isinstance(value, dict) else ()
    members = enumerate(value) if isinstance(value, list) else members
    for key, member in members:
        yield (*at, key)
        yield from pointers(member, (*at, key))


@words.composite
def mutated_rulesets(draw: st.DrawFn) -> Any:
    """Return a ruleset of which one to three parts are missing, doubled or wrong."""
    ruleset = draw(any_rulesets) | {"id": 1}
    for _ in range(draw(_count)):
        places = list(pointers(ruleset))
        place = places[draw(st.integers(0, len(places) - 1))]
        ruleset = _mutated(ruleset, place, draw(_how), draw(_wrong))
    return ruleset


def _mutated(value: Any, place: Pointer, how: str, wrong: Any) -> Any:
    """Return a copy of a JSON value in which one part is changed."""
    key, rest = place[0], place[1:]
    copy = dict(value) if isinstance(value, dict) else list(value)
    if rest:
        copy[key] = _mutated(value[key], rest, how, wrong)
    elif how == "remove":
        del copy[key]
    elif how == "repeat" and isinstance(copy, list):
        copy.insert(key, copy[key])
    else:
        copy[key] = wrong
    return copy
