"""Bring a database that an older version wrote to the tables of this one."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, Table, bindparam, select, text, update

from sandbox.workspace import tables


def migrate(connection: Connection, version: int) -> None:
    """Change the tables step by step; new ones are there already."""
    for step in _STEPS[version - 1 :]:
        step(connection)


class _Numbered(msgspec.Struct):
    """What of a profile or a session is its number."""

    id: int


def _number_people(connection: Connection) -> None:
    """Give profiles and sessions the column with their internal id; index what lists ask for."""
    connection.execute(text("DROP INDEX sessions_of_profile"))
    for table in (tables.profiles, tables.sessions):
        added = text(f"ALTER TABLE {table.name} ADD COLUMN number INTEGER NOT NULL DEFAULT 0")
        connection.execute(added)
        _fill_numbers(connection, table)
    for index in (*tables.NUMBERED, tables.MEMBERS):
        index.create(connection)


def _fill_numbers(connection: Connection, table: Table) -> None:
    read = msgspec.json.Decoder(_Numbered).decode
    key = (table.c.workspace, table.c.integration_id)
    numbers = [
        {"of": workspace, "named": integration_id, "found": read(data).id}
        for workspace, integration_id, data in connection.execute(select(*key, table.c.data))
    ]
    if numbers:
        matches = (key[0] == bindparam("of"), key[1] == bindparam("named"))
        connection.execute(update(table).where(*matches).values(number=bindparam("found")), numbers)


# The step at place n leads from version n + 1 to the next.
_STEPS: list[Callable[[Connection], None]] = [_number_people]
