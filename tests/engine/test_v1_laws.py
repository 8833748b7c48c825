"""What must hold for any V1 condition: its blocks say what the Talang says."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox.engine.definitions import Attribute
from sandbox.talang.arrays import read_arrays
from sandbox.talang.evaluation import Question, evaluate, stub
from tests.engine.builders import NOW, cart, coupon, profile, run, v1_campaign, v1_rule
from tests.rules.v1.strategies import NUMBER, TAGS, TEXT, TOTAL, attributes, conditions

DECLARED = [
    Attribute(entity="CustomerProfile", name=name, type=kind)
    for name, kind in (
        ("number", "number"),
        ("text", "string"),
        ("flag", "boolean"),
        ("tags", "(list string)"),
        ("time", "time"),
    )
]


def holds_in_a_rule(condition: Any, values: dict[str, Any], has_code: bool, record: bool) -> bool:
    evaluation = run(
        v1_campaign(v1_rule(condition, ["showNotification", "Info", "holds", ""])),
        who=profile(attributes=values),
        attributes=DECLARED,
        coupons=[coupon()] if has_code else [],
        items=cart(60),
        record=record,
    )
    return any(e.effect_type == "showNotification" for e in evaluation.effects)


def holds_in_talang(condition: Any, values: dict[str, Any], has_code: bool) -> bool:
    """Evaluate the expression on its own: what is neither true nor a list means false."""
    known = dict(values)
    if "time" in known:
        known["time"] = datetime.fromisoformat(known["time"])
    question = Question(
        read_arrays(condition),
        {"Session": {"Total": Decimal(60)}, "Profile": {"Attributes": known}},
        stubs=[stub("couponValid", has_code)],
    )
    outcome = evaluate(question, NOW)
    return outcome.error is None and outcome.result["value"] is True


@settings(max_examples=500, deadline=None)
@given(conditions, attributes, st.booleans())
@example(["or", ["=", TEXT, "a"], [">", TOTAL, 1]], {}, False)
@example(["not", ["and", [">", TOTAL, 1], ["=", TEXT, "a"]]], {}, False)
@example(["not", ["catch", False, ["=", TEXT, "a"]]], {}, False)
@example(["not", ["or", ["catch", False, ["=", TEXT, "a"]], [">", NUMBER, 1]]], {}, False)
@example(["between", TOTAL, 60, 100], {}, False)
@example(["=", TAGS, "a"], {"tags": ["a"]}, False)
def test_a_condition_holds_in_a_rule_when_its_talang_is_true(condition, values, has_code):
    whole = ["and", condition]
    expected = holds_in_talang(whole, values, has_code)
    assert holds_in_a_rule(whole, values, has_code, record=False) == expected
    assert holds_in_a_rule(whole, values, has_code, record=True) == expected
