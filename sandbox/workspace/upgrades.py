"""Homes of earlier versions: their tables get what those of today have."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from sqlalchemy import Connection, bindparam, insert, inspect, select, text, update

from sandbox.engine.model import Coupon
from sandbox.numbers import decode_hook
from sandbox.workspace import tables
from sandbox.workspace.coupon_rows import coupon_columns

_COUPON = msgspec.json.Decoder(Coupon, dec_hook=decode_hook, float_hook=Decimal)


def upgrade(connection: Connection, version: int) -> None:
    """Bring tables of an earlier version up to date; tables that it lacked are there already."""
    if version < 2:
        _add_coupon_columns(connection)
        _number_giveaways(connection)
    connection.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))


def _add_coupon_columns(connection: Connection) -> None:
    """Version 2 has columns by which coupons are searched."""
    table = tables.coupons
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in there:
            kind = column.type.compile(connection.dialect)
            connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}"))
    rows = connection.execute(select(table.c.workspace, table.c.code, table.c.data)).all()
    values = [
        {"of_workspace": workspace, "of_code": code, **coupon_columns(_COUPON.decode(data))}
        for workspace, code, data in rows
    ]
    if values:
        filling = update(table).where(
            table.c.workspace == bindparam("of_workspace"), table.c.code == bindparam("of_code")
        )
        connection.execute(filling, values)
    for index in table.indexes:
        index.create(connection, checkfirst=True)


def _number_giveaways(connection: Connection) -> None:
    """Version 2 has giveaways by number; before, a code could be in a pool once."""
    table, before = tables.giveaways, "giveaways_of_version_1"
    columns = ", ".join(column.name for column in table.columns if column.name != "number")
    connection.execute(text("DROP INDEX giveaways_in_order"))
    connection.execute(text(f"ALTER TABLE {table.name} RENAME TO {before}"))
    table.create(connection)
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({columns}) "
            f"SELECT {columns} FROM {before} ORDER BY workspace, position"
        )
    )
    connection.execute(text(f"DROP TABLE {before}"))
