"""Which customers of one workspace belong to which audience."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, insert, select

from sandbox.engine.changes import SetMembership
from sandbox.workspace import tables
from sandbox.workspace.entities import Membership
from sandbox.workspace.listing import Listing
from sandbox.workspace.store import Lookup, delete_rows

_AUDIENCES: Lookup[int] = Lookup(
    select(tables.memberships.c.audience_id).where(
        tables.memberships.c.workspace == bindparam("workspace"),
        tables.memberships.c.profile_id == bindparam("profile_id"),
    )
)


class Audiences:
    """Reads and writes with the connection that it is given, as `Records` does."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def of_profile(self, connection: Connection, profile_id: str) -> frozenset[int]:
        """Return the ids of the audiences that a profile belongs to."""
        return frozenset(_AUDIENCES.values(connection, self._workspace, profile_id))

    def members(self, connection: Connection, audience_id: int) -> Listing[str]:
        table = tables.memberships
        rows = (
            select(table.c.profile_id)
            .where(table.c.workspace == self._workspace, table.c.audience_id == audience_id)
            .order_by(table.c.profile_id)
        )
        return Listing(connection, rows, str)

    def sizes(self, connection: Connection) -> dict[int, int]:
        """Return how many members each audience has that has any."""
        table = tables.memberships
        rows = (
            select(table.c.audience_id, func.count())
            .where(table.c.workspace == self._workspace)
            .group_by(table.c.audience_id)
        )
        return {audience_id: count for audience_id, count in connection.execute(rows)}

    def clear(self, connection: Connection, audience_id: int) -> None:
        """Let an audience have no members any more."""
        key = {"workspace": self._workspace, "audience_id": audience_id}
        delete_rows(connection, tables.memberships, **key)

    def set(self, connection: Connection, change: SetMembership) -> None:
        key = self._row(Membership(change.audience_id, change.profile_id))
        delete_rows(connection, tables.memberships, **key)
        if change.is_member:
            connection.execute(insert(tables.memberships), key)

    def load(self, connection: Connection, memberships: Iterable[Membership]) -> None:
        rows = [self._row(membership) for membership in memberships]
        if rows:
            connection.execute(insert(tables.memberships), rows)

    def all(self, connection: Connection) -> list[Membership]:
        """Return everything, as an export needs it."""
        table = tables.memberships
        rows = (
            select(table.c.audience_id, table.c.profile_id)
            .where(table.c.workspace == self._workspace)
            .order_by(table.c.audience_id, table.c.profile_id)
        )
        return [Membership(*row) for row in connection.execute(rows)]

    def _row(self, membership: Membership) -> dict[str, str | int]:
        return {
            "workspace": self._workspace,
            "audience_id": membership.audience_id,
            "profile_id": membership.profile_id,
        }
