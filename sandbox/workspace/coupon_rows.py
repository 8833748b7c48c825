"""What the store knows of a coupon beside its data: the columns that are searched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.engine.model import Coupon


def coupon_columns(coupon: Coupon) -> dict[str, Any]:
    """Return the values of the columns of `tables.coupons` that are neither key nor data."""
    return {
        "id": coupon.id,
        "campaign_id": coupon.campaign_id,
        "folded": folded(coupon.value),
        "created": coupon.created.timestamp(),
        "batch_id": coupon.batch_id,
        "referral_id": coupon.referral_id,
        "recipient_id": coupon.recipient_integration_id or None,
        "for_everybody": coupon.implicitly_reserved or None,
        **term_columns(coupon),
    }


def term_columns(coupon: Coupon) -> dict[str, Any]:
    """Return those of the columns that say what a coupon allows, and when."""
    return {
        "starts": _seconds(coupon.start_date),
        "ends": _seconds(coupon.expiry_date),
        "uses": coupon.usage_counter,
        "usage_limit": coupon.usage_limit,
    }


def folded(code: str) -> str:
    """Return a code without its case and without all that is neither letter nor digit.

    Source: Management API, parameter ``value`` of the coupon operations.
    """
    folded = code.casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


def _seconds(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()
