"""The condition and the effect on achievements, through whole evaluations."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.engine.achievements.progress import AchievementFacts
from sandbox.engine.changes import AddProgress
from sandbox.engine.evaluation import Evaluation
from tests.engine.achievements.builders import check_progress, increase, settings, tracker
from tests.engine.builders import NOW, campaign, discount, group, kinds, notify, profile, rule, run


def evaluated(*rules: Any, stored: Any = (), goal: Any = None, **fields: Any) -> Evaluation:
    fields.setdefault("who", profile())
    return run(
        campaign(*rules),
        achievements=[goal or settings()],
        progress=AchievementFacts(tuple(stored), 42),
        **fields,
    )


def props(evaluation: Evaluation) -> list[dict[str, Any]]:
    return [e.props for e in evaluation.effects if "Progress" in e.effect_type]


def test_progress_says_where_the_customer_stands():
    (effect,) = props(evaluated(rule(increase(1)), stored=[tracker(2)]))
    assert effect == {
        "achievementId": 5,
        "achievementName": "TenCoffees",
        "progressTrackerId": 1,
        "delta": 1,
        "value": 3,
        "target": 3,
        "isJustCompleted": True,
    }


def test_a_new_tracker_gets_the_next_id():
    (effect,) = props(evaluated(rule(increase("{{$Session.Total}}"))))
    assert (effect["progressTrackerId"], effect["value"]) == (42, 100)


def test_only_a_closed_session_stores_progress():
    assert evaluated(rule(increase(1))).changes == ()
    closed = evaluated(rule(increase(1)), closing=True)
    assert isinstance(closed.changes[0], AddProgress)


def test_effects_of_one_evaluation_build_on_each_other():
    found = props(evaluated(rule(increase(1)), rule(increase(1), increase(1))))
    assert [effect["value"] for effect in found] == [1, 2, 3]
    assert {effect["progressTrackerId"] for effect in found} == {42}
    assert [effect["isJustCompleted"] for effect in found] == [False, False, True]


def test_every_iteration_that_is_reached_has_an_effect():
    goal = settings(recurrence_policy="on_completion", period=None)
    found = props(evaluated(rule(increase(4)), rule(increase(4)), goal=goal))
    assert [(e["progressTrackerId"], e["value"]) for e in found] == [
        (42, 3),
        (43, 1),
        (43, 3),
        (44, 2),
    ]


def test_a_rule_that_fails_advances_nothing():
    failing = rule(increase(2), discount(0))
    found = props(evaluated(failing, rule(increase(1))))
    assert [(e["value"], e["progressTrackerId"]) for e in found] == [(1, 42)]


def test_a_campaign_that_lost_advances_nothing():
    evaluation = run(
        campaign(rule(discount(1), increase(3)), id=1),
        campaign(rule(discount(2), increase(1)), id=2),
        campaign(rule(check_progress("justCompleted"), notify("done")), id=3),
        tree=group("stackable", group("highestDiscount", 1, 2), 3),
        achievements=[settings()],
        who=profile(),
        closing=True,
    )
    assert [e["value"] for e in props(evaluation)] == [1]
    assert "showNotification" not in kinds(evaluation)


@pytest.mark.parametrize(
    ("value", "fields", "reason"),
    [
        (0, {}, "progress of 0 does not fire"),
        (1, {"who": None}, "the session has no customer profile"),
        (1, {"goal": settings(end_date=NOW)}, "TenCoffees has ended"),
    ],
)
def test_progress_that_cannot_be_made_fails_its_rule(value, fields, reason):
    evaluation = evaluated(rule(notify("x"), increase(value)), **fields)
    assert evaluation.effects == ()
    assert evaluation.failures()[0].details == reason


def test_progress_that_no_number_can_hold_does_not_raise():
    evaluation = evaluated(rule(increase("{{$Session.Total * 100000000000000000000000000000}}")))
    assert "exponent" in evaluation.failures()[0].details


@pytest.mark.parametrize("block", [increase(1, achievement_id=9), check_progress("started", 9)])
def test_an_unknown_achievement_makes_its_rule_unsupported(block):
    evaluation = evaluated(rule(notify("x"), block))
    assert evaluation.failures()[0].details == "There is no achievement 9"


RUNNING, DONE = tracker(1), tracker(3, completion_date=NOW)
OVER = tracker(1, end_date=NOW)


@pytest.mark.parametrize(
    ("operator", "stored", "holds"),
    [
        ("started", None, False),
        ("not(started)", None, True),
        ("started", RUNNING, True),
        ("started", DONE, True),
        ("started", OVER, True),
        ("inProgress", RUNNING, True),
        ("inProgress", DONE, False),
        ("not(inProgress)", OVER, True),
        ("completed", RUNNING, False),
        ("completed", DONE, True),
        ("not(completed)", DONE, False),
        ("justCompleted", DONE, False),
    ],
)
def test_a_condition_looks_at_what_is_stored(operator, stored, holds):
    evaluation = evaluated(
        rule(check_progress(operator), notify("x")), stored=[stored] if stored else []
    )
    assert bool(evaluation.effects) is holds


def test_what_this_session_makes_is_not_stored_yet_but_can_be_just_completed():
    evaluation = evaluated(
        rule(increase(3)),
        rule(check_progress("started"), notify("started")),
        rule(check_progress("justCompleted"), notify("done")),
    )
    titles = [e.props["title"] for e in evaluation.effects if e.effect_type == "showNotification"]
    assert titles == ["done"]


@pytest.mark.parametrize("operator", ["started", "not(started)", "justCompleted"])
def test_conditions_hold_for_nobody_without_a_profile(operator):
    assert evaluated(rule(check_progress(operator), notify("x")), who=None).effects == ()


def test_a_condition_says_what_was_seen_and_needed():
    evaluation = evaluated(
        rule(check_progress("completed"), notify("x")), stored=[RUNNING], record=True
    )
    seen = evaluation.trace.campaigns[0].runs[0].rules[0].conditions[0]
    assert (seen.attribute, seen.actual, seen.needed) == (
        "Achievements.TenCoffees",
        "inprogress",
        "completed",
    )
    assert seen.reason == "the customer's progress is 1 of 3"


@pytest.mark.parametrize(
    ("operator", "who", "reason"),
    [
        ("started", None, "the session has no customer profile"),
        (
            "justCompleted",
            profile(),
            "the customer's progress is 1 of 3, and this session does not complete it",
        ),
    ],
)
def test_a_condition_that_does_not_hold_says_why(operator, who, reason):
    evaluation = evaluated(
        rule(check_progress(operator), notify("x")), stored=[RUNNING], record=True, who=who
    )
    assert evaluation.trace.campaigns[0].runs[0].rules[0].conditions[0].reason == reason
