"""Customers of one deployment: who they are to the rules, and what changes that.

Everything here but reading writes at once. Contents are the vendor's JSON with `Decimal` numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import talon_one

from sandbox.targets.connection import Connection, floats
from sandbox.targets.errors import RefusedCallError

Json = dict[str, Any]
# The most that one answer has.
MOST_LISTED = 1000


class Customers:
    """The customers of one Application. Every method raises TargetError."""

    def __init__(self, connection: Connection, application_id: int) -> None:
        self._connection = connection
        self._application_id = application_id

    def listed(self, most: int = MOST_LISTED) -> Sequence[Json]:
        """Return the first customers of the Application (schema ApplicationCustomer)."""
        return self._data(
            self._connection.management.get_application_customers_without_preload_content,
            self._application_id,
            page_size=most,
        )

    def inventory(self, profile_id: str) -> Json | None:
        """Return everything a customer has (schema CustomerInventory); None for a new one."""
        try:
            return self._connection.call(
                self._connection.integration.get_customer_inventory_without_preload_content,
                profile_id,
                profile=True,
                referrals=True,
                coupons=True,
                loyalty=True,
                giveaways=True,
            ).object()
        except RefusedCallError as error:
            if error.status == 404:
                return None
            raise

    def sessions(self, profile_id: str, most: int = 100) -> Sequence[Json]:
        """Return a customer's sessions, the newest first (schema ApplicationSession)."""
        return self._data(
            self._connection.management.get_application_sessions_without_preload_content,
            self._application_id,
            profile=profile_id,
            sort="-created",
            page_size=most,
        )

    def transactions(self, program_id: int, profile_id: str, most: int = 50) -> Sequence[Json]:
        """Return a customer's newest additions and subtractions of points in a program."""
        operation = "get_loyalty_program_profile_transactions_without_preload_content"
        return self._data(
            getattr(self._connection.integration, operation),
            program_id,
            profile_id,
            page_size=most,
        )

    def achievements(self, profile_id: str) -> Sequence[Json]:
        """Return what a customer can take part in, now or later, with the progress so far."""
        return self._data(
            self._connection.integration.get_customer_achievements_without_preload_content,
            profile_id,
            achievement_status=["active", "scheduled"],
        )

    def audiences(self) -> Sequence[Json]:
        """Return all audiences (schema Audience)."""
        return self._data(self._connection.management.get_audiences_without_preload_content)

    def save_attributes(self, profile_id: str, attributes: Mapping[str, Any]) -> None:
        """Set attributes, besides those that the customer has; None removes one."""
        body = talon_one.CustomerProfileIntegrationRequestV2.model_construct(
            attributes=floats(dict(attributes))
        )
        self._connection.call(
            self._connection.integration.update_customer_profile_v2_without_preload_content,
            profile_id,
            body,
            run_rule_engine=False,
        )

    def change_memberships(
        self, profile_id: str, joins: Sequence[int], leaves: Sequence[int]
    ) -> None:
        """Let a customer join audiences and leave others, all or none."""
        changes = [
            talon_one.CustomerProfileAudienceRequestItem.model_construct(
                action=action, profile_integration_id=profile_id, audience_id=audience_id
            )
            for action, audiences in (("add", joins), ("delete", leaves))
            for audience_id in audiences
        ]
        self._connection.call(
            self._connection.integration.update_customer_profile_audiences_without_preload_content,
            talon_one.CustomerProfileAudienceRequest.model_construct(data=changes),
        )

    def add_points(self, program_id: int, profile_id: str, points: Decimal, reason: str) -> None:
        self._connection.call(
            self._connection.management.add_loyalty_points_without_preload_content,
            str(program_id),
            profile_id,
            talon_one.AddLoyaltyPoints.model_construct(points=floats(points), name=reason),
        )

    def deduct_points(self, program_id: int, profile_id: str, points: Decimal, reason: str) -> None:
        self._connection.call(
            self._connection.management.remove_loyalty_points_without_preload_content,
            str(program_id),
            profile_id,
            talon_one.DeductLoyaltyPoints.model_construct(points=floats(points), name=reason),
        )

    def reserve(self, profile_id: str, code: str) -> None:
        """Reserve a coupon for a customer."""
        self._connection.call(
            self._connection.integration.create_coupon_reservation_without_preload_content,
            code,
            talon_one.CouponReservations.model_construct(integration_ids=[profile_id]),
        )

    def unreserve(self, profile_id: str, code: str) -> None:
        """Take a customer's reservation of a coupon back."""
        self._connection.call(
            self._connection.integration.delete_coupon_reservation_without_preload_content,
            code,
            talon_one.CouponReservations.model_construct(integration_ids=[profile_id]),
        )

    def _data(self, operation: Callable[..., Any], *arguments: Any, **options: Any) -> list[Json]:
        """Return the entries of an answer that is a list."""
        return self._connection.call(operation, *arguments, **options).entries()
