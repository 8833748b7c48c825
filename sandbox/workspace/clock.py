"""A workspace's clock: real time, real time with an offset, or frozen.

Rules and budgets look years back and ahead from the present, in any zone; so the present keeps a
distance from where the calendar ends in both directions (decision S231).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from sandbox.engine.durations import add_duration
from sandbox.engine.model import Model, Time
from sandbox.errors import Fault, Refused

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
_YEAR = 31_556_952


class Clock(Model, frozen=True):
    """`frozen_at` wins over `offset_seconds`, which is added to real time."""

    frozen_at: Time | None = None
    offset_seconds: Annotated[int, msgspec.Meta(ge=-120 * _YEAR, le=6_970 * _YEAR)] = 0

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


def refuse_no_present(time: datetime, *, pointer: str = "", parameter: str = "") -> None:
    """Raise Refused unless a time can be a workspace's present."""
    if not EARLIEST <= time < LATEST:
        details = f"The present is between the years {EARLIEST.year} and {LATEST.year}"
        raise Refused([Fault("Invalid value", details, pointer, parameter)])
