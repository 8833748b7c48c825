"""Loyalty and achievements in V1 rules: the program's id first, or the achievement's."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.engine.evaluation import Evaluation
from tests.engine.achievements.builders import settings as achievement
from tests.engine.builders import bound, profile, run, v1_campaign, v1_rule
from tests.engine.loyalty.builders import addition, facts, settings

RICH = facts(addition(250), addition(30, sub_ledger_id="bonus"))
TOTAL = [".", "Session", "Total"]


def evaluated(condition: Any, *effects: Any, bindings: Any = ()) -> Evaluation:
    return run(
        v1_campaign(v1_rule(condition, *effects), bindings=bindings),
        programs=[settings()],
        achievements=[achievement(id=3)],
        who=profile(),
        loyalty=RICH,
    )


def props(*effects: Any) -> list[dict[str, Any]]:
    return [effect.props for effect in evaluated(["and"], *effects).effects]


def test_points_are_added():
    (effect,) = props(["addLoyaltyPoints", 5, "bonus", "Current", "thanks", ["*", TOTAL, 2]])
    assert (effect["programId"], effect["subLedgerId"]) == (5, "bonus")
    assert (effect["name"], effect["value"]) == ("thanks", 200)


@pytest.mark.parametrize("function", ["redeemLoyaltyPoints", "deductLoyaltyPoints"])
def test_points_are_deducted(function):
    (effect,) = props(["catch", ["noop"], [function, 5, 40]])
    assert (effect["programId"], effect["subLedgerId"], effect["value"]) == (5, "", 40)


def test_too_few_points_are_caught():
    caught = ["catch", ["noop"], ["redeemLoyaltyPoints", 5, 4000]]
    assert [p.get("name") for p in props(caught, ["setDiscount", "off", 1])] == ["off"]


def test_progress_is_made():
    (effect,) = props(["addAchievementProgress", 3, ["+", 1, 1]])
    assert (effect["achievementId"], effect["value"]) == (3, 2)


@pytest.mark.parametrize(
    ("needed", "applies"), [(["bonus", 30], True), (["bonus", 31], False), (["", 250], True)]
)
def test_a_balance_is_bound_by_the_program_id(needed, applies):
    subledger, points = needed
    balance = bound("points", ["subledgerBalance", 5, subledger], "subledgerBalance")
    condition = ["and", [">=", [".", "points"], points]]
    evaluation = evaluated(condition, ["setDiscount", "off", 1], bindings=[balance])
    assert bool(evaluation.effects) is applies
