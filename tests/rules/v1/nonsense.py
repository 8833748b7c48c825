"""V1 rulesets of calls that fit together by chance at best: nothing in them may break anything."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from sandbox.rules.v1.raw import EFFECTS
from sandbox.talang.kinds import BOOLEAN, DECIMAL, LIST, STRING, TOKEN
from sandbox.talang.library import TALANG
from sandbox.talang.signature import Signature

Arrays = st.SearchStrategy[Any]

# Calls of these have shapes of their own.
_SPECIAL = ("!", "set", "setTemplate", "kv")
_SIGNATURES = [
    overload.signature for overload in TALANG.overloads() if overload.signature.name not in _SPECIAL
]
_FUNCTIONS = sorted({signature.name for signature in _SIGNATURES} | EFFECTS | {"?x", "bundle"})

_names = st.sampled_from(
    [
        [".", *path.split(".")]
        for path in [
            "Session.Total",
            "Session.CartItems",
            "Session.CouponCodes",
            "Event.Type",
            "Nobody.Knows",
            "Item",
            "Item.Price",
            "Item.Quantity",
            "Item.DiscountedPrice",
            "x",
            "x.Price",
            "x.Attributes.size",
            "x.DiscountedPrice",
            "a",
            "b",
            "c",
            "Profile.Attributes.tags",
            "Profile.Attributes.place",
        ]
    ]
    + [[".", "a item count"], [".", "a total price"]]
)
_lists = st.sampled_from(
    [[".", "Session", "CartItems"], [".", "a"], [".", "b"], ["list", "a", 1], [".", "c"]]
)
_atoms = st.sampled_from(
    [
        0,
        1,
        -1,
        Decimal("1.5"),
        True,
        False,
        "",
        "a",
        "Item",
        "days",
        "2026-01-01",
        "callApi7",
        "fx",
        "Info",
        None,
        {"body": "b"},
        {"$time": "2026-06-15T12:00:00Z"},
    ]
)


def _block(inner: Arrays) -> Arrays:
    return st.builds(lambda name, body: [[name], body], st.sampled_from(["Item", "x"]), inner)


def _argument(kind: int, inner: Arrays) -> Arrays:
    if kind & TOKEN and not kind & DECIMAL:
        return _block(inner)
    if kind == LIST:
        return _lists | inner
    if kind == BOOLEAN:
        return st.booleans() | inner
    if kind in (DECIMAL, STRING):
        return _names | _atoms | inner
    return inner


def _fitting(inner: Arrays) -> Arrays:
    def call(signature: Signature) -> Arrays:
        arguments = [_argument(kind, inner) for kind in signature.parameters]
        return st.tuples(st.just(signature.name), *arguments).map(list)

    return st.sampled_from(_SIGNATURES).flatmap(call)


def _unfitting(inner: Arrays) -> Arrays:
    arguments = st.lists(inner | _block(inner), max_size=3)
    return st.builds(lambda name, given: [name, *given], st.sampled_from(_FUNCTIONS), arguments)


def _combined(inner: Arrays) -> Arrays:
    sequences = st.lists(inner, min_size=1, max_size=2).map(lambda terms: [["noop"], *terms])
    return st.one_of(_fitting(inner), _fitting(inner), _unfitting(inner), sequences)


expressions = st.recursive(_names | _names | _atoms, _combined, max_leaves=8).filter(
    lambda arrays: isinstance(arrays, list)
)
_filters = st.builds(
    lambda name, body: [name, [".", "Session", "CartItems"], [["Item"], body]],
    st.sampled_from(["filter", "map", "sum", "exists"]),
    expressions,
)
_good_bindings = st.sampled_from(
    [
        ["filter", [".", "Session", "CartItems"], [["i"], [">", [".", "i", "Price"], 15]]],
        ["map", [".", "a"], [["i"], [".", "i", "Price"]]],
        ["tail", [".", "Session", "CartItems"]],
        ["bundle", ["list", "a"], ["list", 1]],
    ]
)
bindings = st.builds(
    lambda name, kind, expression: {"name": name, "type": kind, "expression": expression},
    st.sampled_from("abc"),
    st.sampled_from(["cartItemFilter", "bundle", "subledgerBalance", "templateParameter", ""]),
    expressions | _filters | _good_bindings,
)
effects = st.one_of(
    expressions,
    expressions.map(lambda value: ["setDiscount", "x", value]),
    expressions.map(lambda value: ["catch", ["noop"], ["setDiscount", "x", value]]),
    st.builds(lambda fallback, effect: ["catch", fallback, effect], expressions, expressions),
    st.builds(
        lambda items, value: ["setDiscountPerItem", "x", items, [["Item"], value]],
        _lists,
        expressions,
    ),
)
rules = st.fixed_dictionaries(
    {
        "title": st.just("r"),
        "condition": expressions,
        "effects": st.lists(effects, max_size=2),
        "bindings": st.lists(bindings, max_size=1),
    }
)
