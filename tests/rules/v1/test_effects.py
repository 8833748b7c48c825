"""Effects in Talang, by the position of their arguments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.rules.effects import (
    AddLoyaltyPoints,
    AwardDiscount,
    AwardItem,
    CartTarget,
    DeductLoyaltyPoints,
    ItemsTarget,
    PassthroughEffect,
    ShowNotification,
    TriggerCustomEffect,
    TriggerWebhook,
    UpdateAchievement,
)
from sandbox.rules.model import Unsupported
from sandbox.rules.v1.effects import lower_effect
from sandbox.talang.arrays import read_arrays
from sandbox.talang.ast import Call, Literal, Path
from tests.rules.v1.lowered import effect

TOTAL = [".", "Session", "Total"]
TEN_PERCENT = ["*", TOTAL, ["/", 10, 100]]
NOOP = ["noop"]


def low(expression: Any) -> Any:
    return lower_effect(read_arrays(expression), "effect 0")


def text(value: str) -> Literal:
    return Literal(value)


def number(value: int) -> Literal:
    return Literal(Decimal(value))


def discount(name: str, value: int) -> AwardDiscount:
    return AwardDiscount("effect 0", text(name), number(value), None, CartTarget())


def points(**fields: Any) -> AddLoyaltyPoints:
    defaults: dict[str, Any] = {
        "id": "effect 0",
        "name": text(""),
        "program_id": 5,
        "subledger": "",
        "value": number(10),
        "partial": None,
        "target": CartTarget(),
        "recipient": "Current",
        "start_date": None,
        "expiry_date": None,
        "validity_duration": None,
        "pending_duration": None,
    }
    return AddLoyaltyPoints(**(defaults | fields))


def test_constants_make_a_block_of_v2():
    assert effect(["setDiscount", "off", 5]) == {
        "type": "awardDiscount",
        "name": "off",
        "value": 5,
        "partial": None,
        "target": {"type": "cart"},
    }


def test_a_formula_of_talang_stays_with_its_effect():
    expression = ["setDiscount", "10% off", TEN_PERCENT]
    assert effect(expression) == {"type": "passthrough", "expression": expression}
    found = low(expression)
    assert isinstance(found, PassthroughEffect)
    (attempt,) = found.attempts
    assert isinstance(attempt, AwardDiscount)
    assert attempt.value == read_arrays(TEN_PERCENT)
    assert not found.quiet


@pytest.mark.parametrize(
    ("expression", "attempts", "quiet"),
    [
        (["catch", NOOP, ["setDiscount", "a", 1]], [discount("a", 1)], True),
        (["catch", False, ["setDiscount", "a", 1]], [discount("a", 1)], True),
        (
            ["catch", ["setDiscount", "b", 2], ["setDiscount", "a", 1]],
            [discount("a", 1), discount("b", 2)],
            False,
        ),
        (
            ["catch", ["catch", NOOP, ["setDiscount", "b", 2]], ["setDiscount", "a", 1]],
            [discount("a", 1), discount("b", 2)],
            True,
        ),
        (
            ["catch", ["setDiscount", "b", 2], ["catch", NOOP, ["setDiscount", "a", 1]]],
            [discount("a", 1)],
            True,
        ),
        (NOOP, [], True),
    ],
)
def test_catch_gives_what_is_tried_in_turn(expression, attempts, quiet):
    assert low(expression) == PassthroughEffect(
        "effect 0", read_arrays(expression), tuple(attempts), quiet
    )


@pytest.mark.parametrize(
    ("expression", "block"),
    [
        (
            ["setDiscountPerItem", "off", [".", "kitchen"], [["x"], [".", "x", "Price"]]],
            AwardDiscount(
                "effect 0",
                text("off"),
                Path(("Item", "Price")),
                None,
                ItemsTarget("kitchen", False),
            ),
        ),
        (
            ["setDiscountPerItem", "off", [".", "Session", "CartItems"], 2],
            AwardDiscount("effect 0", text("off"), number(2), None, ItemsTarget(None, False)),
        ),
        (
            ["showNotification", "info", "Title", "Body"],
            ShowNotification("effect 0", "Info", text("Title"), text("Body")),
        ),
        (
            ["notification", "Title", {"body": "Body"}],
            ShowNotification("effect 0", "Info", text("Title"), text("Body")),
        ),
        (
            ["addFreeItem", "MUG", "A mug"],
            AwardItem("effect 0", text("MUG"), text("A mug"), number(1), None),
        ),
        (
            ["addFreeItem", "MUG", "A mug", 2],
            AwardItem("effect 0", text("MUG"), text("A mug"), number(2), None),
        ),
        (
            ["addFreeItem", "value", "MUG", "A mug"],
            AwardItem("effect 0", text("MUG"), text("A mug"), number(1), None),
        ),
        (["addLoyaltyPoints", 5, 10], points()),
        (["addLoyaltyPoints", 5, "sub", 10, "why"], points(subledger="sub", name=text("why"))),
        (
            ["addLoyaltyPoints", 5, "sub", "Advocate", "why", 10],
            points(subledger="sub", recipient="Advocate", name=text("why")),
        ),
        (
            ["addLoyaltyPoints", 5, 10, "why", "2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z"],
            points(
                name=text("why"),
                start_date=text("2026-07-01T00:00:00Z"),
                expiry_date=text("2026-08-01T00:00:00Z"),
            ),
        ),
        (
            ["redeemLoyaltyPoints", 5, 10],
            DeductLoyaltyPoints("effect 0", text(""), 5, "", number(10), False),
        ),
        (
            ["deductLoyaltyPoints", 5, "sub", 10, "why"],
            DeductLoyaltyPoints("effect 0", text("why"), 5, "sub", number(10), False),
        ),
        (
            ["addAchievementProgress", 3, 1],
            UpdateAchievement("effect 0", 3, "", number(1)),
        ),
        (
            ["!", "callApi189", "a", 2],
            TriggerWebhook("effect 0", 189, "", (("param_0", text("a")), ("param_1", number(2)))),
        ),
        (
            ["!", "extend_trial", 3],
            TriggerCustomEffect(
                "effect 0", 0, "extend_trial", (("param_0", number(3)),), CartTarget()
            ),
        ),
    ],
)
def test_an_effect_is_read_by_position(expression, block):
    assert low(expression) == block


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (["?setDiscountPerItem", "x", 1], "The function ?setDiscountPerItem is not known"),
        (["catch", NOOP, ["?giveAway", 1]], "The function ?giveAway is not known"),
        (["catch", ["?other"], ["setDiscount", "x", 1]], "The function ?other is not known"),
        (["catch", ["?other"], ["catch", NOOP, ["setDiscount", "x", 1]]], "?other is not known"),
        (["setDiscount", "x", ["?points"]], "The function ?points is not known"),
        (["setDiscount", "x"], "setDiscount takes 2 arguments here"),
        (["showNotification", "Shout", "x"], "A notification is of type Info"),
        (["setDiscountPerItem", "x", ["list"], 1], "takes the name of a cart item filter"),
        (
            ["setDiscountPerItem", "x", [".", "f"], [["x"], [".", "x"]]],
            "needs a number for each item",
        ),
        (["addLoyaltyPoints", "five", 1], "needs the id of a loyalty program as argument 1"),
        (["notification", "x", "body"], 'notification takes a title and {"body": …}'),
        (["addLoyaltyPoints", 5, "a", "b", "c", 1], "An amount of points is missing"),
        (["addLoyaltyPoints", 5, 1, "a", "b", "c", "d"], "takes two dates at most"),
        (["deductLoyaltyPoints", 5, "sub", "Advocate", 1], "takes a program, a subledger"),
        (["!", 5], "The name of a webhook or custom effect is a text"),
        (["+", 1, 2], "+ is no effect"),
        ([["noop"], ["setDiscount", "x", 1]], "An effect is a call"),
    ],
)
def test_what_is_no_effect_keeps_its_rule_from_firing(expression, reason):
    block = low(expression)
    assert isinstance(block, Unsupported)
    assert block.reason.startswith("effect 0, [")
    assert reason in block.reason
    assert effect(expression)["expression"] == expression


def test_a_text_that_looks_like_a_template_is_none_in_talang():
    found = low(["setDiscount", "{{$Session.Total}}", 1])
    assert isinstance(found, PassthroughEffect)
    assert found.attempts[0] == discount("{{$Session.Total}}", 1)


def test_a_name_that_is_computed_stays_talang():
    found = low(["setDiscount", ["concat", "a", "b"], 1])
    assert isinstance(found, PassthroughEffect)
    (attempt,) = found.attempts
    assert isinstance(attempt, AwardDiscount)
    assert attempt.name == Call("concat", (text("a"), text("b")))
