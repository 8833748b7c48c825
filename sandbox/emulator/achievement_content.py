"""Progress in achievements as answers show it.

Source: Integration API, schemas CustomerAchievement, AchievementStatusEntry, AchievementProgress.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sandbox.emulator.answers import known
from sandbox.engine.achievements.definitions import CompiledAchievement
from sandbox.engine.achievements.progress import AchievementFacts, Tracker, current_tracker
from sandbox.numbers import ZERO
from sandbox.workspace.operations.achievements import Available
from sandbox.workspace.workspace import Workspace


def achievements_content(
    achievements: Iterable[CompiledAchievement], facts: AchievementFacts, now: datetime
) -> list[dict[str, Any]]:
    """Return every achievement with a customer's stored progress."""
    return [
        _definition(achievement)
        | {
            "isCappedByTarget": achievement.settings.is_capped_by_target,
            "currentProgress": progress_content(
                current_tracker(achievement, facts.trackers, now), now
            ),
        }
        for achievement in achievements
    ]


def available_content(workspace: Workspace, available: Available) -> dict[str, Any]:
    """Return an achievement that a customer can take part in (schema AchievementStatusEntry)."""
    settings, now = available.achievement.settings, workspace.clock.now()
    sent = next(raw for raw in workspace.raw["achievements"] if raw["id"] == settings.id)
    content = _definition(available.achievement) | {
        "created": sent.get("created") or now,
        "status": available.status,
        "currentProgress": progress_content(available.tracker, now),
    }
    optional = {
        "campaignId": settings.campaign_id,
        "period": settings.period,
        "periodEndOverride": settings.period_end_override,
    }
    return content | known(optional)


def progress_content(tracker: Tracker | None, now: datetime) -> dict[str, Any]:
    """Return an iteration (schema AchievementProgress); None is one that has not started."""
    if tracker is None:
        return {"status": "not_started", "progress": ZERO}
    dates = {
        "startDate": tracker.start_date,
        "completionDate": tracker.completion_date,
        "endDate": tracker.end_date,
    }
    return {"status": tracker.status(now), "progress": tracker.progress, **known(dates)}


def defined_progress(
    achievement: CompiledAchievement, tracker: Tracker | None, now: datetime
) -> dict[str, Any]:
    """Return an iteration with its achievement (schema AchievementProgressWithDefinition)."""
    settings = achievement.settings
    content: dict[str, Any] = {
        "achievementId": settings.id,
        "name": settings.name,
        "title": settings.title,
        "description": settings.description,
        "campaignId": settings.campaign_id or 0,
        "target": settings.target,
        "achievementRecurrencePolicy": settings.recurrence_policy,
        "achievementActivationPolicy": settings.activation_policy,
        "achievementAllowRollbackAfterCompletion": settings.allow_rollback_after_completion,
    }
    dates = {
        "achievementFixedStartDate": settings.fixed_start_date,
        "achievementEndDate": settings.end_date,
    }
    return progress_content(tracker, now) | content | known(dates)


def _definition(achievement: CompiledAchievement) -> dict[str, Any]:
    settings = achievement.settings
    content: dict[str, Any] = {
        "id": settings.id,
        "name": settings.name,
        "title": settings.title,
        "target": settings.target,
        "description": settings.description,
        "recurrencePolicy": settings.recurrence_policy,
        "activationPolicy": settings.activation_policy,
        "allowRollbackAfterCompletion": settings.allow_rollback_after_completion,
    }
    dates = {"fixedStartDate": settings.fixed_start_date, "endDate": settings.end_date}
    return content | known(dates)
