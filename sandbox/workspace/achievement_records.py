"""Read and write the progress of customers in achievements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, bindparam, func, insert, select

from sandbox.engine.achievements.changes import AddProgress
from sandbox.engine.achievements.progress import AchievementFacts, Tracker, with_progress
from sandbox.numbers import encode_json
from sandbox.workspace import tables
from sandbox.workspace.store import Lookup, data_of, decoder, delete_rows, put

_TRACKERS = tables.trackers
_TRACKER = decoder(Tracker)

_OF_PROFILE = Lookup(
    select(_TRACKERS.c.data)
    .where(
        _TRACKERS.c.workspace == bindparam("workspace"),
        _TRACKERS.c.profile_id == bindparam("profile_id"),
    )
    .order_by(_TRACKERS.c.tracker_id),
    read=_TRACKER.decode,
)
_BY_ID = data_of(_TRACKERS, "workspace", "tracker_id", read=_TRACKER.decode)
_LAST_ID = Lookup(
    select(func.max(_TRACKERS.c.tracker_id)).where(_TRACKERS.c.workspace == bindparam("workspace")),
    read=lambda last: 0 if last is None else int(last),
)


class AchievementRecords:
    """The progress that is stored in the workspace named `workspace`."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def facts(self, connection: Connection, profile_id: str) -> AchievementFacts:
        """Return a profile's trackers, and the id of the next new one."""
        last_id = _LAST_ID.value(connection, self._workspace)
        return AchievementFacts(self._of_profile(connection, profile_id), (last_id or 0) + 1)

    def apply(self, connection: Connection, change: AddProgress) -> None:
        """Store progress, on top of what is stored by now."""
        tracker_id = change.start.tracker_id
        stored = _BY_ID.value(connection, self._workspace, tracker_id)
        before = stored or change.start
        after = with_progress(before, change.delta, change.target, change.time)
        put(
            connection,
            _TRACKERS,
            {"workspace": self._workspace, "tracker_id": after.tracker_id},
            profile_id=after.profile_integration_id,
            data=encode_json(after),
        )

    def remove(self, connection: Connection, achievement_ids: Collection[int]) -> None:
        """Delete all progress in these achievements."""
        for tracker in self.state(connection):
            if tracker.achievement_id in achievement_ids:
                key = {"workspace": self._workspace, "tracker_id": tracker.tracker_id}
                delete_rows(connection, _TRACKERS, **key)

    def load(self, connection: Connection, trackers: Iterable[Tracker]) -> None:
        """Write what a bundle holds; nothing may be there."""
        rows = [
            {
                "workspace": self._workspace,
                "tracker_id": tracker.tracker_id,
                "profile_id": tracker.profile_integration_id,
                "data": encode_json(tracker),
            }
            for tracker in trackers
        ]
        if rows:
            connection.execute(insert(_TRACKERS), rows)

    def state(self, connection: Connection) -> Sequence[Tracker]:
        """Return all trackers, as an export needs them."""
        rows = connection.execute(
            select(_TRACKERS.c.data)
            .where(_TRACKERS.c.workspace == self._workspace)
            .order_by(_TRACKERS.c.tracker_id)
        )
        return [_TRACKER.decode(data) for (data,) in rows]

    def _of_profile(self, connection: Connection, profile_id: str) -> tuple[Tracker, ...]:
        if not profile_id:
            return ()
        return _OF_PROFILE.values(connection, self._workspace, profile_id)
