from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.changes import CountBudget, CounterKey, TakeGiveaway
from sandbox.engine.definitions import GiveawayPool
from sandbox.engine.evaluation import Evaluation
from sandbox.engine.model import Giveaway
from sandbox.engine.rollback import rollback
from tests.engine.builders import (
    NOW,
    block,
    campaign,
    discount,
    group,
    kinds,
    limit,
    profile,
    referral,
    rule,
    run,
)


def award(profile_: str = "Current", pool: int = 2) -> dict[str, Any]:
    return block("awardGiveaway", giveawayPool={"id": pool, "name": "Cinema"}, profile=profile_)


def codes(*values: str) -> list[Giveaway]:
    return [
        Giveaway(id=number, created=NOW, code=value, pool_id=2)
        for number, value in enumerate(values, 9)
    ]


def evaluate(*campaigns: Any, left: tuple[str, ...] = ("A", "B"), **fields: Any) -> Evaluation:
    facts = {"giveaways": {2: codes(*left)}, **fields.pop("facts", {})}
    define = {"giveaway_pools": [GiveawayPool(id=2, name="Cinema")]}
    return run(*campaigns, **{"who": profile("me"), "facts": facts, "define": define} | fields)


def given(evaluation: Evaluation) -> list[str]:
    return [e.props["code"] for e in evaluation.effects if e.effect_type == "awardGiveaway"]


def test_before_the_close_no_code_leaks():
    evaluation = evaluate(campaign(rule(award())))
    (effect,) = evaluation.effects
    assert effect.effect_type == "willAwardGiveaway"
    assert effect.props == {"poolId": 2, "poolName": "Cinema", "recipientIntegrationId": "me"}
    assert evaluation.changes == ()


def test_the_close_gives_the_first_code_for_good():
    evaluation = evaluate(campaign(rule(award())), closing=True)
    (effect,) = evaluation.effects
    assert effect.effect_type == "awardGiveaway"
    assert effect.props == {
        "poolId": 2,
        "poolName": "Cinema",
        "recipientIntegrationId": "me",
        "giveawayId": 9,
        "code": "A",
    }
    taken = TakeGiveaway(pool_id=2, code="A", profile_id="me", giveaway_id=9)
    assert taken in evaluation.changes
    assert taken.inverse() is None
    assert rollback(evaluation.effects, evaluation.changes)[0] == []


def test_a_dry_close_gives_nothing_away():
    assert kinds(evaluate(campaign(rule(award())), closing=True, dry=True)) == ["willAwardGiveaway"]


def test_several_awards_take_different_codes():
    evaluation = evaluate(campaign(rule(award(), award())), campaign(id=2), closing=True)
    assert given(evaluation) == ["A", "B"]


@pytest.mark.parametrize("closing", [False, True])
def test_an_empty_pool_fails_the_rule(closing):
    ruleset = campaign(rule(award()), rule(award(), discount(5)))
    evaluation = evaluate(ruleset, left=("ONLY",), closing=closing)
    assert len(kinds(evaluation)) == 1
    (failure,) = evaluation.failures()
    assert failure.details == "the giveaway pool Cinema has no code left"


def test_a_rule_that_fails_leaves_its_code_to_the_next_one():
    fails = rule(award(), discount("{{0 - 1}}"))
    assert given(evaluate(campaign(fails, rule(award())), closing=True)) == ["A"]


def test_a_campaign_that_loses_leaves_its_code_to_the_winner():
    loser, winner = (campaign(rule(award(), discount(n)), id=n) for n in (1, 2))
    evaluation = evaluate(loser, winner, tree=group("highestDiscount", 1, 2), closing=True)
    assert given(evaluation) == ["A"]
    assert [c for c in evaluation.changes if isinstance(c, TakeGiveaway)] == [
        TakeGiveaway(pool_id=2, code="A", profile_id="me", giveaway_id=9)
    ]


def test_a_giveaway_can_go_to_the_advocate():
    facts = {"referral": referral("REF"), "advocate": profile("advocate")}
    ruleset = campaign(rule(award("Advocate")))
    evaluation = evaluate(ruleset, facts=facts, referral_code="REF", closing=True)
    assert evaluation.effects[1].props["recipientIntegrationId"] == "advocate"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("Current", "the session is anonymous"),
        ("Advocate", "the session has no referral code of this campaign with an advocate"),
    ],
)
def test_somebody_must_be_there_to_receive_it(role, expected):
    evaluation = evaluate(campaign(rule(award(role))), who=None)
    (failure,) = evaluation.failures()
    assert failure.details == expected


def test_the_budget_is_counted_at_the_close_and_kept_when_cancelled():
    limited = campaign(rule(award()), rule(award()), limits=[limit("awardGiveaway", 1)])
    assert evaluate(limited).changes == ()
    closed = evaluate(limited, closing=True)
    assert given(closed) == ["A"]
    counted = CountBudget(key=CounterKey(1, "awardGiveaway"), amount=Decimal(1))
    assert counted in closed.changes
    assert counted.inverse() is None


def test_a_pool_that_does_not_exist_keeps_its_rule_from_firing():
    evaluation = evaluate(campaign(rule(award(pool=99))))
    assert [e.effect_type for e in evaluation.effects if e.effect_type != "error"] == []
    (failure,) = evaluation.failures()
    assert failure.details == "There is no giveaway pool Cinema"
