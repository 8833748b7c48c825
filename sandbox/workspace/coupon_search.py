"""What coupons are looked for by, as conditions on the columns of their table.

Source: Management API, parameters of getCouponsWithoutTotalCount and its siblings; decisions S190,
S191.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, or_

from sandbox.engine.model import Attributes, Coupon, Json, Model, Time
from sandbox.workspace import tables
from sandbox.workspace.coupon_rows import folded

Validity: TypeAlias = Literal["expired", "validNow", "validFuture"]
Condition: TypeAlias = ColumnElement[bool]

_C = tables.coupons.c
# What coupons may be sorted by.
SORTABLE: Mapping[str, ColumnElement[Any]] = {
    "id": _C.id,
    "created": _C.created,
    "campaignId": _C.campaign_id,
    "value": _C.code,
    "startDate": _C.starts,
    "expiryDate": _C.ends,
    "usageCounter": _C.uses,
    "usageLimit": _C.usage_limit,
    "batchId": _C.batch_id,
    "referralId": _C.referral_id,
    "recipientIntegrationId": _C.recipient_id,
}


class CouponFilters(Model, frozen=True):
    """Which coupons are meant (schema CouponDeletionFilters); times are included."""

    value: str | None = None
    exact_match: bool = False
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
    referral_id: int | None = None
    recipient_integration_id: str | None = None


class Order(NamedTuple):
    """One of `SORTABLE` to sort by."""

    field: str
    descending: bool


def condition(
    filters: CouponFilters, campaign_ids: Collection[int] | None, now: datetime
) -> Condition:
    """Return what coupons of these campaigns, or of all, must fulfil."""
    return and_(True, *_conditions(filters, campaign_ids, now.timestamp()))


def in_order(rows: Select[Any], order: Sequence[Order]) -> Select[Any]:
    """Sort rows; those that lack a field come first, those that are alike by id."""
    columns = ((SORTABLE[field], descending) for field, descending in order)
    return rows.order_by(*(c.desc() if descending else c for c, descending in columns), _C.id)


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
    filters: CouponFilters, campaign_ids: Collection[int] | None, now: float
) -> Iterator[Condition]:
    if campaign_ids is not None:
        yield _C.campaign_id.in_(sorted(campaign_ids))
    if filters.value:
        code = folded(filters.value)
        # A text without letters and digits is in no code.
        yield _C.folded == code if filters.exact_match or not code else _C.folded.contains(code)
    yield from _within(_C.created, filters.created_after, filters.created_before)
    yield from _within(_C.starts, filters.starts_after, filters.starts_before)
    yield from _within(_C.ends, filters.expires_after, filters.expires_before)
    match filters.valid:
        case "expired":
            yield _C.ends <= now
        case "validNow":
            yield or_(_C.starts.is_(None), _C.starts <= now)
            yield or_(_C.ends.is_(None), _C.ends > now)
        case "validFuture":
            yield _C.starts > now
    if filters.usable is not None:
        is_usable = or_(_C.usage_limit == 0, _C.uses < _C.usage_limit)
        yield is_usable if filters.usable else ~is_usable
    if filters.redeemed is not None:
        yield _C.uses > 0 if filters.redeemed else _C.uses == 0
    if filters.batch_id is not None:
        yield _C.batch_id == filters.batch_id
    if filters.referral_id is not None:
        yield _C.referral_id == filters.referral_id
    if filters.recipient_integration_id is not None:
        yield _C.recipient_id == filters.recipient_integration_id


def _within(
    column: ColumnElement[Any], after: datetime | None, before: datetime | None
) -> Iterator[Condition]:
    if after is not None:
        yield column >= after.timestamp()
    if before is not None:
        yield column <= before.timestamp()
