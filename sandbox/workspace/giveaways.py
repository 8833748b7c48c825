"""The codes of one workspace's giveaway pools, and who was given them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection, insert, select, update

from sandbox.engine.changes import TakeGiveaway
from sandbox.engine.model import Giveaway
from sandbox.numbers import encode_json
from sandbox.workspace import tables
from sandbox.workspace.store import decoder

_GIVEAWAY = decoder(Giveaway)
_TABLE = tables.giveaways


class Giveaways:
    """Reads and writes with the connection that it is given, as `Records` does."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def available(
        self, connection: Connection, pool_id: int, now: datetime, most: int
    ) -> list[Giveaway]:
        """Return up to `most` codes that may be given now, in the order of the bundle."""
        time = now.timestamp()
        rows = (
            select(_TABLE.c.data)
            .where(
                _TABLE.c.workspace == self._workspace,
                _TABLE.c.pool_id == pool_id,
                _TABLE.c.used.is_(False),
                _TABLE.c.starts.is_(None) | (_TABLE.c.starts <= time),
                _TABLE.c.ends.is_(None) | (_TABLE.c.ends > time),
            )
            .order_by(_TABLE.c.number)
            .limit(most)
        )
        return [_GIVEAWAY.decode(data) for data in connection.execute(rows).scalars()]

    def get(
        self, connection: Connection, pool_id: int, code: str, giveaway_id: int
    ) -> Giveaway | None:
        found = self._find(connection, pool_id, code, giveaway_id)
        return None if found is None else found[1]

    def take(self, connection: Connection, change: TakeGiveaway) -> None:
        """Mark a code as given, for good."""
        found = self._find(connection, change.pool_id, change.code, change.giveaway_id)
        if found is None:
            return
        number, giveaway = found
        taken = replace(giveaway, used=True, profile_integration_id=change.profile_id)
        marked = update(_TABLE).where(_TABLE.c.number == number)
        connection.execute(marked.values(used=True, data=encode_json(taken)))

    def _find(
        self, connection: Connection, pool_id: int, code: str, giveaway_id: int
    ) -> tuple[int, Giveaway] | None:
        """Return a code of a pool with its number; the same code may be there with other ids."""
        rows = select(_TABLE.c.number, _TABLE.c.data).where(
            _TABLE.c.workspace == self._workspace,
            _TABLE.c.pool_id == pool_id,
            _TABLE.c.code == code,
        )
        for number, data in connection.execute(rows):
            giveaway = _GIVEAWAY.decode(data)
            if giveaway.id == giveaway_id:
                return number, giveaway
        return None

    def of_profile(self, connection: Connection, profile_id: str) -> list[Giveaway]:
        """Return the codes that a profile was given, in the order of the bundle."""
        rows = (
            select(_TABLE.c.data)
            .where(_TABLE.c.workspace == self._workspace, _TABLE.c.used.is_(True))
            .order_by(_TABLE.c.number)
        )
        given = map(_GIVEAWAY.decode, connection.execute(rows).scalars())
        return [giveaway for giveaway in given if giveaway.profile_integration_id == profile_id]

    def add(self, connection: Connection, giveaways: Iterable[Giveaway]) -> None:
        """Store new codes, to be given after those that are there."""
        rows = [
            {
                "workspace": self._workspace,
                "pool_id": giveaway.pool_id,
                "code": giveaway.code,
                "used": giveaway.used,
                "starts": _seconds(giveaway.start_date),
                "ends": _seconds(giveaway.end_date),
                "data": encode_json(giveaway),
            }
            for giveaway in giveaways
        ]
        if rows:
            connection.execute(insert(_TABLE), rows)

    def all(self, connection: Connection) -> list[Giveaway]:
        """Return everything, as an export needs it."""
        rows = (
            select(_TABLE.c.data)
            .where(_TABLE.c.workspace == self._workspace)
            .order_by(_TABLE.c.number)
        )
        return [_GIVEAWAY.decode(data) for data in connection.execute(rows).scalars()]


def _seconds(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()
