from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.numbers import decode_json, encode_json
from sandbox.talang.arrays import read_arrays, read_value, write_arrays
from sandbox.talang.ast import Block, Call, Expression, Literal, Path
from sandbox.talang.errors import ExpressionShapeError
from sandbox.talang.limits import MAX_DEPTH, MAX_TERMS, MAX_TEXT
from tests.talang.strategies import atoms, trees

members = st.recursive(
    atoms | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
# An array is a call or a block, so that a list stands only inside a map.
constants = atoms | st.none() | st.dictionaries(st.text(max_size=5), members, max_size=3)


@pytest.mark.parametrize(
    ("json", "tree"),
    [
        (["+", 1, 2], Call("+", (Literal(Decimal(1)), Literal(Decimal(2))))),
        ([".", "Session", "Total"], Path(("Session", "Total"))),
        ([".", "M", 1, True], Path(("M", "1", "true"))),
        ([".", [".", "K"]], Call(".", (Path(("K",)),))),
        (["."], Call(".", ())),
        (["noop"], Call("noop", ())),
        ([], Block(())),
        ([["Item"], 5], Block((Call("Item", ()), Literal(Decimal(5))))),
        ([["+", 1, 2]], Call("+", (Literal(Decimal(1)), Literal(Decimal(2))))),
        ("Hello", Literal("Hello")),
        (None, Literal(None)),
        ({"body": ["x", 1]}, Literal({"body": ["x", Decimal(1)]})),
        ({"$time": "2026-06-15T12:00:00Z"}, Literal(datetime(2026, 6, 15, 12, tzinfo=UTC))),
    ],
)
def test_json_is_read_as_a_tree(json: Any, tree: Expression):
    assert read_arrays(json) == tree


@pytest.mark.parametrize(
    ("json", "pointer", "message"),
    [
        ([1, 2], "/0", "starts with a function's name"),
        (["and", True, ["or", [None]]], "/2/1/0", "starts with a function's name"),
        (["f", {"a": [1, {"$time": "soon"}]}], "/1/a/1/$time", "RFC 3339"),
        (["f", {"a/b": Decimal("1e99")}], "/1/a~1b", "exponent"),
        (["f", "x" * (MAX_TEXT + 1)], "/1", f"at most {MAX_TEXT}"),
        (["list", *["x"] * MAX_TERMS], "", f"at most {MAX_TERMS}"),
    ],
)
def test_what_is_no_expression_is_refused_at_its_place(json: Any, pointer: str, message: str):
    with pytest.raises(ExpressionShapeError, match=message) as refused:
        read_arrays(json)
    assert refused.value.pointer == pointer


def test_nesting_is_bounded():
    json: Any = 1
    for _ in range(MAX_DEPTH):
        json = ["f", json]
    read_arrays(json)
    with pytest.raises(ExpressionShapeError, match=f"at most {MAX_DEPTH} deep"):
        read_arrays(["f", json])


@given(trees(constants))
def test_what_is_written_reads_back_as_the_same_tree(tree: Expression):
    assert repr(read_arrays(write_arrays(tree))) == repr(tree)
    assert repr(read_arrays(decode_json(encode_json(write_arrays(tree))))) == repr(tree)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_read_or_refused_with_a_pointer(json: Any):
    pointers = ["", ""]
    for index, read in enumerate((read_arrays, read_value)):
        try:
            read(json)
        except ExpressionShapeError as refused:
            pointers[index] = refused.pointer
    assert all(pointer == "" or pointer[0] == "/" for pointer in pointers)
