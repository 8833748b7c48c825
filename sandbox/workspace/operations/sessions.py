"""Sessions as people look for them, and what they gave.

Source: Management API, operation getApplicationSessions; decisions S212, S214.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from sandbox.engine.model import Effect
from sandbox.numbers import ZERO, plain
from sandbox.workspace.people import SessionBrief

# Texts that are shorter are compared whole, also where a part of a value would do.
_MIN_PART = 3


class SessionFilter(NamedTuple):
    """Which sessions to list; None leaves a property alone.

    With `partial`, a text may be any part of the value, in upper or lower case.
    """

    integration_id: str | None = None
    coupon: str | None = None
    referral: str | None = None
    store: str | None = None
    profile: str | None = None
    state: str | None = None
    partial: bool = False

    def takes(self, session: SessionBrief) -> bool:
        return (
            (self.state is None or session.state == self.state)
            and self._finds(self.integration_id, [session.integration_id])
            and self._finds(self.profile, [session.profile_id])
            and self._finds(self.coupon, session.coupon_codes)
            and self._finds(self.referral, [session.referral_code])
            and self._finds(self.store, [session.store_integration_id or ""])
        )

    def _finds(self, wanted: str | None, values: Iterable[str]) -> bool:
        if wanted is None:
            return True
        if self.partial and len(wanted) >= _MIN_PART:
            return any(wanted.casefold() in value.casefold() for value in values)
        return wanted in values


def total_discount(effects: Iterable[Effect]) -> Decimal:
    """Return the sum of all discounts that stand."""
    discounts = (e.props["value"] for e in effects if e.effect_type in _DISCOUNTS)
    return plain(sum(discounts, ZERO))


def is_order(session: SessionBrief) -> bool:
    """Tell whether a session was closed, and not cancelled since."""
    return session.state in ("closed", "partially_returned")


_DISCOUNTS = frozenset(
    {
        "setDiscount",
        "setDiscountPerItem",
        "setDiscountPerAdditionalCost",
        "setDiscountPerAdditionalCostPerItem",
    }
)
