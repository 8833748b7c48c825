"""Progress in achievements as bundles hold it. Format: conformance README, section 2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import msgspec

from sandbox.engine.achievements.definitions import CompiledAchievement
from sandbox.engine.achievements.periods import end_of_progress
from sandbox.engine.achievements.progress import Status, Tracker
from sandbox.engine.model import Model, Time, json_fields
from sandbox.errors import Fault
from sandbox.numbers import ZERO, Number


class BundledProgress(Model, frozen=True):
    """One iteration of a customer; without a status, reaching the target completes it."""

    achievement_id: int
    profile_integration_id: str
    progress: Number = ZERO
    status: Status | None = None
    start_date: Time | None = None
    end_date: Time | None = None
    completion_date: Time | None = None
    tracker_id: int | None = msgspec.field(default=None, name="progressTrackerId")


def tracker_ids(given: Iterable[int | None]) -> list[int]:
    """Return the id of each entry: its own, or the next one that nobody has."""
    wanted = list(given)
    taken = set(wanted)
    free = (number for number in count(1) if number not in taken)
    return [next(free) if tracker_id is None else tracker_id for tracker_id in wanted]


def read_progress(
    entries: Sequence[BundledProgress],
    achievements: Mapping[int, CompiledAchievement],
    now: datetime,
    faults: list[Fault],
) -> list[Tracker]:
    """Return the trackers to store; what is wrong is added to `faults`."""
    trackers: list[Tracker] = []
    ids = tracker_ids(entry.tracker_id for entry in entries)
    seen: set[int] = set()
    for index, (tracker_id, entry) in enumerate(zip(ids, entries, strict=True)):
        pointer = f"/achievementProgress/{index}"
        achievement = achievements.get(entry.achievement_id)
        if achievement is None:
            details = f"There is no achievement {entry.achievement_id}"
            faults.append(Fault("Unknown", details, f"{pointer}/achievementId"))
        elif tracker_id in seen:
            details = f"Another progress has the id {tracker_id}"
            faults.append(Fault("Duplicate", details, f"{pointer}/progressTrackerId"))
        elif entry.status != "not_started":
            trackers.append(_tracker(tracker_id, entry, achievement, now))
        seen.add(tracker_id)
    return trackers


def _tracker(
    tracker_id: int, entry: BundledProgress, achievement: CompiledAchievement, now: datetime
) -> Tracker:
    """Return a tracker; one without an id is new, and gets the end that its start gives it."""
    start = entry.start_date or now
    end = entry.end_date
    if end is None and entry.tracker_id is None:
        end = now if entry.status == "expired" else end_of_progress(achievement, start)
    reached = entry.status is None and entry.progress >= achievement.settings.target
    completion = entry.completion_date
    if completion is None and (entry.status == "completed" or reached):
        completion = now
    return Tracker(
        tracker_id=tracker_id,
        achievement_id=entry.achievement_id,
        profile_integration_id=entry.profile_integration_id,
        start_date=start,
        progress=entry.progress,
        end_date=end,
        completion_date=completion,
    )


def progress_part(
    raw: Mapping[str, Any], trackers: Iterable[Tracker], now: datetime
) -> list[dict[str, Any]]:
    """Return the bundle's ``achievementProgress``; what only the bundle knew of it is kept."""
    entries = raw.get("achievementProgress") or []
    ids = tracker_ids(entry.get("progressTrackerId") for entry in entries)
    before = dict(zip(ids, entries, strict=True))
    return [
        {
            **before.get(tracker.tracker_id, {}),
            **json_fields(tracker),
            "status": tracker.status(now),
        }
        for tracker in trackers
    ]
