"""Achievements that customers may take part in, and how far they have come.

Source: reference/api/09-endpoints.md; reference/engine/08, section 8.8; decision S118.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal, NamedTuple

from sandbox.engine.achievements.definitions import CompiledAchievement
from sandbox.engine.achievements.periods import has_begun
from sandbox.engine.achievements.progress import Status, Tracker, current_tracker
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.campaigns import campaign_state
from sandbox.workspace.workspace import Workspace

AchievementStatus = Literal["active", "scheduled"]
ProgressStatus = Literal["inprogress", "completed", "not_started"]
EndedStatus = Literal["inprogress", "completed", "expired"]


class AchievementFilter(NamedTuple):
    """Which achievements to list; None leaves a property alone."""

    campaign_ids: Collection[int] | None = None
    achievement_ids: Collection[int] | None = None
    statuses: Collection[str] = ("active",)
    progress: Collection[str] | None = None


class Available(NamedTuple):
    """An achievement that a customer can take part in, now or later, with the present iteration."""

    achievement: CompiledAchievement
    status: AchievementStatus
    tracker: Tracker | None


class TrackerFilter(NamedTuple):
    """Which iterations to list: by status, and by when they started, both times included."""

    statuses: Collection[str] | None = None
    start: datetime | None = None
    end: datetime | None = None

    def takes(self, tracker: Tracker, now: datetime) -> bool:
        return (
            (self.statuses is None or tracker.status(now) in self.statuses)
            and (self.start is None or self.start <= tracker.start_date)
            and (self.end is None or tracker.start_date <= self.end)
        )


def available_achievements(
    workspace: Workspace, profile_id: str, wanted: AchievementFilter
) -> list[Available]:
    """Return a customer's achievements in the order of the bundle; raises UnknownEntityError."""
    trackers, now = _trackers(workspace, profile_id), workspace.clock.now()
    found = []
    for achievement in workspace.application.achievements.values():
        settings, status = achievement.settings, achievement_status(workspace, achievement, now)
        tracker = current_tracker(achievement, trackers, now)
        if (
            status is not None
            and status in wanted.statuses
            and (wanted.campaign_ids is None or settings.campaign_id in wanted.campaign_ids)
            and (wanted.achievement_ids is None or settings.id in wanted.achievement_ids)
            and (wanted.progress is None or _status(tracker, now) in wanted.progress)
        ):
            found.append(Available(achievement, status, tracker))
    return found


def achievement_history(
    workspace: Workspace, profile_id: str, achievement_id: int, wanted: TrackerFilter
) -> list[Tracker]:
    """Return a customer's iterations of an achievement, the newest first.

    Raises UnknownEntityError.
    """
    trackers, now = _trackers(workspace, profile_id), workspace.clock.now()
    if achievement_id not in workspace.application.achievements:
        raise UnknownEntityError("achievement", achievement_id)
    found = [t for t in trackers if t.achievement_id == achievement_id and wanted.takes(t, now)]
    return sorted(found, key=lambda t: (t.start_date, t.tracker_id), reverse=True)


def achievement_status(
    workspace: Workspace, achievement: CompiledAchievement, now: datetime
) -> AchievementStatus | None:
    """Return whether customers can take part now, or later; None is never again, or not at all."""
    settings = achievement.settings
    if settings.end_date is not None and settings.end_date <= now:
        return None
    campaigns = workspace.application.definition.campaigns
    owner = next((c for c in campaigns if c.id == settings.campaign_id), None)
    state = "running" if owner is None else campaign_state(owner, now)
    if state not in ("running", "scheduled"):
        return None
    return "active" if state == "running" and has_begun(achievement, now) else "scheduled"


def _trackers(workspace: Workspace, profile_id: str) -> Collection[Tracker]:
    records, connection = workspace.records, workspace.reading
    if records.profile(connection, profile_id) is None:
        raise UnknownEntityError("customer profile", profile_id)
    return records.achievements.facts(connection, profile_id).trackers


def _status(tracker: Tracker | None, now: datetime) -> Status:
    return "not_started" if tracker is None else tracker.status(now)
