"""Homes of earlier versions: their tables get what those of today have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, insert, inspect, select, text, update

from sandbox.engine.model import Coupon
from sandbox.numbers import decode_hook
from sandbox.workspace import tables
from sandbox.workspace.coupon_rows import coupon_columns


class _Numbered(msgspec.Struct):
    """What of a profile or a session is its number."""

    id: int


_COUPON = msgspec.json.Decoder(Coupon, dec_hook=decode_hook, float_hook=Decimal)
_NUMBERED = msgspec.json.Decoder(_Numbered)


def upgrade(connection: Connection, version: int) -> None:
    """Bring tables of an earlier version up to date; tables that it lacked are there already."""
    if version < 2:
        _add_search_columns(connection)
    if version < 3:
        _number_giveaways(connection)
    connection.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))


def _add_search_columns(connection: Connection) -> None:
    """Version 2 has columns by which coupons are searched, and profiles and sessions numbered."""

    def numbers(data: bytes) -> Mapping[str, Any]:
        return {"number": _NUMBERED.decode(data).id}

    def of_coupon(data: bytes) -> Mapping[str, Any]:
        return coupon_columns(_COUPON.decode(data))

    _add_columns(connection, tables.coupons, "code", of_coupon)
    _add_columns(connection, tables.profiles, "integration_id", numbers)
    _add_columns(connection, tables.sessions, "integration_id", numbers)
    connection.execute(text("DROP INDEX sessions_of_profile"))
    for table in tables.RUNTIME:
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def _add_columns(
    connection: Connection, table: Table, key: str, read: Callable[[bytes], Mapping[str, Any]]
) -> None:
    """Add the columns that a table lacks, and fill them with what `read` finds in its data."""
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in there:
            kind = column.type.compile(connection.dialect)
            connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}"))
    found = select(table.c.workspace, table.c[key], table.c.data)
    values = [
        {"of_workspace": workspace, "of_key": own, **read(data)}
        for workspace, own, data in connection.execute(found).all()
    ]
    if values:
        filling = update(table).where(
            table.c.workspace == bindparam("of_workspace"), table.c[key] == bindparam("of_key")
        )
        connection.execute(filling, values)


def _number_giveaways(connection: Connection) -> None:
    """Version 3 has giveaways by number; before, a code could be in a pool once."""
    table, before = tables.giveaways, "giveaways_before"
    columns = ", ".join(column.name for column in table.columns if column.name != "number")
    for index in inspect(connection).get_indexes(table.name):
        connection.execute(text(f"DROP INDEX {index['name']}"))
    connection.execute(text(f"ALTER TABLE {table.name} RENAME TO {before}"))
    table.create(connection)
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({columns}) "
            f"SELECT {columns} FROM {before} ORDER BY workspace, position"
        )
    )
    connection.execute(text(f"DROP TABLE {before}"))
