"""What coupons are looked for by, as conditions on the columns of their table.

Source: Management API, parameters of getCouponsWithoutTotalCount and its siblings; decisions S190,
S191.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Column, ColumnElement, Select, or_, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from sandbox.engine.model import Attributes, Coupon, Integer, Json, Model, Time
from sandbox.workspace import tables
from sandbox.workspace.coupon_rows import folded

Validity: TypeAlias = Literal["expired", "validNow", "validFuture"]
_Condition: TypeAlias = ColumnElement[bool]
_Columns: TypeAlias = ReadOnlyColumnCollection[str, Column[Any]]

# What coupons may be sorted by, with the column that says it.
SORTABLE: Mapping[str, str] = {
    "id": "id",
    "created": "created",
    "campaignId": "campaign_id",
    "value": "code",
    "startDate": "starts",
    "expiryDate": "ends",
    "usageCounter": "uses",
    "usageLimit": "usage_limit",
    "batchId": "batch_id",
    "referralId": "referral_id",
    "recipientIntegrationId": "recipient_id",
}


class CouponFilters(Model, frozen=True):
    """Which coupons are meant (schema CouponDeletionFilters); times are included."""

    value: str | None = None
    exact_match: bool | None = None
    created_before: Time | None = None
    created_after: Time | None = None
    starts_before: Time | None = None
    starts_after: Time | None = None
    expires_before: Time | None = None
    expires_after: Time | None = None
    valid: Validity | None = None
    usable: bool | None = None
    redeemed: bool | None = None
    batch_id: str | None = None
    referral_id: Integer | None = None
    recipient_integration_id: str | None = None


class Order(NamedTuple):
    """One of `SORTABLE` to sort by."""

    field: str
    descending: bool


class Deletion(NamedTuple):
    """When coupons were deleted, for a search among those that were; times are included."""

    after: datetime | None
    before: datetime | None


class Search(NamedTuple):
    """What is looked for: coupons of these campaigns, or of all, at a time of the clock."""

    filters: CouponFilters
    campaign_ids: Collection[int] | None
    now: datetime
    order: Sequence[Order] = ()
    attributes: Attributes = {}
    # Coupons that are there, unless this is set.
    deletion: Deletion | None = None

    def rows(self, workspace: str, *columns: str) -> Select[Any]:
        """Return what selects columns of the coupons, whatever their attributes are.

        Those that lack what they are sorted by come first, those that are alike by id.
        """
        table = tables.coupons if self.deletion is None else tables.deleted_coupons
        c = table.c
        conditions = list(_conditions(c, self.filters, self.campaign_ids, self.now.timestamp()))
        if self.deletion is not None:
            conditions += _within(table.c.deleted, *self.deletion)
        places = ((c[SORTABLE[field]], descending) for field, descending in self.order)
        return (
            select(*(c[name] for name in columns))
            .where(c.workspace == workspace, *conditions)
            .order_by(*(p.desc() if descending else p for p, descending in places), c.id)
        )


def with_attributes(coupons: Iterable[Coupon], wanted: Attributes) -> Iterator[Coupon]:
    """Yield the coupons that have all of these attributes, whatever others they have."""
    for coupon in coupons:
        has = coupon.attributes
        if all(name in has and _is_same(has[name], value) for name, value in wanted.items()):
            yield coupon


def _is_same(first: Json, second: Json) -> bool:
    """Compare JSON values; true is not 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return bool(first == second)


def _conditions(
    c: _Columns, filters: CouponFilters, campaign_ids: Collection[int] | None, now: float
) -> Iterator[_Condition]:
    if campaign_ids is not None:
        yield c.campaign_id.in_(sorted(campaign_ids))
    if filters.value:
        code = folded(filters.value)
        # A text without letters and digits is in no code.
        yield c.folded == code if filters.exact_match or not code else c.folded.contains(code)
    yield from _within(c.created, filters.created_after, filters.created_before)
    yield from _within(c.starts, filters.starts_after, filters.starts_before)
    yield from _within(c.ends, filters.expires_after, filters.expires_before)
    match filters.valid:
        case "expired":
            yield c.ends <= now
        case "validNow":
            yield or_(c.starts.is_(None), c.starts <= now)
            yield or_(c.ends.is_(None), c.ends > now)
        case "validFuture":
            yield c.starts > now
    if filters.usable is not None:
        is_usable = or_(c.usage_limit == 0, c.uses < c.usage_limit)
        yield is_usable if filters.usable else ~is_usable
    if filters.redeemed is not None:
        yield c.uses > 0 if filters.redeemed else c.uses == 0
    if filters.batch_id is not None:
        yield c.batch_id == filters.batch_id
    if filters.referral_id is not None:
        yield c.referral_id == filters.referral_id
    if filters.recipient_integration_id is not None:
        yield c.recipient_id == filters.recipient_integration_id


def _within(
    column: ColumnElement[Any], after: datetime | None, before: datetime | None
) -> Iterator[_Condition]:
    if after is not None:
        yield column >= after.timestamp()
    if before is not None:
        yield column <= before.timestamp()
