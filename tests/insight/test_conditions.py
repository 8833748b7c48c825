"""Conditions that do not hold, with what they need and what there is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.insight.conditions import Place, failed_conditions, unmet


def check(**fields: Any) -> dict[str, Any]:
    return {"type": "checkAttribute", "passed": False, "blockId": "b", "index": 0} | fields


def total(attribute: str, actual: object, needed: object, operator: str) -> dict[str, Any]:
    return check(attribute=attribute, actual=actual, needed=needed, operator=operator)


@pytest.mark.parametrize(
    ("attribute", "operator", "words"),
    [
        (
            "$Session.Total",
            "greaterThanOrEqual",
            "needs a session total of at least €100.00; this session has €80.50",
        ),
        (
            "$Session.CartItemTotal",
            "greaterThan",
            "needs items worth more than €100.00; this cart has €80.50",
        ),
    ],
)
def test_totals_are_said_with_what_is_needed_and_what_there_is(
    attribute: str, operator: str, words: str
):
    assert unmet(total(attribute, Decimal("80.5"), 100, operator), "…", "EUR") == words


def test_counts_say_how_many_there_are():
    condition = total("$shoes.ItemCount", 2, 3, "greaterThanOrEqual")
    words = "applies only if the cart has at least 3 shoes; here it is 2"
    assert unmet(condition, "the cart has at least 3 shoes", "EUR") == words


def test_texts_are_quoted():
    condition = total("$Profile.Attributes.city", "Köln", "Berlin", "equals")
    words = "applies only if the customer's city is Berlin; here it is “Köln”"
    assert unmet(condition, "the customer's city is Berlin", "EUR") == words


@pytest.mark.parametrize("actual", [None, True, ["a"], ""])
def test_what_has_no_words_is_left_out(actual: object):
    assert unmet(check(actual=actual), "it is so", "EUR") == "applies only if it is so"


def test_failed_conditions_are_found_by_their_number_also_inside_groups():
    group = {"type": "group", "passed": False, "blockId": "g", "children": [check(index=1)]}
    rule = {"ruleIndex": 2, "conditions": [check(passed=True), group]}
    trace = {
        "campaigns": [
            {"campaignId": 7, "runs": [{"couponCode": "X", "rules": [rule]}]},
            {"campaignId": 8},
        ]
    }
    assert [place for place, _ in failed_conditions(trace)] == [Place(7, "X", 2, 1)]
