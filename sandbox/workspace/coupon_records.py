"""The coupons of one workspace, by code, by id and by what is looked for; who has used them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Select, bindparam, delete, insert, literal, select, update

from sandbox.engine.changes import CountCoupon, ReserveCode
from sandbox.engine.model import Coupon
from sandbox.numbers import ZERO, add_exactly, encode_json, plain
from sandbox.workspace import tables
from sandbox.workspace.codes import existing_codes, forget_counters
from sandbox.workspace.coupon_rows import coupon_columns, term_columns
from sandbox.workspace.coupon_search import Search, with_attributes
from sandbox.workspace.store import Lookup, data_of, decoder, delete_rows, put

_COUPON = decoder(Coupon)
_TABLE = tables.coupons
# For how long exports can have coupons that were deleted.
DELETED_LAST = timedelta(days=7)
_DATA = data_of(_TABLE, "workspace", "code", read=_COUPON.decode)
_RESERVED = Lookup(
    select(tables.reservations.c.code).where(
        tables.reservations.c.workspace == bindparam("workspace"),
        tables.reservations.c.profile_id == bindparam("profile_id"),
    ),
    read=str,
)
_REDEEMED = Lookup(
    select(tables.redemptions.c["count"]).where(
        tables.redemptions.c.workspace == bindparam("workspace"),
        tables.redemptions.c.code == bindparam("code"),
        tables.redemptions.c.profile_id == bindparam("profile_id"),
    ),
    read=int,
)


class CouponRecords:
    """Reads and writes with the connection that it is given, as `Records` does."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace
        self._own = _TABLE.c.workspace == workspace

    def get(self, connection: Connection, code: str) -> Coupon | None:
        return _DATA.value(connection, self._workspace, code)

    def by_id(self, connection: Connection, coupon_id: int) -> Coupon | None:
        row = select(_TABLE.c.data).where(self._own, _TABLE.c.id == coupon_id)
        data = connection.execute(row).scalar()
        return None if data is None else _COUPON.decode(data)

    def codes(self, connection: Connection) -> Sequence[str]:
        return connection.execute(select(_TABLE.c.code).where(self._own)).scalars().all()

    def newest_codes(self, connection: Connection, most: int) -> Sequence[str]:
        """Return the codes made last, the newest first."""
        rows = select(_TABLE.c.code).where(self._own).order_by(_TABLE.c.id.desc()).limit(most)
        return connection.execute(rows).scalars().all()

    def existing(self, connection: Connection, codes: Iterable[str]) -> set[str]:
        """Return which of these codes are there."""
        return existing_codes(connection, _TABLE, self._workspace, codes)

    def for_profile(self, connection: Connection, profile_id: str) -> list[Coupon]:
        """Return the coupons that are for this profile alone, and those that are for every one."""
        found: dict[str, Coupon] = {}
        for whose in (_TABLE.c.recipient_id == profile_id, _TABLE.c.for_everybody.is_(True)):
            rows = connection.execute(select(_TABLE.c.data).where(self._own, whose)).scalars()
            found |= {coupon.value: coupon for coupon in map(_COUPON.decode, rows)}
        return list(found.values())

    def page(
        self, connection: Connection, search: Search, size: int, skip: int
    ) -> tuple[list[Coupon], bool]:
        """Return a part of the coupons that are wanted, and whether there are more after it."""
        if search.attributes:
            found = list(islice(self.matching(connection, search), skip, skip + size + 1))
        else:
            rows = search.rows(self._workspace, "data").limit(size + 1).offset(skip)
            found = list(self._read(connection, rows))
        return found[:size], len(found) > size

    def matching(self, connection: Connection, search: Search) -> Iterator[Coupon]:
        """Yield the coupons that are wanted."""
        coupons = self._read(connection, search.rows(self._workspace, "data"))
        return with_attributes(coupons, search.attributes)

    def matching_codes(self, connection: Connection, search: Search) -> Sequence[str]:
        """Return the codes that are wanted, whatever their attributes are."""
        return connection.execute(search.rows(self._workspace, "code")).scalars().all()

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

    def remove(self, connection: Connection, codes: Collection[str], now: datetime) -> None:
        """Delete coupons, and what was counted of them: a code made anew begins anew.

        Exports can have them for some days.
        """
        if not codes:
            return
        gone = [{"of_code": code} for code in codes]
        self._keep_deleted(connection, gone, now)
        for table in (_TABLE, tables.redemptions, tables.reservations):
            own = table.c.workspace == self._workspace
            connection.execute(delete(table).where(own, table.c.code == bindparam("of_code")), gone)
        forget_counters(connection, self._workspace, "coupon", codes)

    def reserved_codes(self, connection: Connection, profile_id: str) -> frozenset[str]:
        return frozenset(_RESERVED.values(connection, self._workspace, profile_id))

    def reserving_profiles(self, connection: Connection, code: str) -> Sequence[str]:
        """Return the ids of the profiles that have reserved a coupon."""
        table = tables.reservations
        rows = (
            select(table.c.profile_id)
            .where(table.c.workspace == self._workspace, table.c.code == code)
            .order_by(table.c.profile_id)
        )
        return connection.execute(rows).scalars().all()

    def redeemed_codes(self, connection: Connection, profile_id: str) -> dict[str, int]:
        """Return how often a profile has redeemed which codes."""
        table = tables.redemptions
        rows = select(table.c.code, table.c["count"]).where(
            table.c.workspace == self._workspace,
            table.c.profile_id == profile_id,
            table.c["count"] > 0,
        )
        return {code: count for code, count in connection.execute(rows)}

    def redemption_count(self, connection: Connection, code: str, profile_id: str) -> int:
        return _REDEEMED.value(connection, self._workspace, code, profile_id) or 0

    def reserve(self, connection: Connection, change: ReserveCode) -> None:
        coupon = self.get(connection, change.code)
        if coupon is not None:
            count = (coupon.reservation_counter or 0) + 1
            self.put(connection, replace(coupon, reservation_counter=count))
            key = self._key(code=change.code, profile_id=change.profile_id)
            connection.execute(insert(tables.reservations), key)

    def unreserve(self, connection: Connection, code: str, profile_id: str) -> None:
        """Take back the reservation of a profile that has one."""
        coupon = self.get(connection, code)
        if coupon is not None:
            count = max(0, (coupon.reservation_counter or 0) - 1)
            self.put(connection, replace(coupon, reservation_counter=count))
        delete_rows(connection, tables.reservations, **self._key(code=code, profile_id=profile_id))

    def count(self, connection: Connection, change: CountCoupon) -> None:
        coupon = self.get(connection, change.code)
        if coupon is None:
            return
        counted = replace(coupon, usage_counter=max(0, coupon.usage_counter + change.uses))
        if coupon.discount_limit is not None:
            spent = plain(add_exactly(coupon.discount_counter or ZERO, change.discount))
            counted = replace(counted, discount_counter=max(ZERO, spent))
        self.put(connection, counted)
        if change.profile_id:
            count = self.redemption_count(connection, change.code, change.profile_id)
            key = self._key(code=change.code, profile_id=change.profile_id)
            put(connection, tables.redemptions, key, count=max(0, count + change.uses))

    def _key(self, code: str, profile_id: str) -> dict[str, str]:
        return {"workspace": self._workspace, "code": code, "profile_id": profile_id}

    def _keep_deleted(
        self, connection: Connection, gone: Sequence[Mapping[str, str]], now: datetime
    ) -> None:
        kept, columns = tables.deleted_coupons, _TABLE.columns
        rows = select(*columns, literal(now.timestamp())).where(
            self._own, _TABLE.c.code == bindparam("of_code")
        )
        names = [*(column.name for column in columns), "deleted"]
        connection.execute(insert(kept).from_select(names, rows), gone)
        oldest = (now - DELETED_LAST).timestamp()
        connection.execute(
            delete(kept).where(kept.c.workspace == self._workspace, kept.c.deleted < oldest)
        )

    def _read(self, connection: Connection, rows: Select[Any]) -> Iterator[Coupon]:
        with connection.execute(rows) as result:
            yield from map(_COUPON.decode, result.scalars())
