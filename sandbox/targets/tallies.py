"""What one deployment has counted so far: uses of codes, budgets, points, a customer's orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.targets.campaigns import Campaigns
from sandbox.targets.connection import Connection
from sandbox.targets.customers import Customers

Json = dict[str, Any]


class Tallies:
    """The counters of one Application that an order may change."""

    def __init__(self, connection: Connection, application_id: int) -> None:
        self._connection = connection
        self._application_id = application_id
        self._customers = Customers(connection, application_id)
        self._campaigns = Campaigns(connection, application_id)

    def read(self, profile_id: str, coupon_codes: Sequence[str], referral_code: str) -> Json:
        """Return the counters of now. Raises TargetError.

        ``inventory`` (schema CustomerInventory) and ``achievements`` are those of the customer,
        empty for a guest or a new one; ``campaigns``, ``coupons`` and ``referrals`` have the
        schemas Campaign, Coupon and Referral.
        """
        campaigns = self._campaigns.listed()
        inventory = self._customers.inventory(profile_id) if profile_id else None
        return {
            "inventory": inventory or {},
            "achievements": self._customers.achievements(profile_id) if inventory else [],
            "campaigns": campaigns,
            "coupons": [coupon for code in coupon_codes for coupon in self._coupons(code)],
            "referrals": self._referrals(campaigns, referral_code) if referral_code else [],
        }

    def _coupons(self, code: str) -> Sequence[Json]:
        name = "search_coupons_advanced_application_wide_without_total_count"
        operation = getattr(self._connection.management, f"{name}_without_preload_content")
        return self._connection.call(
            operation, self._application_id, {}, value=code, exact_match=True
        ).entries()

    def _referrals(self, campaigns: Sequence[Json], code: str) -> Sequence[Json]:
        """Return the referral codes of this name; the API lists them by campaign."""
        operation = (
            self._connection.management.get_referrals_without_total_count_without_preload_content
        )
        found: list[Json] = []
        for campaign in campaigns:
            if "referrals" in (campaign.get("features") or []):
                found += self._connection.call(
                    operation, self._application_id, campaign["id"], code=code
                ).entries()
        return found
