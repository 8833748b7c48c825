"""Blocks of V2 that hold Talang."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import Fault
from sandbox.rules.effects import PassthroughEffect
from sandbox.rules.model import Block, CheckAttribute, CheckCoupon, Group, Passthrough, Unsupported
from sandbox.rules.parse import parse_ruleset
from sandbox.talang.ast import Path

TOTAL = [".", "Session", "Total"]


def read(expression: Any, **fields: Any) -> tuple[Block, list[Fault]]:
    raw = {"id": "b", "type": "passthrough", "expression": expression, **fields}
    faults: list[Fault] = []
    rules = [{"title": "r", "blocks": [raw]}]
    ruleset = parse_ruleset({"id": 1, "promotionRules": rules}, "", faults)
    return ruleset.rules[0].blocks[0], faults


def block(expression: Any, **fields: Any) -> Block:
    found, faults = read(expression, **fields)
    assert faults == []
    assert found.id == "b"
    return found


def test_talang_that_a_block_says_is_that_block():
    assert isinstance(block([">", TOTAL, 50]), CheckAttribute)


def test_and_inside_a_rule_counts_as_one_condition():
    group = block(["and", [">", TOTAL, 50], ["couponValid"]])
    assert isinstance(group, Group)
    assert group.counts_once


def test_other_talang_is_a_condition():
    assert isinstance(block(["between", ["+", TOTAL, 1], 50, 60]), Passthrough)


@pytest.mark.parametrize(
    "expression",
    [
        ["setDiscount", "off", ["*", TOTAL, ["/", 10, 100]]],
        ["catch", ["noop"], ["!", "callApi7"]],
        ["noop"],
    ],
)
def test_what_is_an_effect_is_one(expression):
    assert isinstance(block(expression), PassthroughEffect)


@pytest.mark.parametrize(
    "expression",
    [["$Session.FirstSession"], ["Session.FirstSession"], [[".", "Session", "FirstSession"]]],
)
def test_a_bare_name_is_a_condition(expression):
    found = block(expression)
    assert isinstance(found, CheckAttribute)
    assert (found.operator, found.attribute) == ("isTrue", Path(("Session", "FirstSession")))


def test_a_text_that_is_a_function_is_its_call():
    assert isinstance(block(["couponValid"]), CheckCoupon)


@pytest.mark.parametrize("constant", [True, False])
def test_a_bare_constant_is_a_condition(constant):
    assert isinstance(block([constant]), Passthrough)


def test_a_text_that_is_no_function_and_no_name_is_an_unknown_function():
    found = block(["couponIsFine"])
    assert isinstance(found, Unsupported)
    assert "The function couponIsFine is not known" in found.reason


@pytest.mark.parametrize(
    ("expression", "pointer"),
    [
        ([], "/expression"),
        (None, "/expression"),
        ("x", "/expression"),
        ([1, 2], "/expression/0"),
        ([">", TOTAL, {"a": {"$time": "noon"}}], "/expression/2/a/$time"),
    ],
)
def test_what_is_no_expression_is_a_fault(expression, pointer):
    _, faults = read(expression)
    assert [fault.pointer for fault in faults] == [f"/promotionRules/0/blocks/0{pointer}"]


def test_a_filter_may_have_talang_as_its_predicate():
    predicate = {"id": "p", "type": "passthrough", "expression": ["~", "^A", [".", "Item", "SKU"]]}
    other = {**predicate, "expression": ["every", ["list", 1], [["x"], True]]}
    faults: list[Fault] = []
    raw = {
        "id": 1,
        "promotionRules": [],
        "selectors": [
            {
                "name": "f",
                "source": "$Session.CartItems",
                "steps": [{"type": "filter", "predicate": each} for each in (predicate, other)],
            }
        ],
    }
    steps = parse_ruleset(raw, "", faults).selectors[0].steps
    assert faults == []
    assert [type(step.predicate) for step in steps] == [CheckAttribute, Passthrough]
