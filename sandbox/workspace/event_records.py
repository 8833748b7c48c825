"""The events of one workspace: what its updates raised, and what clients tracked.

The newest 1,000 are kept, and up to 99 more. Advanced events are kept beyond that, as sessions are:
their ids must not come twice (decision S135).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from sandbox.numbers import encode_json
from sandbox.workspace import tables
from sandbox.workspace.entities import TrackedEvent
from sandbox.workspace.listing import Listing
from sandbox.workspace.store import Command, Lookup, data_of, decoder

MAX_EVENTS = 1000
# Forgetting costs as much as storing ten events does.
FORGET_EVERY = 100

_TABLE = tables.events
_EVENT = decoder(TrackedEvent)
_BY_INTEGRATION_ID = data_of(_TABLE, "workspace", "integration_id", read=_EVENT.decode)
_LAST_ID = Lookup(
    select(func.max(_TABLE.c.id)).where(_TABLE.c.workspace == bindparam("workspace")),
    read=lambda last: 0 if last is None else int(last),
)


_ADD = Command(insert(_TABLE))


class EventRecords:
    """Reads and writes with the connection that it is given, as `Records` does."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def next_id(self, connection: Connection) -> int:
        return (_LAST_ID.value(connection, self._workspace) or 0) + 1

    def advanced(self, connection: Connection, integration_id: str) -> TrackedEvent | None:
        """Return the advanced event with this id."""
        return _BY_INTEGRATION_ID.value(connection, self._workspace, integration_id)

    def add(self, connection: Connection, event: TrackedEvent) -> None:
        """Store an event, and now and then forget those that are too old."""
        _ADD.run(connection, self._row(event))
        if event.id % FORGET_EVERY == 0:
            connection.execute(
                delete(_TABLE).where(
                    _TABLE.c.workspace == self._workspace,
                    _TABLE.c.id <= event.id - MAX_EVENTS,
                    _TABLE.c.integration_id.is_(None),
                )
            )

    def replace(self, connection: Connection, events: Iterable[TrackedEvent]) -> None:
        """Store events that are there already as they are now."""
        for event in events:
            connection.execute(
                delete(_TABLE).where(_TABLE.c.workspace == self._workspace, _TABLE.c.id == event.id)
            )
            connection.execute(insert(_TABLE), self._row(event))

    def load(self, connection: Connection, events: Iterable[TrackedEvent]) -> None:
        """Write what a bundle holds; nothing may be there."""
        rows = [self._row(event) for event in events]
        if rows:
            connection.execute(insert(_TABLE), rows)

    def newest(
        self, connection: Connection, profile_id: str | None = None
    ) -> Listing[TrackedEvent]:
        """Return all events, or those of one profile, newest first."""
        rows = select(_TABLE.c.data).where(_TABLE.c.workspace == self._workspace)
        if profile_id is not None:
            rows = rows.where(_TABLE.c.profile_id == profile_id)
        return Listing(connection, rows.order_by(_TABLE.c.id.desc()), _EVENT.decode)

    def all(self, connection: Connection) -> list[TrackedEvent]:
        """Return everything, as an export needs it."""
        return list(self.newest(connection))[::-1]

    def _row(self, event: TrackedEvent) -> dict[str, str | int | bytes | None]:
        return {
            "workspace": self._workspace,
            "id": event.id,
            "integration_id": event.integration_id,
            "profile_id": event.profile_id,
            "data": encode_json(event),
        }
