"""The coupons of one workspace: by code, by id, and those that match what is looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from sandbox.engine.changes import CounterKey
from sandbox.engine.model import Attributes, Coupon
from sandbox.numbers import encode_json
from sandbox.workspace import tables
from sandbox.workspace.coupon_rows import coupon_columns, term_columns
from sandbox.workspace.coupon_search import Condition, Order, in_order, with_attributes
from sandbox.workspace.store import data_of, decoder, put

_COUPON = decoder(Coupon)
_KEY = decoder(CounterKey)
_TABLE = tables.coupons
_DATA = data_of(_TABLE, "workspace", "code", read=_COUPON.decode)
# How many codes one statement names.
_BATCH = 500


class CouponRecords:
    """Reads and writes with the connection that it is given, as `Records` does."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace
        self._own = _TABLE.c.workspace == workspace

    def get(self, connection: Connection, code: str) -> Coupon | None:
        return _DATA.value(connection, workspace=self._workspace, code=code)

    def by_id(self, connection: Connection, coupon_id: int) -> Coupon | None:
        row = select(_TABLE.c.data).where(self._own, _TABLE.c.id == coupon_id)
        data = connection.execute(row).scalar()
        return None if data is None else _COUPON.decode(data)

    def codes(self, connection: Connection) -> Sequence[str]:
        return connection.execute(select(_TABLE.c.code).where(self._own)).scalars().all()

    def existing(self, connection: Connection, codes: Iterable[str]) -> set[str]:
        """Return which of these codes are there."""
        found: set[str] = set()
        asked = list(codes)
        for start in range(0, len(asked), _BATCH):
            some = asked[start : start + _BATCH]
            rows = select(_TABLE.c.code).where(self._own, _TABLE.c.code.in_(some))
            found.update(connection.execute(rows).scalars())
        return found

    def for_profile(self, connection: Connection, profile_id: str) -> list[Coupon]:
        """Return the coupons that are for this profile alone, and those that are for every one."""
        found: dict[str, Coupon] = {}
        for whose in (_TABLE.c.recipient_id == profile_id, _TABLE.c.for_everybody.is_(True)):
            rows = connection.execute(select(_TABLE.c.data).where(self._own, whose)).scalars()
            found |= {coupon.value: coupon for coupon in map(_COUPON.decode, rows)}
        return list(found.values())

    def page(
        self,
        connection: Connection,
        wanted: Condition,
        order: Sequence[Order],
        size: int,
        skip: int,
        attributes: Attributes,
    ) -> tuple[list[Coupon], bool]:
        """Return a part of the coupons that are wanted, and whether there are more after it."""
        rows = in_order(select(_TABLE.c.data).where(self._own, wanted), order)
        if attributes:
            matching = with_attributes(self._read(connection, rows), attributes)
            found = list(islice(matching, skip, skip + size + 1))
        else:
            found = list(self._read(connection, rows.limit(size + 1).offset(skip)))
        return found[:size], len(found) > size

    def matching(
        self, connection: Connection, wanted: Condition, order: Sequence[Order] = ()
    ) -> Iterator[Coupon]:
        """Yield the coupons that are wanted."""
        return self._read(
            connection, in_order(select(_TABLE.c.data).where(self._own, wanted), order)
        )

    def matching_codes(self, connection: Connection, wanted: Condition) -> Sequence[str]:
        rows = select(_TABLE.c.code).where(self._own, wanted)
        return connection.execute(rows).scalars().all()

    def put(self, connection: Connection, coupon: Coupon) -> None:
        key = {"workspace": self._workspace, "code": coupon.value}
        put(connection, _TABLE, key, data=encode_json(coupon), **coupon_columns(coupon))

    def add(self, connection: Connection, coupons: Iterable[Coupon]) -> None:
        """Store new coupons."""
        rows = [
            {
                "workspace": self._workspace,
                "code": coupon.value,
                "data": encode_json(coupon),
                **coupon_columns(coupon),
            }
            for coupon in coupons
        ]
        if rows:
            connection.execute(insert(_TABLE), rows)

    def replace(self, connection: Connection, coupons: Iterable[Coupon]) -> None:
        """Store coupons that are there and whose terms or attributes have changed.

        Columns that have indexes stay as they are.
        """
        rows = [
            {"of_code": coupon.value, "data": encode_json(coupon), **term_columns(coupon)}
            for coupon in coupons
        ]
        if rows:
            changed = update(_TABLE).where(self._own, _TABLE.c.code == bindparam("of_code"))
            connection.execute(changed, rows)

    def remove(self, connection: Connection, codes: Collection[str]) -> None:
        """Delete coupons, and what was counted of them: a code made anew begins anew."""
        if not codes:
            return
        gone = [{"of_code": code} for code in codes]
        for table in (_TABLE, tables.redemptions, tables.reservations):
            own = table.c.workspace == self._workspace
            connection.execute(delete(table).where(own, table.c.code == bindparam("of_code")), gone)
        self._forget_counters(connection, codes)

    def _forget_counters(self, connection: Connection, codes: Collection[str]) -> None:
        table, known = tables.counters, set(codes)
        own = table.c.workspace == self._workspace
        keys = connection.execute(select(table.c.key).where(own)).scalars()
        gone = [{"of_key": key} for key in keys if _KEY.decode(key).coupon in known]
        if gone:
            connection.execute(delete(table).where(own, table.c.key == bindparam("of_key")), gone)

    def _read(self, connection: Connection, rows: Select[Any]) -> Iterator[Coupon]:
        with connection.execute(rows) as result:
            yield from map(_COUPON.decode, result.scalars())
