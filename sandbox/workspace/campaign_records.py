"""What a campaign has counted, and what goes with a campaign that is deleted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Table, delete, select

from sandbox.engine.budgets import own_limits, period_bucket
from sandbox.engine.changes import CounterKey
from sandbox.engine.model import Coupon, Limit
from sandbox.numbers import ZERO, add_exactly, encode_json, plain
from sandbox.workspace import tables
from sandbox.workspace.store import data_of, decoder, delete_rows

_COUNTERS = tables.counters
_KEY = decoder(CounterKey)
_COUPON = data_of(tables.coupons, "workspace", "code", read=decoder(Coupon).decode)


class _Owned(msgspec.Struct, rename="camel"):
    """What of a code, or of a customer's progress, says whose it is."""

    campaign_id: int | None = None
    achievement_id: int | None = None


_OWNED = decoder(_Owned)


class CampaignRecords:
    """What is stored of campaigns in the workspace named `workspace`."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def used(
        self, connection: Connection, campaign_id: int, limit: Limit, now: datetime, zone: ZoneInfo
    ) -> Decimal:
        """Return how much of a budget is used in its present period, by all that it counts by."""
        bucket = period_bucket(limit.period, now, zone)
        total = ZERO
        for key, amount in self._counters(connection, [campaign_id, limit.action, bucket]):
            if _entities(key) == frozenset(limit.entities):
                total = add_exactly(total, amount)
        return plain(total)

    def forget_budget(self, connection: Connection, campaign_id: int, limit: Limit) -> None:
        """Forget what a budget has counted that is there no more.

        What a code's own budget counts stays.
        """
        period = "" if limit.period in (None, "overall") else limit.period
        for key, _ in list(self._counters(connection, [campaign_id, limit.action])):
            if key.period.partition(":")[0] != period or _entities(key) != set(limit.entities):
                continue
            if not self._is_own(connection, key):
                text = encode_json(key).decode()
                delete_rows(connection, _COUNTERS, workspace=self._workspace, key=text)

    def _is_own(self, connection: Connection, key: CounterKey) -> bool:
        """Tell whether a budget of the code itself counts here."""
        coupon = _COUPON.value(connection, workspace=self._workspace, code=key.coupon)
        return coupon is not None and any(
            limit.action == key.action and frozenset(limit.entities) == _entities(key)
            for limit in own_limits(coupon)
        )

    def delete(
        self, connection: Connection, campaign_id: int, achievement_ids: Collection[int]
    ) -> None:
        """Delete a campaign's codes, what they and its budgets have counted, and its progress."""
        codes = self._owned(connection, tables.coupons, lambda of: of.campaign_id == campaign_id)
        for code in codes:
            for table in (tables.coupons, tables.redemptions, tables.reservations):
                delete_rows(connection, table, workspace=self._workspace, code=code)
        for code in self._owned(
            connection, tables.referrals, lambda of: of.campaign_id == campaign_id
        ):
            delete_rows(connection, tables.referrals, workspace=self._workspace, code=code)
        referred = tables.referred
        delete_rows(connection, referred, workspace=self._workspace, campaign_id=campaign_id)
        first, last = _span([campaign_id])
        connection.execute(
            delete(_COUNTERS).where(
                _COUNTERS.c.workspace == self._workspace,
                _COUNTERS.c.key >= first,
                _COUNTERS.c.key < last,
            )
        )
        self.delete_progress(connection, achievement_ids)

    def delete_progress(self, connection: Connection, achievement_ids: Collection[int]) -> None:
        """Delete what customers have reached in achievements."""
        trackers = tables.trackers
        if achievement_ids:
            for tracker_id in self._owned(
                connection, trackers, lambda of: of.achievement_id in achievement_ids, "tracker_id"
            ):
                key = {"workspace": self._workspace, "tracker_id": tracker_id}
                delete_rows(connection, trackers, **key)

    def _owned(
        self,
        connection: Connection,
        table: Table,
        is_meant: Callable[[_Owned], bool],
        key: str = "code",
    ) -> list[Any]:
        rows = select(table.c[key], table.c.data).where(table.c.workspace == self._workspace)
        return [id for id, data in connection.execute(rows) if is_meant(_OWNED.decode(data))]

    def _counters(
        self, connection: Connection, beginning: list[int | str]
    ) -> Iterator[tuple[CounterKey, Decimal]]:
        """Yield the counters whose keys begin so."""
        first, last = _span(beginning)
        rows = select(_COUNTERS.c.key, _COUNTERS.c.amount).where(
            _COUNTERS.c.workspace == self._workspace,
            _COUNTERS.c.key >= first,
            _COUNTERS.c.key < last,
        )
        for key, amount in connection.execute(rows):
            yield _KEY.decode(key), Decimal(amount)


def _span(beginning: list[int | str]) -> tuple[str, str]:
    """Return between which texts those of all keys lie that begin so: keys are lists in JSON."""
    text = encode_json(beginning).decode().removesuffix("]")
    return f"{text},", f"{text}-"


def _entities(key: CounterKey) -> frozenset[str]:
    """Return the entities that a counter counts by."""
    named = {
        "Profile": key.profile,
        "Coupon": key.coupon,
        "Referral": key.referral,
        "Identifier": key.identifier,
        "Store": key.store,
        "Session": key.session,
    }
    return frozenset(entity for entity, value in named.items() if value)
