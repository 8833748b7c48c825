from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.talang.errors import EvaluationError
from sandbox.talang.kinds import ANY, ATOM, DECIMAL, STRING, TOKEN, kind_name
from sandbox.talang.signature import MAX_PARAMETERS, parse_signature


def test_a_signature_is_read_as_the_reference_writes_it():
    signature = parse_signature("priceOf(Decimal|Token, String...)Decimal")
    assert signature.name == "priceOf"
    assert signature.parameters == (DECIMAL | TOKEN, STRING)
    assert signature.variadic
    assert signature.returns == DECIMAL


def test_a_result_may_be_left_out():
    assert parse_signature("f()").returns == ANY


@pytest.mark.parametrize(
    ("text", "counts"),
    [("f()", [0]), ("f(Atom)", [1]), ("f(Atom...)", [0, 1, 2, 3]), ("f(Atom, Atom...)", [1, 2, 3])],
)
def test_what_repeats_may_also_be_missing(text: str, counts: list[int]):
    assert [count for count in range(4) if parse_signature(text).takes(count)] == counts


def test_values_must_be_of_the_kinds():
    signature = parse_signature("f(Decimal, String...)Any")
    assert signature.accepts([Decimal(1), "a", "b"])
    assert not signature.accepts([Decimal(1), "a", True])


TOO_LONG = f"f({'Atom,' * MAX_PARAMETERS}Atom)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "f",
        "f(",
        "f(Money)",
        "f()Money",
        "(Atom)",
        "f(Atom,)",
        TOO_LONG,
    ],
)
def test_what_is_no_signature_is_an_error(text: str):
    with pytest.raises(EvaluationError):
        parse_signature(text)


def test_kinds_are_named_by_the_largest_names_that_fit():
    assert kind_name(ATOM | TOKEN) == "Atom|Token"
    assert kind_name(DECIMAL | STRING) == "Decimal|String"
    assert kind_name(ANY) == "Any"
