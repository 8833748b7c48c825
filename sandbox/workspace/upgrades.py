"""Homes of earlier versions: their tables get what those of today have."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, Table, bindparam, insert, select, text, update

from sandbox.workspace import tables


def upgrade(connection: Connection, version: int) -> None:
    """Bring tables of an earlier version up to date; tables that it lacked are there already."""
    if version < 2:
        _number_people(connection)
    connection.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))


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
    for index in (*tables.NUMBERED, tables.MEMBERS, tables.LEDGERS):
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
