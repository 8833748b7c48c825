"""What queries say of the coupons that are meant, and in which order."""

from __future__ import annotations

from typing import get_args

from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import moment, number, sort_order, word
from sandbox.errors import Fault, Refused
from sandbox.workspace.coupon_search import SORTABLE, CouponFilters, Order, Validity


def coupon_filters(incoming: Incoming) -> CouponFilters:
    """Read which coupons are meant; a parameter without a value is not there. Raises Refused."""
    usable, redeemed = truth(incoming, "usable"), truth(incoming, "redeemed")
    if usable is not None and redeemed is not None:
        details = "“redeemed” cannot be used together with “usable”"
        raise Refused([Fault("Invalid value", details, parameter="redeemed")])
    return CouponFilters(
        value=incoming.query.get("value") or None,
        exact_match=incoming.flag("exactMatch"),
        created_before=moment(incoming, "createdBefore"),
        created_after=moment(incoming, "createdAfter"),
        starts_before=moment(incoming, "startsBefore"),
        starts_after=moment(incoming, "startsAfter"),
        expires_before=moment(incoming, "expiresBefore"),
        expires_after=moment(incoming, "expiresAfter"),
        valid=validity(incoming),
        usable=usable,
        redeemed=redeemed,
        batch_id=incoming.query.get("batchId") or None,
        referral_id=number(incoming, "referralId"),
        recipient_integration_id=incoming.query.get("recipientIntegrationId") or None,
    )


def order(incoming: Incoming) -> list[Order]:
    """Read how coupons are sorted; raises Refused."""
    return [Order(*sorting) for sorting in sort_order(incoming, SORTABLE)]


def validity(incoming: Incoming) -> Validity | None:
    """Read ``valid``; raises Refused."""
    given = word(incoming, "valid", get_args(Validity))
    return next((one for one in get_args(Validity) if one == given), None)


def truth(incoming: Incoming, name: str) -> bool | None:
    """Read a parameter that is true, false or not there; raises Refused."""
    return incoming.flag(name) if name in incoming.query else None
