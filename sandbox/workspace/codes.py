"""What coupon codes and referral codes have in common in the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from sqlalchemy import Connection, Table, bindparam, delete, select

from sandbox.engine.changes import CounterKey
from sandbox.workspace import tables
from sandbox.workspace.store import decoder

_KEY = decoder(CounterKey)
_TABLE = tables.counters
# How many codes one statement names.
_BATCH = 500


def existing_codes(
    connection: Connection, table: Table, workspace: str, codes: Iterable[str]
) -> set[str]:
    """Return which of these codes are in a table."""
    asked, found = list(codes), set[str]()
    for start in range(0, len(asked), _BATCH):
        some = asked[start : start + _BATCH]
        rows = select(table.c.code).where(table.c.workspace == workspace, table.c.code.in_(some))
        found.update(connection.execute(rows).scalars())
    return found


def forget_counters(
    connection: Connection,
    workspace: str,
    kind: Literal["coupon", "referral"],
    codes: Collection[str],
) -> None:
    """Delete what was counted of these codes."""
    own, gone = _TABLE.c.workspace == workspace, set(codes)
    keys = connection.execute(select(_TABLE.c.key).where(own)).scalars()
    counted = [{"of_key": key} for key in keys if getattr(_KEY.decode(key), kind) in gone]
    if counted:
        connection.execute(delete(_TABLE).where(own, _TABLE.c.key == bindparam("of_key")), counted)
