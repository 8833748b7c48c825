"""Expressions of any shape for property tests: sensible calls, nonsense, and what lies between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from sandbox.talang.ast import Block, Call, Expression, Literal, Path
from sandbox.talang.library import TALANG

NAMES = sorted({overload.signature.name for overload in TALANG.overloads()})

words = st.sampled_from(["A", "L", "x", "Item", "Price", "", "a b", "1", "true", 'q"', "back\\"])
texts = words | st.text(max_size=8)
decimals = st.one_of(
    st.integers(-20, 20).map(Decimal),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-999, max_value=999),
    st.sampled_from([Decimal("1E+30"), Decimal("1E-30"), Decimal("-0.0"), Decimal(10**29)]),
)
times = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
    min_value=datetime(1, 1, 2),
    max_value=datetime(9999, 12, 30),
).map(lambda time: time.replace(fold=0))
atoms = st.one_of(texts, decimals, st.booleans(), times)
# What both notations can write: no numbers with an exponent.
written_decimals = st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
).map(lambda number: Decimal(format(number, "f")))
written_atoms = st.one_of(texts, written_decimals, st.booleans(), times)


def calls_of(terms: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Calls of any name; a name that ``.`` reads is a Path, never a call."""
    arguments = st.lists(terms, max_size=4).map(tuple)
    names = st.sampled_from([name for name in NAMES if name != "."]) | texts.filter(
        lambda name: name != "."
    )
    return st.builds(Call, names, arguments)


def blocks_of(terms: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Blocks with more than one member, the first of which is no literal."""
    firsts = terms.filter(lambda term: not isinstance(term, Literal))
    return st.builds(
        lambda first, rest: Block((first, *rest)), firsts, st.lists(terms, min_size=1, max_size=3)
    )


paths = st.lists(texts, min_size=1, max_size=3).map(lambda names: Path(tuple(names)))


def trees(literals: st.SearchStrategy[object]) -> st.SearchStrategy[Expression]:
    return st.recursive(
        st.builds(Literal, literals) | paths,
        lambda terms: calls_of(terms) | blocks_of(terms),
        max_leaves=15,
    )


# Expressions that mostly make sense, so that evaluation gets somewhere.
BINDINGS = {
    "A": Decimal(5),
    "T": "Total 10",
    "F": True,
    "L": [Decimal(3), Decimal("1.5"), Decimal(2)],
    "Items": [
        {"Price": Decimal(10), "Category": "Kitchen", "Attributes": {"c": "x"}},
        {"Price": Decimal("0.5"), "Category": "Gift"},
        {"Price": "free"},
    ],
    "M": {"A": {"B": "deep"}},
}
_names = st.sampled_from(
    [("A",), ("T",), ("F",), ("L",), ("Items",), ("M", "A", "B"), ("x",), ("x", "Price"), ("None",)]
)
_leaves = st.one_of(
    st.sampled_from([0, 1, 2, Decimal("0.1"), -3]).map(lambda n: Literal(Decimal(n))),
    st.sampled_from(["Kitchen", "a", "10", ""]).map(Literal),
    st.booleans().map(Literal),
    _names.map(Path),
    times.map(Literal),
)


def _sensible(terms: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    block = st.builds(lambda body: Block((Call("x", ()), body)), terms)
    lists = st.sampled_from([Path(("L",)), Path(("Items",)), Call("list", (Literal("a"),))]) | terms
    pair = st.sampled_from(
        ["+", "-", "*", "/", "mod", "=", "!=", "<", ">=", "and", "or", "catch", "list", "contains"]
    )
    return st.one_of(
        st.builds(lambda name, a, b: Call(name, (a, b)), pair, terms, terms),
        st.builds(lambda name, a: Call(name, (a,)), st.sampled_from(NAMES), terms),
        st.builds(
            lambda name, members, body: Call(name, (members, body)),
            st.sampled_from(["map", "filter", "exists", "every", "sum", "do"]),
            lists,
            block,
        ),
        st.builds(
            lambda name, members, body, down: Call(name, (members, body, Literal(down))),
            st.sampled_from(["sortByNumber", "sortByString"]),
            lists,
            block,
            st.booleans(),
        ),
        st.builds(
            lambda name, value, rest: Block((Call("set", (Literal(name), value)), rest)),
            st.sampled_from(["A", "x", "New"]),
            terms,
            terms,
        ),
        st.builds(
            lambda path, names, rest: Call(
                "or", (*(Call("=", (Path(path), Literal(name))) for name in names), *rest)
            ),
            st.sampled_from([("x",), ("x", "Category"), ("x", "Price"), ("A",)]),
            st.lists(st.sampled_from(["Gift", "10", "1.5"]), max_size=3),
            st.lists(terms, max_size=1),
        ),
        st.builds(
            lambda body, argument: Block(
                (
                    Call("setTemplate", (Literal("t(Any)Any"), body)),
                    Call("!", (Literal("T"), argument)),
                )
            ),
            terms | st.just(Call("+", (Literal(Decimal(1)), Call("#", (Literal(Decimal(0)),))))),
            terms,
        ),
        calls_of(terms),
    )


sensible = st.recursive(_leaves, _sensible, max_leaves=12)
