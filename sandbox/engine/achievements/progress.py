"""Progress of customers in achievements: iterations, and how they advance. Pure.

Each iteration has a tracker. One-time achievements have one iteration, those that recur on
expiration one for each period, and those that recur on completion a new one whenever the target is
reached. Source: reference/engine/08, section 8.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from sandbox.engine.achievements.definitions import CompiledAchievement
from sandbox.engine.achievements.periods import end_of_progress, has_begun
from sandbox.engine.model import Model, Time
from sandbox.numbers import ZERO, Number, plain

Status = Literal["not_started", "inprogress", "completed", "expired"]

# More iterations than this in one step fail (decision S66).
MAX_ITERATIONS = 1000


class Tracker(Model, frozen=True):
    """One customer's progress in one iteration of an achievement."""

    tracker_id: int = msgspec.field(name="progressTrackerId")
    achievement_id: int
    profile_integration_id: str
    start_date: Time
    progress: Number = ZERO
    end_date: Time | None = None
    completion_date: Time | None = None

    def status(self, now: datetime) -> Status:
        if self.completion_date is not None:
            return "completed"
        return "expired" if self.is_over(now) else "inprogress"

    def is_over(self, now: datetime) -> bool:
        return self.end_date is not None and self.end_date <= now


class AchievementFacts(msgspec.Struct, frozen=True):
    """The trackers of the session's profile, and the id of the next one that is started."""

    trackers: tuple[Tracker, ...] = ()
    next_id: int = 1


NO_PROGRESS = AchievementFacts()


class Step(NamedTuple):
    """One iteration after it advanced by `delta`."""

    tracker: Tracker
    delta: Decimal
    just_completed: bool


def current_tracker(
    achievement: CompiledAchievement, trackers: Iterable[Tracker], now: datetime
) -> Tracker | None:
    """Return the iteration that a customer is in, or None where a new one can start.

    A recurring achievement is as if never started once its period is over, or its target reached
    if it recurs on completion (decision S67).
    """
    own = [t for t in trackers if t.achievement_id == achievement.settings.id]
    if not own:
        return None
    latest = max(own, key=lambda t: (t.start_date, t.tracker_id))
    starts_again = achievement.settings.recurrence_policy == "on_completion"
    if starts_again and latest.completion_date is not None:
        return None
    return None if achievement.recurs and latest.is_over(now) else latest


def with_progress(tracker: Tracker, delta: Decimal, target: Decimal, now: datetime) -> Tracker:
    """Return a tracker that advanced, or, by a negative `delta`, fell back: never below 0."""
    progress = plain(max(tracker.progress + delta, ZERO))
    completed = (tracker.completion_date or now) if progress >= target else None
    return replace(tracker, progress=progress, completion_date=completed)


def advance(
    achievement: CompiledAchievement,
    tracker: Tracker | None,
    profile_id: str,
    delta: Decimal,
    now: datetime,
    new_ids: Iterator[int],
) -> list[Step]:
    """Return what progress of `delta` makes of the current iteration, and of those it starts.

    Raises ValueError, with a reason, when the customer cannot take part or `delta` is not positive.
    """
    settings = achievement.settings
    _check(achievement, tracker, delta, now)
    steps: list[Step] = []
    while delta > ZERO:
        if len(steps) == MAX_ITERATIONS:
            raise ValueError(f"{settings.name} would be completed more than {MAX_ITERATIONS} times")
        before = tracker or Tracker(
            tracker_id=next(new_ids),
            achievement_id=settings.id,
            profile_integration_id=profile_id,
            start_date=now,
            end_date=end_of_progress(achievement, now),
        )
        gain = max(ZERO, min(delta, _room(achievement, before, delta)))
        after = with_progress(before, gain, settings.target, now)
        just_completed = before.completion_date is None and after.completion_date is not None
        steps.append(Step(after, gain, just_completed))
        if settings.recurrence_policy != "on_completion":
            break
        delta -= gain
        tracker = None
    return steps


def _room(achievement: CompiledAchievement, tracker: Tracker, delta: Decimal) -> Decimal:
    """Return by how much an iteration may advance at most."""
    settings = achievement.settings
    ends_at_target = settings.is_capped_by_target or settings.recurrence_policy == "on_completion"
    return settings.target - tracker.progress if ends_at_target else delta


def _check(
    achievement: CompiledAchievement, tracker: Tracker | None, delta: Decimal, now: datetime
) -> None:
    settings = achievement.settings
    if delta <= ZERO:
        raise ValueError(f"progress of {plain(delta)} does not fire")
    if not has_begun(achievement, now):
        raise ValueError(f"{settings.name} has not begun yet")
    if settings.end_date is not None and settings.end_date <= now:
        raise ValueError(f"{settings.name} has ended")
    if tracker is None:
        end = end_of_progress(achievement, now)
        if end is not None and end <= now:
            raise ValueError(f"the period of {settings.name} is over")
    elif tracker.is_over(now):
        raise ValueError(f"the customer's time for {settings.name} is up")
    elif settings.is_capped_by_target and tracker.completion_date is not None:
        raise ValueError(f"the target of {settings.name} is reached")
