"""The values in generated Applications: few, chosen so that comparisons fall on both sides of their
edges and on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any, TypeVar, get_args

from hypothesis import strategies as st

from sandbox.engine.definitions import Attribute, AttributeEntity

T = TypeVar("T")


def composite(function: Callable[..., T]) -> Callable[..., st.SearchStrategy[T]]:
    """Make a composite strategy, once for the same arguments: making one takes five times as long
    as drawing from it."""
    return cache(st.composite(function))


MOMENTS = [
    datetime(2026, 6, 15, 12, tzinfo=UTC),
    datetime(2026, 2, 28, 23, 30, tzinfo=UTC),
    datetime(2025, 12, 29, 0, 0, tzinfo=UTC),
]
ZONES = ["UTC", "Europe/Berlin", "Pacific/Auckland", "America/New_York"]

PRICES = [Decimal(p) for p in ("10", "0", "0.01", "0.99", "19.99", "33.33", "55", "60", "100")]
# Accepted, and no price that a shop would ask.
ODD_PRICES = [Decimal(p) for p in ("-5", "1E-30", "1E+30", "0.005", "123456789012345678.99")]
NUMBERS = [Decimal(n) for n in ("1", "0", "2", "3", "5", "10", "100", "-1", "0.5", "33.33", "1E+3")]
TEXTS = ["shirt", "hat", "", "s", "Shirt", "ONE", "10", "hé", "a${b}c"]
TIMES = [
    "2026-06-15T12:00:00Z",
    "2026-06-15T14:00:00+02:00",
    "2026-06-15T12:00:01Z",
    "2026-02-28T23:30:00Z",
    "2024-02-29T08:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
]
# What rules may write and requests may not send: times without a zone, days, no time at all.
LOOSE_TIMES = [*TIMES, "2026-06-15T12:00:00", "2026-06-15", "soon"]
PATTERNS = ["shirt", "^s", "(hat|shirt)$", "", "[A-Z]+", r"\d", "(", "(?=s)"]
DURATIONS = ["0D", "1D", "3D", "12h", "90m", "1M", "1Y", "2W", "-1D", "999999Y", "1D_U"]
SKUS = ["A", "B", "C", "D"]
CATEGORIES = ["shirt", "hat", None]

# One custom attribute of each type, of the same name on every entity.
ATTRIBUTE_TYPES = {
    "num": "number",
    "text": "string",
    "flag": "boolean",
    "time": "time",
    "texts": "(list string)",
    "nums": "(list number)",
    "times": "(list time)",
    "place": "location",
}
ATTRIBUTES = [
    Attribute(entity=entity, name=name, type=kind)  # type: ignore[arg-type]  # the names above are types
    for entity in get_args(AttributeEntity)
    for name, kind in ATTRIBUTE_TYPES.items()
]

# Hypothesis likes the ends of what it may choose from, so the rare answer stands in the middle.
seldom = st.sampled_from([False, False, False, False, True, False, False, False])
sometimes = st.sampled_from([False, False, True, False])
often = st.sampled_from([True, True, False, True])
either = st.booleans()


def some(values: Iterable[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    """Return lists of a few of these values, the same one perhaps more than once."""
    return st.lists(st.sampled_from(list(values)), max_size=most)


# Whose profile a block means, and which audience; now and then one that does not exist.
roles = st.sampled_from(["Current", "Current", "Advocate"])
AUDIENCES = {1: "vips", 2: "newcomers"}
_audiences = [{"id": id, "name": name} for id, name in AUDIENCES.items()]
audiences = st.sampled_from([*_audiences * 4, {"id": 99, "name": "nobody"}, *_audiences * 2])

numbers = st.sampled_from(NUMBERS)
texts = st.sampled_from(TEXTS)
durations = st.sampled_from(DURATIONS)

_VALUES: dict[str, list[Any]] = {
    "num": [Decimal(2), Decimal(0), Decimal("33.33"), 10],
    "text": ["shirt", "", "ONE"],
    "flag": [True, False],
    "time": TIMES,
    "texts": [["shirt", "s"], [], ["hat", "hat"]],
    "nums": [[2, Decimal("0.5")], [10]],
    "times": [TIMES[:2]],
    "place": [[Decimal(1), Decimal(2)], {"lat": Decimal(1), "lon": Decimal(2)}],
}
_WILD_VALUES = [5, Decimal("0.5"), "shirt", True, [], ["shirt", 5], {"lat": 1}, "2026-06-15"]
_typed = [{name: value} for name, values in _VALUES.items() for value in values]
_wild = [{name: value} for name, value in product(ATTRIBUTE_TYPES, _WILD_VALUES)]
_all = {name: values[0] for name, values in _VALUES.items()}
_few_typed = st.lists(st.sampled_from([_all, *_typed, _all, _all]), max_size=3)
_few_wild = st.lists(st.sampled_from([_all, *_typed, *_wild, _all, _all]), max_size=3)


@composite
def attributes(draw: st.DrawFn, *, typed: bool = True) -> dict[str, Any]:
    """Return values for some custom attributes; unless `typed`, any value for any of them."""
    return {k: v for found in draw(_few_typed if typed else _few_wild) for k, v in found.items()}
