"""Conditions in Talang over a session and a profile, whose attributes may be missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

TOTAL = [".", "Session", "Total"]
NUMBER = [".", "Profile", "Attributes", "number"]
TEXT = [".", "Profile", "Attributes", "text"]
FLAG = [".", "Profile", "Attributes", "flag"]
TAGS = [".", "Profile", "Attributes", "tags"]
TIME = [".", "Profile", "Attributes", "time"]
COUPON = ["couponValid"]

TIMES = ["2026-06-14T12:00:00Z", "2026-06-15T12:00:00Z", "2026-06-16T12:00:00+02:00"]
WORDS = ["", "a", "ab", "1", "true", TIMES[0]]
NUMBERS = [Decimal(n) for n in (0, 1, 50, 100)]

# Values of a profile's attributes; what is left out is missing.
attributes = st.fixed_dictionaries(
    {},
    optional={
        "number": st.sampled_from(NUMBERS),
        "text": st.sampled_from(WORDS),
        "flag": st.booleans(),
        "tags": st.lists(st.sampled_from(WORDS), max_size=3),
        "time": st.sampled_from(TIMES),
    },
)

numbers = st.sampled_from([TOTAL, NUMBER])
number_values = st.sampled_from([*NUMBERS, TOTAL, NUMBER, ["+", NUMBER, 50], ["/", 100, 0]])
atoms = st.sampled_from([*NUMBERS, *WORDS, True, False, TEXT, NUMBER, FLAG, TIME])
names = st.sampled_from([TOTAL, NUMBER, TEXT, FLAG, TIME])
times = st.sampled_from(
    [TIME, *(["parseTime", time] for time in TIMES), ["addDuration", TIME, 1, "days"], "2026"]
)
words = st.sampled_from([*WORDS, TEXT, ["concat", TEXT, "a"]])


def _call(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.tuples(*parts).map(list)


orders = st.sampled_from([">", ">=", "<", "<="])
comparisons = st.one_of(
    _call(orders, numbers, number_values),
    _call(orders, number_values, numbers),
    _call(orders, st.just(TIME), times),
    _call(st.just(">"), numbers, number_values, number_values),
    _call(st.sampled_from(["=", "!="]), names, atoms),
    _call(st.sampled_from(["=", "!="]), atoms, names),
    _call(st.sampled_from(["=", "!="]), names, atoms, atoms),
    _call(st.sampled_from(["=", "!="]), st.just(TAGS), atoms),
    _call(st.just("between"), numbers, number_values, number_values),
    _call(
        st.sampled_from(["contains", "notContains", "startsWith", "endsWith"]),
        st.sampled_from([TEXT, NUMBER, FLAG]),
        words,
    ),
    _call(st.just("~"), st.sampled_from(["a", "^b", "1$"]), st.sampled_from([TEXT, FLAG])),
    _call(st.sampled_from(["after", "before"]), st.just(TIME), times),
    _call(st.sampled_from(["after", "before"]), times, st.just(TIME)),
    _call(st.just("betweenTimes"), st.just(TIME), times, times),
)
lists = st.one_of(
    st.just(["isEmpty", TAGS]),
    _call(orders, st.just(["count", TAGS]), st.integers(0, 3)),
    _call(
        st.just("or"),
        _call(st.just("="), st.just(TEXT), st.sampled_from(WORDS)),
        _call(st.just("="), st.just(TEXT), st.sampled_from(WORDS)),
    ),
    st.lists(st.sampled_from(WORDS), max_size=2).map(
        lambda words: ["exists", ["list", *words], [["x"], ["=", [".", "x"], TEXT]]]
    ),
    st.sampled_from(WORDS).map(lambda word: ["exists", TAGS, [["x"], ["=", [".", "x"], word]]]),
    st.sampled_from(WORDS).map(lambda word: ["every", TAGS, "x", ["!=", word, [".", "x"]]]),
)
existence = st.sampled_from([TEXT, NUMBER, FLAG]).flatmap(
    lambda name: st.sampled_from(
        [
            ["catch", False, ["or", ["list", name], False]],
            ["catch", False, ["and", ["list", name]]],
            ["catch", False, [name, True]],
            ["catch", True, ["not", ["or", ["list", name]]]],
        ]
    )
)
oddities = st.sampled_from([True, False, 1, "couponValid", ["/", 1, 0], ["noop"], ["list"]])
leaves = st.one_of(comparisons, comparisons, lists, existence, st.just(COUPON), st.just(FLAG))


def _combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(
            lambda function, arguments: [function, *arguments],
            st.sampled_from(["and", "or"]),
            st.lists(inner, max_size=3),
        ),
        inner.map(lambda condition: ["not", condition]),
        st.builds(lambda value, condition: ["catch", value, condition], st.booleans(), inner),
    )


conditions = st.recursive(leaves | oddities, _combined, max_leaves=8)
