"""Progress as a change to store."""

from __future__ import annotations

from sandbox.engine.achievements.progress import Tracker
from sandbox.engine.model import Model, Time
from sandbox.numbers import Number


class AddProgress(Model, frozen=True, tag="addProgress"):
    """Advance a tracker by `delta`, or let it fall back; one that is not stored starts as `start`.

    It happens when a session closes. It has no inverse of its own: what cancelling takes back
    depends on the progress at that time (`sandbox.engine.achievements.rollback`).
    """

    start: Tracker
    delta: Number
    target: Number
    time: Time

    def inverse(self) -> None:
        return None
