"""Coupons of one Application: search, make, change, import and export.

Everything but searching and exporting writes at once. Contents are the vendor's JSON with
`Decimal` numbers (schema Coupon); times are RFC 3339 texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import talon_one

from sandbox.targets.connection import Connection, floats

Json = dict[str, Any]
Validity = Literal["expired", "validNow", "validFuture"]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of coupons, and whether there are more."""

    coupons: Sequence[Json]
    has_more: bool


@dataclass(frozen=True, slots=True)
class NewCoupons:
    """Coupons to make: `count` codes of a pattern, in which each ``#`` is a character drawn.

    A usage limit of 0 is none. `worth` is what a code gives in all, as a gift card does.
    """

    pattern: str
    count: int
    usage_limit: int
    start: datetime | None = None
    expiry: datetime | None = None
    recipient: str = ""
    worth: Decimal | None = None


class Coupons:
    """The coupons of one campaign. Every method raises TargetError."""

    def __init__(self, connection: Connection, application_id: int, campaign_id: int) -> None:
        self._connection = connection
        self._place = (application_id, campaign_id)

    def search(
        self, text: str = "", validity: Validity | None = None, *, most: int = 20, skip: int = 0
    ) -> Found:
        """Return coupons whose code contains a text, the newest first."""
        content = self._connection.call(
            self._connection.management.get_coupons_without_total_count_without_preload_content,
            *self._place,
            value=text or None,
            valid=validity,
            page_size=most,
            skip=skip,
            sort="-id",
        ).object()
        return Found(content.get("data") or [], content.get("hasMore") is True)

    def create(self, new: NewCoupons) -> None:
        """Make coupons, all or none."""
        fields = {
            "coupon_pattern": new.pattern,
            "number_of_coupons": new.count,
            "usage_limit": new.usage_limit,
            "start_date": new.start,
            "expiry_date": new.expiry,
            "recipient_integration_id": new.recipient or None,
            "discount_limit": floats(new.worth),
        }
        body = talon_one.NewCoupons.model_construct(
            **{name: value for name, value in fields.items() if value is not None}
        )
        self._connection.call(
            self._connection.management.create_coupons_without_preload_content,
            *self._place,
            body,
        )

    def update(self, coupon: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """Change fields of a coupon, named as in the SDK; None empties one."""
        body = talon_one.UpdateCoupon.model_construct(**floats(dict(changes)))
        self._connection.call(
            self._connection.management.update_coupon_without_preload_content,
            *self._place,
            str(coupon["id"]),
            body,
        )

    def delete(self, coupon: Mapping[str, Any]) -> None:
        self._connection.call(
            self._connection.management.delete_coupon_without_preload_content,
            *self._place,
            str(coupon["id"]),
        )

    def import_csv(self, text: str) -> int:
        """Make the coupons of a CSV file, all or none, and return how many there were."""
        content = self._connection.call(
            self._connection.management.import_coupons_without_preload_content,
            *self._place,
            up_file=text,
        ).object()
        return int(content.get("amount") or 0)

    def export_csv(self) -> str:
        """Return the campaign's coupons as CSV."""
        application_id, campaign_id = self._place
        return self._connection.call(
            self._connection.management.export_coupons_without_preload_content,
            application_id,
            campaign_id=campaign_id,
        ).raw
