"""A workspace's clock: real time, real time with an offset, or frozen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.engine.durations import add_duration
from sandbox.engine.model import Model, Time


class Clock(Model, frozen=True):
    """`frozen_at` wins over `offset_seconds`, which is added to real time."""

    frozen_at: Time | None = None
    offset_seconds: int = 0

    def now(self) -> datetime:
        """Return the workspace's time, aware."""
        return self.at(datetime.now(UTC))

    def at(self, real_time: datetime) -> datetime:
        """Return the workspace's time at a real one."""
        if self.frozen_at is not None:
            return self.frozen_at
        return real_time + timedelta(seconds=self.offset_seconds)

    def advance(self, duration: str) -> Clock:
        """Return the clock moved by a duration; a frozen one stays frozen. Raises ValueError."""
        now = self.now()
        later = add_duration(now, duration)
        if self.frozen_at is not None:
            return Clock(frozen_at=later)
        moved = self.offset_seconds + round((later - now).total_seconds())
        return Clock(offset_seconds=moved)
