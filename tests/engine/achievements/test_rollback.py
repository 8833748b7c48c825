from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.engine.achievements.progress import AchievementFacts, with_progress
from sandbox.engine.achievements.rollback import roll_back_progress
from tests.engine.achievements.builders import achievement, increase, settings, tracker
from tests.engine.builders import NOW, campaign, profile, rule, run


def closed(stored, goal, delta):
    return run(
        campaign(rule(increase(delta))),
        achievements=[goal],
        progress=AchievementFacts(tuple(stored), 2),
        who=profile(),
        closing=True,
    ).effects


def after(stored, delta):
    return with_progress(stored, Decimal(delta), Decimal(3), NOW)


def test_progress_is_taken_back():
    effects = closed([tracker(1)], settings(), 1)
    undone, changes = roll_back_progress(effects, {5: achievement()}, [after(tracker(1), 1)], NOW)
    assert undone[0] == {
        "achievementId": 5,
        "achievementName": "TenCoffees",
        "progressTrackerId": 1,
        "decreaseProgressBy": 1,
        "currentProgress": 1,
        "target": 3,
    }
    assert [change.delta for change in changes] == [-1]


def test_progress_of_other_sessions_stays():
    effects = closed([tracker(0)], settings(), 1)
    undone, _ = roll_back_progress(effects, {5: achievement()}, [after(tracker(1), 1)], NOW)
    assert undone[0]["currentProgress"] == 1


@pytest.mark.parametrize(
    ("fields", "is_taken_back"),
    [
        ({}, False),
        ({"allow_rollback_after_completion": True}, True),
        ({"allow_rollback_after_completion": True, "recurrence_policy": "on_expiration"}, True),
        ({"allow_rollback_after_completion": True, "recurrence_policy": "on_completion"}, False),
    ],
)
def test_completed_progress_is_taken_back_only_if_allowed(fields, is_taken_back):
    effects = closed([tracker(1)], settings(**fields), 2)
    undone, _ = roll_back_progress(effects, {5: achievement(**fields)}, [after(tracker(1), 2)], NOW)
    assert bool(undone) is is_taken_back


def test_a_tracker_that_is_no_longer_there_has_nothing_to_take_back():
    effects = closed([], settings(), 1)
    assert roll_back_progress(effects, {5: achievement()}, [], NOW) == ({}, [])
