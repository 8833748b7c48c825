"""What a campaign has counted, and what goes with a campaign that is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, select

from sandbox.engine.budgets import own_limits, period_bucket
from sandbox.engine.changes import CounterKey
from sandbox.engine.model import Limit
from sandbox.numbers import ZERO, add_exactly, encode_json, plain
from sandbox.workspace import tables
from sandbox.workspace.coupon_records import CouponRecords
from sandbox.workspace.referrals import Referrals
from sandbox.workspace.store import decoder, delete_rows, stored_number

_COUNTERS = tables.counters
_KEY = decoder(CounterKey)
_COUPONS = tables.coupons


class CampaignRecords:
    """What is stored of campaigns in the workspace named `workspace`."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace
        self._coupons = CouponRecords(workspace)
        self._referrals = Referrals(workspace)

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
        coupon = self._coupons.get(connection, key.coupon) if key.coupon else None
        return coupon is not None and any(
            limit.action == key.action and frozenset(limit.entities) == _entities(key)
            for limit in own_limits(coupon)
        )

    def delete(self, connection: Connection, campaign_id: int) -> None:
        """Delete a campaign's codes, and what they and its budgets have counted."""
        coupons = _COUPONS.c.workspace == self._workspace, _COUPONS.c.campaign_id == campaign_id
        codes = select(_COUPONS.c.code).where(*coupons)
        for table in (tables.redemptions, tables.reservations):
            own = table.c.workspace == self._workspace
            connection.execute(delete(table).where(own, table.c.code.in_(codes)))
        connection.execute(delete(_COUPONS).where(*coupons))
        for referral in self._referrals.every(connection):
            if referral.campaign_id == campaign_id:
                code = {"workspace": self._workspace, "code": referral.code}
                delete_rows(connection, tables.referrals, **code)
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
            yield _KEY.decode(key), stored_number(amount)


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
