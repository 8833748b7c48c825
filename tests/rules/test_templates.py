from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.rules.templates import parse_formula, parse_path, parse_template
from sandbox.talang.ast import Call, Literal, Path
from sandbox.talang.compile import compile_expression
from sandbox.talang.errors import EvaluationError, ExpressionSyntaxError, UnknownFunctionError


def value_of(text: str, **names: object) -> object:
    expression = parse_template(text)
    return compile_expression(expression, lambda path: lambda env: names[str(path)])(None)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("-5 + 2", "-3"),
        ("200 * 15%", "30"),
        ("1 / 3", "0.3333333333333333"),
        ("ROUND_UP(2.1) + Round_down(2.9)", "5"),
        ("ROUND(2.345, 2)", "2.34"),
        ("MIN(3, 1, 2) + MAX(3, 1, 2) + ABS(-4)", "8"),
        ("0.1 + 0.2", "0.3"),
    ],
)
def test_a_formula_gives_an_exact_number(formula, expected):
    assert value_of("{{" + formula + "}}") == Decimal(expected)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [("2 >= 2", True), ("2 < 2", False), ("'a' = 'a'", True), ("true", True)],
)
def test_a_formula_may_compare(formula, expected):
    assert value_of("{{" + formula + "}}") is expected


def test_a_text_with_formulas_shows_numbers_as_people_write_them():
    text = value_of("You save {{$x * 0.10}} of {{$x}}", x=Decimal("50.00"))
    assert text == "You save 5 of 50"


def test_a_text_without_formulas_is_itself():
    assert parse_template("plain { text }") == Literal("plain { text }")


def test_a_name_is_read_with_all_its_parts():
    assert parse_path("$Session.Attributes.shipping-city") == Path(
        ("Session", "Attributes", "shipping-city")
    )


@pytest.mark.parametrize(
    ("formula", "offset"),
    [("1 +", 3), ("1 1", 2), ("(1", 2), ("#", 0), ("foo", 3), ("MIN(1 2)", 6), ("", 0), ("$", 0)],
)
def test_what_cannot_be_read_is_refused_at_its_place(formula, offset):
    with pytest.raises(ExpressionSyntaxError) as refused:
        parse_formula(formula)
    assert refused.value.offset == offset


@pytest.mark.parametrize("text", ["(" * 51 + "1" + ")" * 51, "-" * 51 + "1"])
def test_nesting_is_bounded(text):
    with pytest.raises(ExpressionSyntaxError, match="at most 50"):
        parse_formula(text)


def test_length_is_bounded():
    with pytest.raises(ExpressionSyntaxError, match="at most 10000"):
        parse_template("x" * 10_001)


def test_an_unknown_function_is_named():
    with pytest.raises(UnknownFunctionError, match="LAUNCH"):
        value_of("{{LAUNCH(1)}}")


@pytest.mark.parametrize("formula", ["1 / 0", "'a' * 2", "true + 1", "'a' < 1", "ROUND(1, 99)"])
def test_what_cannot_be_computed_fails_only_when_it_runs(formula):
    closure = compile_expression(parse_formula(formula), lambda path: lambda env: None)
    with pytest.raises(EvaluationError):
        closure(None)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        expression = parse_template("{{" + text + "}}")
    except ExpressionSyntaxError:
        return
    assert isinstance(expression, Call | Literal | Path)
