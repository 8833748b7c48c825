"""The history of customer sessions: which there are, and what each step of one led to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.targets.connection import Connection

Json = dict[str, Any]


class Histories:
    """The sessions of one Application and their events. Every method raises TargetError."""

    def __init__(self, connection: Connection, application_id: int) -> None:
        self._connection = connection
        self._application_id = application_id

    def session(self, session_id: str) -> Json | None:
        """Return a stored session (schema ApplicationSession); None when there is none."""
        found = self._connection.call(
            self._connection.management.get_application_sessions_without_preload_content,
            self._application_id,
            integration_id=session_id,
        ).entries()
        return found[0] if found else None

    def events(self, session_id: str, most: int = 100) -> Sequence[Json]:
        """Return the steps of a session, the newest first (schema ApplicationEvent)."""
        operation = "get_application_events_without_total_count_without_preload_content"
        return self._connection.call(
            getattr(self._connection.management, operation),
            self._application_id,
            session=session_id,
            page_size=most,
        ).entries()
