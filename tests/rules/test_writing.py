"""What is written is read back as the same."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import Fault
from sandbox.numbers import decode_json, encode_json
from sandbox.rules.model import Ruleset
from sandbox.rules.parse import parse_ruleset
from sandbox.rules.printing import formula_text, short_text, template_text
from sandbox.rules.templates import parse_formula, parse_template
from sandbox.rules.writing import write_ruleset
from sandbox.talang.arrays import read_arrays
from sandbox.talang.ast import Call, Expression, Literal
from sandbox.talang.ast import Path as Name
from tests.engine.strategies import examples
from tests.engine.strategies.applications import any_rulesets


def parsed(raw: Any) -> Ruleset:
    faults: list[Fault] = []
    ruleset = parse_ruleset(raw, "", faults)
    assert faults == []
    return ruleset


def reread(ruleset: Ruleset) -> Ruleset:
    return parsed(decode_json(encode_json(write_ruleset(ruleset))))


numbers = st.decimals(min_value=0, max_value=10**6, places=2).map(lambda n: Literal(n))
texts = st.text("abc XYZ0.%", max_size=6).map(Literal)
names = st.sampled_from(["Session.Total", "Item.Attributes.colour", "Bundle.1Bike.Count"])
paths = names.map(lambda name: Name(tuple(name.split("."))))
leaves = numbers | texts | paths | st.booleans().map(Literal)
arithmetic = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda op, a, b: Call(op, (a, b)), st.sampled_from("+-*/"), inner, inner),
        st.builds(lambda a: Call("/", (a, Literal(Decimal(100)))), inner),
        st.builds(lambda a: Call("ROUND_UP", (a,)), inner),
        st.builds(lambda a, b: Call("MAX", (a, b)), inner, inner),
    ),
    max_leaves=8,
)
formulas = arithmetic | st.builds(
    lambda op, a, b: Call(op, (a, b)),
    st.sampled_from(["=", "!=", "<", ">="]),
    arithmetic,
    arithmetic,
)


@given(formulas)
def test_a_formula_is_read_back_as_the_same(formula: Expression):
    assert parse_formula(formula_text(formula)) == formula


@pytest.mark.parametrize(
    "text",
    [
        "10 % off",
        "",
        "{{$Session.Total * 10%}}",
        "{{(1 + 2) * -3 - (4 - 5)}}",
        "{{1 - (2 - 3)}}",
        "{{8 / (4 / 2)}}",
        "You save {{$Session.Total * 0.1}} today, {{$Profile.Attributes.Name}}!",
        "{{CONCAT('a', \"b\")}}",
        "{{'it is \"so\"'}}",
        "{{$Session.Total >= 100}}",
        "{{5%}}",
        "{{($Session.Total + 10%) * 2}}",
        "{{8 / (2 * 5%)}}",
        "{{($Session.Total)%}}",
        "{{true}}",
    ],
)
def test_a_template_is_read_back_as_the_same(text):
    template = parse_template(text)
    assert parse_template(template_text(template)) == template


@pytest.mark.parametrize("formula", ["{{1}}", "{{'a'}}", "{{true}}", "{{LIST(1, 2)}}", "$Item.SKU"])
def test_a_field_that_takes_formulas_only_gets_one(formula):
    step = {"type": "map", "expression": formula}
    selector = {"name": "list", "source": "$Session.CartItems", "steps": [step]}
    ruleset = parsed({"id": 1, "selectors": [selector]})
    assert reread(ruleset) == ruleset


def test_a_percentage_is_written_as_one():
    assert (
        template_text(parse_template("{{$Session.Total*(10/100)}}")) == "{{$Session.Total * 10%}}"
    )


@pytest.mark.parametrize(
    ("arrays", "text"),
    [
        (["sum", [".", "k"], [["Item"], [".", "Item", "Price"]]], "sum($k, Item → $Item.Price)"),
        (["=", ["=", 1, [".", "a"]], True], "(1 = $a) = true"),
        (["*", ["+", 1, [".", "Session", "Total"]], ["/", 10, 100]], "(1 + $Session.Total) * 10%"),
        (["and", [">", 1, 2], ["couponValid"]], "and(1 > 2, couponValid())"),
        ([["set", "a", 1], [".", "a"]], '(set("a", 1); $a)'),
        (
            ["after", [".", "t"], {"$time": "2026-06-15T12:00:00Z"}],
            'after($t, "2026-06-15T12:00:00Z")',
        ),
        (["f", {"a": 1}, None], "f((kv (a 1)), (noop))"),
    ],
)
def test_talang_is_printed_as_formulas_are(arrays, text):
    assert formula_text(read_arrays(arrays)) == text
    assert short_text(read_arrays(arrays)) == text


def test_very_long_talang_is_printed_in_its_own_notation_and_cut():
    text = short_text(read_arrays(["or", *([">", n, 1] for n in range(500))]))
    assert text.startswith("(or (> 0 1)")
    assert text.endswith("…")
    assert len(text) < 300


@examples(2)
@given(any_rulesets)
def test_every_ruleset_is_read_back_as_the_same(raw: Any):
    ruleset = parsed(raw | {"id": 1})
    assert reread(ruleset) == ruleset
    assert write_ruleset(reread(ruleset)) == write_ruleset(ruleset)


def test_the_demo_is_read_back_as_the_same():
    demo = json.loads((Path(__file__).parents[2] / "fixtures" / "demo.json").read_text())
    for campaign in demo["campaigns"]:
        ruleset = parsed(campaign["ruleset"])
        assert reread(ruleset) == ruleset


def test_every_ruleset_of_the_conformance_cases_is_read_back_as_the_same(shared: Path):
    seen = 0
    for path in sorted((shared / "conformance" / "cases").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            for campaign in decode_json(line)["bundle"].get("campaigns", []):
                raw = campaign.get("ruleset", {"id": 0})
                faults: list[Fault] = []
                ruleset = parse_ruleset(raw, "", faults)
                if not faults:
                    assert reread(ruleset) == ruleset
                    seen += 1
    assert seen > 300
