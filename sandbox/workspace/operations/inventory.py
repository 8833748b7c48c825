"""What there is of one customer: everything that names its profile.

Source: reference/api/06-profiles-events-audiences.md, section 6.5; reference/api/04-coupons.md,
sections 4.7 and 4.8; decisions S137 and S138.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection

from sandbox.engine.achievements.progress import AchievementFacts
from sandbox.engine.definitions import Audience, Campaign
from sandbox.engine.loyalty.transactions import LoyaltyFacts
from sandbox.engine.model import Coupon, CustomerProfile, Giveaway, Referral
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.mentioned import audiences_of
from sandbox.workspace.workspace import Workspace

CouponState = Literal["active", "used", "expired", "pending", "disabled"]


class OwnCoupon(NamedTuple):
    """A coupon in a customer's wallet, and how often the customer has redeemed it."""

    coupon: Coupon
    redemptions: int
    state: CouponState


class OwnReferral(NamedTuple):
    """A referral code of an advocate, and who has redeemed it."""

    referral: Referral
    referred_customers: Sequence[str]


class Inventory(msgspec.Struct, frozen=True):
    """A stored profile; each part is read when it is asked for."""

    workspace: Workspace
    profile: CustomerProfile

    @property
    def audiences(self) -> list[Audience]:
        workspace = self.workspace
        return audiences_of(
            workspace.records, self._connection, workspace.application, self._profile_id
        )

    @property
    def referrals(self) -> list[OwnReferral]:
        """The codes that the customer refers others with."""
        referrals = self.workspace.records.referrals
        return [
            OwnReferral(referral, referrals.referred_by(self._connection, referral.code))
            for referral in referrals.of_profile(self._connection, self._profile_id)
            if referral.advocate_profile_integration_id == self._profile_id
        ]

    @property
    def coupons(self) -> list[OwnCoupon]:
        """Coupons that are reserved, redeemed, personal or for everybody, by id."""
        records, connection = self.workspace.records, self._connection
        redeemed: Mapping[str, int] = records.coupons.redeemed_codes(connection, self._profile_id)
        codes = {*records.coupons.reserved_codes(connection, self._profile_id), *redeemed}
        named = (records.coupon(connection, code) for code in codes)
        found = {coupon.value: coupon for coupon in named if coupon is not None}
        found |= {c.value: c for c in records.coupons.for_profile(connection, self._profile_id)}
        campaigns = self.workspace.application.campaigns
        now = self.workspace.clock.now()
        return [
            OwnCoupon(
                coupon,
                redeemed.get(coupon.value, 0),
                coupon_state(
                    coupon,
                    campaigns[coupon.campaign_id].definition,
                    redeemed.get(coupon.value, 0),
                    now,
                ),
            )
            for coupon in sorted(found.values(), key=lambda coupon: coupon.id)
        ]

    @property
    def loyalty(self) -> LoyaltyFacts:
        """Points of the profile, and of the cards that are linked to it."""
        loyalty = self.workspace.records.loyalty
        cards = loyalty.cards_of(self._connection, self._profile_id)
        identifiers = [card.identifier for card in cards]
        return loyalty.facts(self._connection, [self._profile_id], identifiers)

    @property
    def giveaways(self) -> list[Giveaway]:
        return self.workspace.records.giveaways.of_profile(self._connection, self._profile_id)

    @property
    def achievements(self) -> AchievementFacts:
        return self.workspace.records.achievements.facts(self._connection, self._profile_id)

    @property
    def _connection(self) -> Connection:
        return self.workspace.reading

    @property
    def _profile_id(self) -> str:
        return self.profile.integration_id


def open_inventory(workspace: Workspace, profile_id: str) -> Inventory:
    """Return what there is of a customer; raises UnknownEntityError."""
    profile = workspace.records.profile(workspace.reading, profile_id)
    if profile is None:
        raise UnknownEntityError("customer profile", profile_id)
    return Inventory(workspace, profile)


def coupon_state(
    coupon: Coupon, campaign: Campaign, redemptions: int, now: datetime
) -> CouponState:
    """Return the state of a coupon for a customer who has redeemed it so often.

    Where several descriptions hold, that comes first which nothing will change (decision S137).
    """
    is_expired = coupon.expiry_date is not None and coupon.expiry_date <= now
    is_pending = coupon.start_date is not None and now < coupon.start_date
    is_used_up = bool(coupon.usage_limit) and coupon.usage_counter >= coupon.usage_limit
    has_ended = campaign.end_time is not None and campaign.end_time <= now
    if not is_pending and (is_used_up or (is_expired and redemptions)):
        return "used"
    if is_expired:
        return "expired"
    if campaign.state != "enabled" or has_ended:
        return "disabled"
    return "pending" if is_pending else "active"
