"""Taking back progress. Source: reference/engine/08, section 8.8; reference/api/02, section 2.3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from sandbox.engine.achievements.changes import AddProgress
from sandbox.engine.achievements.definitions import Achievement, CompiledAchievement
from sandbox.engine.achievements.progress import Tracker, with_progress
from sandbox.engine.model import Effect, Json
from sandbox.numbers import ZERO, plain


def roll_back_progress(
    effects: Sequence[Effect],
    achievements: Mapping[int, CompiledAchievement],
    trackers: Sequence[Tracker],
    now: datetime,
) -> tuple[dict[int, dict[str, Json]], list[AddProgress]]:
    """Return the props of rollback effects, by effect, and what to store.

    Completed progress is taken back only where the achievement allows it, never of one that recurs
    on completion.
    """
    current = {tracker.tracker_id: tracker for tracker in trackers}
    undone: dict[int, dict[str, Json]] = {}
    changes: list[AddProgress] = []
    for index, effect in enumerate(effects):
        if effect.effect_type != "increaseAchievementProgress":
            continue
        achievement = achievements.get(effect.props["achievementId"])
        tracker = current.get(effect.props["progressTrackerId"])
        if achievement is None or tracker is None or _is_kept(achievement.settings, tracker):
            continue
        target = achievement.settings.target
        delta = min(Decimal(effect.props["delta"]), tracker.progress)
        after = with_progress(tracker, -delta, target, now)
        current[tracker.tracker_id] = after
        start = replace(tracker, progress=ZERO, completion_date=None)
        changes.append(AddProgress(start=start, delta=-delta, target=target, time=now))
        undone[index] = {
            "achievementId": achievement.settings.id,
            "achievementName": achievement.settings.name,
            "progressTrackerId": tracker.tracker_id,
            "decreaseProgressBy": plain(delta),
            "currentProgress": after.progress,
            "target": target,
        }
    return undone, changes


def _is_kept(settings: Achievement, tracker: Tracker) -> bool:
    """Tell whether a tracker is completed, and that for good."""
    allowed = (
        settings.allow_rollback_after_completion and settings.recurrence_policy != "on_completion"
    )
    return tracker.completion_date is not None and not allowed
