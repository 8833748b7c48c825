"""What must hold for any V1 ruleset: its blocks say what the Talang says, and nothing breaks."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox.engine.definitions import Attribute, CustomEffect, Webhook
from sandbox.errors import Fault, Refused
from sandbox.numbers import decode_json, encode_json
from sandbox.rules.parse import parse_ruleset
from sandbox.rules.writing import write_ruleset
from sandbox.talang.arrays import read_arrays
from sandbox.talang.evaluation import Question, evaluate, stub
from tests.engine.builders import NOW, cart, coupon, item, profile, run, v1_campaign, v1_rule
from tests.rules.v1 import nonsense
from tests.rules.v1.strategies import NUMBER, TAGS, TEXT, TIME, TOTAL, attributes, conditions

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
@example(["not", ["not", ["and", ["list"]]]], {}, False)
@example(["not", ["not", ["not", ["catch", False, 1]]]], {}, False)
@example(["or", [">", TOTAL, 0], [">", TIME, "2026"]], {}, False)
@example(["=", TAGS, "a"], {"tags": ["a"]}, False)
def test_a_condition_holds_in_a_rule_when_its_talang_is_true(condition, values, has_code):
    whole = ["and", condition]
    expected = holds_in_talang(whole, values, has_code)
    assert holds_in_a_rule(whole, values, has_code, record=False) == expected
    assert holds_in_a_rule(whole, values, has_code, record=True) == expected


@settings(max_examples=300, deadline=None)
@given(
    st.lists(nonsense.rules, min_size=1, max_size=2),
    st.lists(nonsense.bindings, max_size=3),
    st.booleans(),
)
def test_nothing_in_a_ruleset_breaks_an_evaluation(rules, bindings, flatten):
    ruleset = v1_campaign(*rules, bindings=bindings)
    given = {
        "items": [
            item("A", 10, 2, category="a", attributes={"size": 3}),
            item("B", 20, position=1),
        ],
        "who": profile(attributes={"tags": ["a", "b"], "place": {"lat": 1, "lon": 2}}),
        "settings": {
            "enable_flattened_cart_items": flatten,
            "enable_cascading_discounts": flatten,
        },
        "define": {
            "webhooks": [Webhook(id=7)],
            "custom_effects": [CustomEffect(id=1, name="fx")],
        },
    }
    try:
        fast = run(ruleset, **given)
    except Refused:
        return
    recorded = run(ruleset, record=True, **given)
    assert recorded.effects == fast.effects
    assert recorded.failures() == fast.failures()
    assert recorded.trace is not None
    encode_json(recorded.trace)


@settings(max_examples=200, deadline=None)
@given(st.lists(nonsense.rules, max_size=2), st.lists(nonsense.bindings, max_size=3))
def test_any_ruleset_is_written_and_read_back_as_the_same(rules, bindings):
    faults: list[Fault] = []
    ruleset = parse_ruleset({"id": 1, "rules": rules, "bindings": bindings}, "", faults)
    if faults:
        return
    written = decode_json(encode_json(write_ruleset(ruleset)))
    assert parse_ruleset(written, "", faults) == ruleset
    assert faults == []
