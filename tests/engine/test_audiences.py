from __future__ import annotations

from typing import Any

import pytest

from sandbox.engine.changes import SetMembership
from sandbox.engine.definitions import Audience
from sandbox.engine.evaluation import Evaluation, Memberships
from tests.engine.builders import (
    block,
    campaign,
    discount,
    kinds,
    notify,
    profile,
    referral,
    rule,
    run,
)

VIP = {"id": 9, "name": "VIP"}
NOBODY = Memberships()
EVERYTHING = Memberships(frozenset({9}), frozenset({9}), frozenset({9}))


def check_audience(operator: str, role: str = "Current", **fields: Any) -> dict[str, Any]:
    return block("checkAudience", operator=operator, profile=role, audience=VIP, **fields)


def update(operator: str, role: str = "Current") -> dict[str, Any]:
    return block("updateAudienceMembership", operator=operator, profile=role, audience=VIP)


def evaluate(*blocks: Any, facts: Any = None, **fields: Any) -> Evaluation:
    define = {"audiences": [Audience(id=9, name="VIP"), Audience(id=3, name="Abroad")]}
    return run(
        campaign(rule(*blocks)),
        **{"who": profile("me", id=150), "define": define, "facts": facts or {}} | fields,
    )


def with_advocate(**facts: Any) -> dict[str, Any]:
    known = {"referral": referral("REF"), "advocate": profile("advocate", id=7)}
    return {"facts": known | facts, "referral_code": "REF"}


@pytest.mark.parametrize(
    ("operator", "memberships", "expected"),
    [
        ("member", Memberships(frozenset({9})), True),
        ("member", Memberships(frozenset({3})), False),
        ("not(member)", Memberships(frozenset({9})), False),
        ("not(member)", NOBODY, True),
        ("justJoined", Memberships(frozenset({9}), joined=frozenset({9})), True),
        ("justJoined", Memberships(frozenset({9})), False),
        ("justLeft", Memberships(left=frozenset({9})), True),
        ("justLeft", NOBODY, False),
    ],
)
@pytest.mark.parametrize("role", ["Current", "Advocate"])
def test_each_operator_looks_at_the_memberships_of_its_profile(
    operator, memberships, expected, role
):
    mine, theirs = (memberships, NOBODY) if role == "Current" else (NOBODY, memberships)
    evaluation = evaluate(
        check_audience(operator, role),
        notify("yes"),
        **with_advocate(audiences=mine, advocate_audiences=theirs),
    )
    assert ("showNotification" in kinds(evaluation)) is expected


@pytest.mark.parametrize("operator", ["member", "not(member)", "justJoined", "justLeft"])
@pytest.mark.parametrize("role", ["Current", "Advocate"])
def test_without_a_profile_nothing_holds(operator, role):
    facts = {"audiences": EVERYTHING, "advocate_audiences": EVERYTHING}
    evaluation = evaluate(check_audience(operator, role), notify("yes"), who=None, facts=facts)
    assert kinds(evaluation) == []


@pytest.mark.parametrize(
    ("operator", "effect_type"), [("add", "addToAudience"), ("remove", "removeFromAudience")]
)
def test_an_update_is_reported_and_stored_at_once_for_good(operator, effect_type):
    evaluation = evaluate(update(operator))
    (effect,) = evaluation.effects
    assert effect.effect_type == effect_type
    assert effect.props == {
        "audienceId": 9,
        "audienceName": "VIP",
        "profileIntegrationId": "me",
        "profileId": 150,
    }
    (change,) = evaluation.changes
    assert change == SetMembership(audience_id=9, profile_id="me", is_member=operator == "add")
    assert change.inverse() is None


def test_the_advocate_can_be_added():
    evaluation = evaluate(update("add", "Advocate"), **with_advocate())
    assert evaluation.effects[1].props["profileIntegrationId"] == "advocate"


def test_an_anonymous_customer_cannot_be_added():
    evaluation = evaluate(update("add"), who=None)
    (failure,) = evaluation.failures()
    assert failure.details == "the session is anonymous"


def test_a_rule_that_fails_changes_no_audience():
    assert evaluate(update("add"), discount("{{0 - 1}}")).changes == ()


def test_rules_see_the_memberships_of_before_the_evaluation():
    joins = campaign(rule(update("add")))
    asks = campaign(rule(check_audience("member"), notify("vip")), id=2)
    define = {"audiences": [Audience(id=9, name="VIP")]}
    assert kinds(run(joins, asks, who=profile("me"), define=define)) == ["addToAudience"]


@pytest.mark.parametrize("part", [check_audience("not(member)"), update("add")])
def test_an_audience_that_does_not_exist_keeps_its_rule_from_firing(part):
    evaluation = evaluate(part, notify("yes"), define={})
    assert "showNotification" not in kinds(evaluation)
    (failure,) = evaluation.failures()
    assert failure.details == "There is no audience VIP"


@pytest.mark.parametrize(
    ("operator", "memberships", "actual", "reason"),
    [
        (
            "member",
            Memberships(frozenset({3})),
            ["Abroad"],
            "is not in the audience VIP",
        ),
        ("not(member)", EVERYTHING, ["VIP"], "is in the audience VIP"),
        ("justJoined", NOBODY, [], "did not join the audience VIP in this event"),
        ("justLeft", NOBODY, [], "did not leave the audience VIP in this event"),
    ],
)
def test_a_trace_says_what_was_there_and_what_was_needed(operator, memberships, actual, reason):
    trace = evaluate(check_audience(operator), facts={"audiences": memberships}, record=True).trace
    assert trace is not None
    (condition,) = trace.campaigns[0].runs[0].rules[0].conditions
    assert condition.passed is False
    assert (condition.actual, condition.needed, condition.reason) == (actual, "VIP", reason)
    assert condition.attribute == "audiences of the customer"


def test_a_trace_says_that_there_was_nobody_to_look_at():
    trace = evaluate(check_audience("not(member)"), who=None, record=True).trace
    assert trace is not None
    (condition,) = trace.campaigns[0].runs[0].rules[0].conditions
    assert (condition.passed, condition.error) == (None, "the session is anonymous")
    assert condition.decisions == ["E56"]
