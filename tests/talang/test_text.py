from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.talang.ast import Block, Call, Expression, Literal, Path
from sandbox.talang.errors import ExpressionSyntaxError
from sandbox.talang.limits import MAX_DEPTH, MAX_SOURCE, MAX_TERMS
from sandbox.talang.text import read_text, write_text
from tests.talang.strategies import texts, trees, written_atoms

ONE, TWO = Literal(Decimal(1)), Literal(Decimal(2))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("(+ 1 2)", Call("+", (ONE, TWO))),
        ("  + 1\t2\r\n", Call("+", (ONE, TWO))),
        ("((+ 1 2))", Call("+", (ONE, TWO))),
        ("(1 2)", Call("1", (TWO,))),
        ("((x) 1)", Block((Call("x", ()), ONE))),
        ("(set A 1) (. A)", Block((Call("set", (Literal("A"), ONE)), Path(("A",))))),
        ("(. Session 'Card Total' 1.50)", Path(("Session", "Card Total", "1.50"))),
        ("(. (. K) x)", Call(".", (Path(("K",)), Literal("x")))),
        ("()", Block(())),
        ("", Block(())),
        ("Hello", Literal("Hello")),
        ('"1"', Literal("1")),
        ("TRUE", Literal(True)),
        ("-.5", Literal(Decimal("-0.5"))),
        ("5.", Literal(Decimal(5))),
        ("1e5", Literal("1e5")),
        ("2018-13-02T19:04:05Z", Literal("2018-13-02T19:04:05Z")),
        (
            "2018-01-02T19:04:05+02:00",
            Literal(datetime(2018, 1, 2, 19, 4, 5, tzinfo=timezone(timedelta(hours=2)))),
        ),
        (r'"say \"hi\" \d"', Literal(r'say "hi" \d')),
        (r"'it\'s'", Literal("it's")),
        (r'"a\\"', Literal("a\\")),
    ],
)
def test_text_is_read_as_a_tree(text: str, tree: Expression):
    assert read_text(text) == tree
    assert type(read_text(text)) is type(tree)


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("(+ 1 (* 2 3)", 0, "is missing"),
        ("(+ 1 2))", 7, "too many"),
        ('(+ "a', 3, "not closed"),
        ("+ 1 " + "9" * 35, 4, "34 digits"),
        ("(" * (MAX_DEPTH + 1), MAX_DEPTH - 1, f"at most {MAX_DEPTH} deep"),
        ("x " * (MAX_TERMS + 1), 2 * MAX_TERMS + 1, f"at most {MAX_TERMS} terms"),
        ("x" * (MAX_SOURCE + 1), MAX_SOURCE, f"at most {MAX_SOURCE} characters"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text: str, offset: int, message: str):
    with pytest.raises(ExpressionSyntaxError, match=message) as refused:
        read_text(text)
    assert refused.value.offset == offset


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Call("=", (Path(("Item", "Card Type")), Literal("x"))), '(= (. Item "Card Type") "x")'),
        (Call("f", (Literal(None), Literal(Decimal("1E+3")))), "(f (noop) 1000)"),
        (Literal({"a": [ONE.value]}), "(kv (a (list 1)))"),
        (Call("two words", ()), '("two words")'),
    ],
)
def test_a_tree_is_written_as_people_write_it(tree: Expression, text: str):
    assert write_text(tree) == text


def test_a_long_text_is_cut():
    assert write_text(Call("list", (ONE,) * 100), most=11) == "(list 1 1 1…"


@given(trees(written_atoms))
def test_what_is_written_reads_back_as_the_same_tree(tree: Expression):
    assert repr(read_text(write_text(tree))) == repr(tree)


@given(texts | st.text(alphabet="\\\"' ()a"))
def test_any_text_survives_as_a_word(text: str):
    assert read_text(write_text(Literal(text))) == Literal(text)


@given(st.text(alphabet="()\"'\\ .+1aT-:Z\n") | st.text())
def test_any_text_is_read_or_refused(text: str):
    try:
        tree = read_text(text)
    except ExpressionSyntaxError:
        return
    assert repr(read_text(write_text(tree))) == repr(tree)
