"""What a trace says of V1 rules: the same as of V2 rules where it can, else what was computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sandbox.engine.trace import ConditionTrace, RunTrace
from sandbox.numbers import encode_json
from tests.engine.builders import (
    block,
    bound,
    by_category,
    campaign,
    cart,
    check,
    discount,
    item,
    profile,
    rule,
    run,
    v1_campaign,
    v1_rule,
)

TOTAL = [".", "Session", "Total"]
TIER = [".", "Profile", "Attributes", "Tier"]
CART = [".", "Session", "CartItems"]
DISCOUNT = ["setDiscount", "off", 1]
KITCHEN = ["filter", CART, [["Item"], ["catch", False, ["=", [".", "Item", "Category"], "a"]]]]


def first_run(ruleset: Any, **given: Any) -> RunTrace:
    trace = run(ruleset, record=True, **given).trace
    assert trace is not None
    return trace.campaigns[0].runs[0]


def conditions(condition: Any, **given: Any) -> list[ConditionTrace]:
    return first_run(v1_campaign(v1_rule(condition, DISCOUNT)), **given).rules[0].conditions


def without_ids(trace: Any) -> Any:
    written = json.loads(encode_json(trace))

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if k != "blockId"}
        return [strip(v) for v in value] if isinstance(value, list) else value

    return strip(written)


def test_a_rule_in_either_form_has_the_same_trace():
    in_v1 = v1_campaign(
        v1_rule(
            ["and", [">", TOTAL, 50], ["or", ["couponValid"], ["=", TIER, "gold"]]],
            ["setDiscount", "x", ["*", TOTAL, ["/", 10, 100]]],
        ),
        bindings=[bound("kitchen", KITCHEN)],
    )
    either = block(
        "group",
        operator="atLeastOne",
        blocks=[
            block("checkCoupon", redeem=True),
            check("$Profile.Attributes.Tier", "equals", value="gold"),
        ],
        **{"x-countsOnce": True},
    )
    in_v2 = campaign(
        rule(
            check("$Session.Total", "greaterThan", value=50),
            either,
            discount("{{$Session.Total * 10%}}", "x"),
        ),
        selectors=[by_category("kitchen", "a")],
    )
    given = {"who": profile(attributes={"Tier": "gold"})}
    assert without_ids(first_run(in_v1, **given)) == without_ids(first_run(in_v2, **given))


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (TOTAL, "checkAttribute", "$Session.Total"),
        (["+", TOTAL, 0], "passthrough", "$Session.Total + 0"),
    ],
)
def test_a_comparison_shows_both_sides_whatever_they_are(value, kind, text):
    (seen,) = conditions(["and", ["between", value, 50, 100]])
    assert (seen.type, seen.operator, seen.attribute) == (kind, "between", text)
    assert (seen.actual, seen.needed, seen.passed) == (100, [50, 100], False)
    assert seen.decisions == ["F6"]


def test_other_talang_shows_its_text_its_value_and_its_steps():
    condition = ["exists", CART, [["x"], [">", [".", "x", "Price"], 15]]]
    (seen,) = conditions(["and", condition], items=cart(10, 20))
    assert seen.attribute == "exists($Session.CartItems, x → $x.Price > 15)"
    assert seen.actual is True
    (whole,) = seen.terms
    assert whole.term == seen.attribute
    items, first, second = whole.terms
    assert items.term == "$Session.CartItems"
    assert [(t.term, t.value, t.member) for t in (first, second)] == [
        ("$x.Price > 15", False, {"sku": "SKU-0", "position": 0}),
        ("$x.Price > 15", True, {"sku": "SKU-1", "position": 1}),
    ]
    assert [t.value for t in second.terms] == [20]


def test_an_error_is_shown_where_it_arose():
    (seen,) = conditions(["and", [">", ["+", TOTAL, [".", "Profile", "Attributes", "x"]], 1]])
    assert (seen.passed, seen.error) == (None, "$Profile.Attributes.x has no value")
    (whole,) = seen.terms
    (total,) = whole.terms
    assert [(t.term, t.value, t.error) for t in total.terms] == [
        ("$Session.Total", 100, None),
        ("$Profile.Attributes.x", None, "$Profile.Attributes.x has no value"),
    ]


def test_a_strict_group_shows_the_error_of_its_member():
    (seen,) = conditions(["and", ["or", ["=", TIER, "gold"], [">", TOTAL, 1]]], who=profile())
    assert (seen.type, seen.operator, seen.index) == ("group", "atLeastOne", 0)
    assert (seen.passed, seen.error) == (None, "$Profile.Attributes.Tier has no value")
    assert [(child.passed, child.index) for child in seen.children] == [(None, None), (True, None)]


def test_conditions_are_numbered_as_rejections_count_them():
    either = ["or", [">", TOTAL, 500], ["couponValid"]]
    seen = conditions(["and", [">", TOTAL, 1], either, ["not", either]])
    assert [condition.index for condition in seen] == [0, 1, 2]


def test_a_formula_of_talang_shows_what_it_read():
    ruleset = v1_campaign(
        v1_rule(["and"], ["setDiscount", "x", ["sum", [".", "k"], "Item", [".", "Item", "Price"]]]),
        bindings=[bound("k", KITCHEN)],
    )
    (effect,) = first_run(ruleset, items=[item(category="a", price=7)]).rules[0].effects
    (formula,) = effect.formulas
    assert formula.formula == 'sum($k, "Item", $Item.Price)'
    assert formula.inputs == {"$k": [{"sku": "A", "position": 0}]}
    assert formula.result == 7


def test_a_computed_filter_shows_where_it_starts():
    ruleset = v1_campaign(
        v1_rule(["and"], DISCOUNT), bindings=[bound("rest", ["count", ["tail", CART]])]
    )
    (seen,) = first_run(ruleset, items=cart(1, 2, 3)).selectors
    assert seen.source == "tail($Session.CartItems)"
    assert [(step.type, step.count, step.value) for step in seen.steps] == [
        ("source", 2, None),
        ("reduce", None, 2),
    ]


def test_very_long_talang_is_cut():
    long = ["or", *([">", ["+", TOTAL, n], 500] for n in range(300)), ["=", 1, 1]]
    (seen,) = conditions(["and", ["catch", True, long]])
    assert seen.attribute is not None
    assert len(seen.attribute) < 300
    assert seen.terms[0].cut or any(term.cut for term in seen.terms[0].terms)


@pytest.mark.parametrize(
    "condition",
    [
        ["and", ["between", TOTAL, 1, 200]],
        ["and", ["or", ["=", TIER, "gold"], [">", TOTAL, 1]]],
        ["and", ["exists", CART, [["x"], ["=", [".", "x", "SKU"], "A"]]]],
    ],
)
def test_a_trace_of_talang_fits_the_published_schema(condition):
    schema = json.loads((Path(__file__).parents[2] / "docs" / "trace.schema.json").read_text())
    effect = ["catch", ["noop"], ["setDiscount", "x", ["/", 1, 0]]]
    trace = run(v1_campaign(v1_rule(condition, effect)), record=True, who=profile()).trace
    jsonschema.validate(json.loads(encode_json(trace)), schema)
