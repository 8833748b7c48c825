"""Coupon codes: how they are matched, and the checks that need no rule.

Source: reference/api/04-coupons.md, sections 4.2 and 4.6; decisions F1, A25, A31.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeAlias

from sandbox.engine.budgets import Budgets
from sandbox.engine.definitions import CaseSensitivity
from sandbox.engine.model import Coupon, Limit

RejectionReason: TypeAlias = Literal[
    "CouponNotFound",
    "CouponPartOfNotRunningCampaign",
    "CouponPartOfNotTriggeredCampaign",
    "CouponStartDateInFuture",
    "CouponExpired",
    "CouponLimitReached",
    "CampaignLimitReached",
    "ProfileLimitReached",
    "CouponRecipientDoesNotMatch",
    "ProfileRequired",
    "CouponReservationRequired",
    "CouponRejectedByCondition",
    "EffectCouldNotBeApplied",
]
ExclusionReason: TypeAlias = Literal[
    "CampaignGaveLowerDiscount", "CampaignIsNotFirst", "CampaignNotInEvaluationSet"
]


def normal_code(code: str, case: CaseSensitivity) -> str:
    """Return a code in the case in which the Application stores it."""
    if case == "insensitive-uppercase":
        return code.upper()
    if case == "insensitive-lowercase":
        return code.lower()
    return code


def coupon_rejection(
    coupon: Coupon, profile_id: str, is_reserved: bool, budgets: Budgets, now: datetime
) -> RejectionReason | None:
    """Return why the coupon itself cannot be used now by this profile ("" is anonymous)."""
    if coupon.start_date is not None and now < coupon.start_date:
        return "CouponStartDateInFuture"
    if coupon.expiry_date is not None and now >= coupon.expiry_date:
        return "CouponExpired"
    if coupon.usage_limit and coupon.usage_counter >= coupon.usage_limit:
        return "CouponLimitReached"
    if budgets.limits and _exhausted(budgets, _is_per_coupon):
        return "CouponLimitReached"
    if coupon.recipient_integration_id and coupon.recipient_integration_id != profile_id:
        return "CouponRecipientDoesNotMatch"
    if not profile_id and (
        coupon.is_reservation_mandatory
        or any("Profile" in limit.entities for limit, _ in budgets.of_action("redeemCoupon"))
    ):
        return "ProfileRequired"
    if coupon.is_reservation_mandatory and not is_reserved:
        return "CouponReservationRequired"
    return None


def campaign_rejection(budgets: Budgets) -> RejectionReason | None:
    """Return why the campaign's budgets on redemptions allow no other one (decisions A26, F9)."""
    if not budgets.limits:
        return None
    if _exhausted(budgets, lambda limit: not limit.entities):
        return "CampaignLimitReached"
    if _exhausted(budgets, lambda limit: "Profile" in limit.entities):
        return "ProfileLimitReached"
    if _exhausted(budgets, lambda limit: True):
        return "CouponLimitReached"
    return None


def _is_per_coupon(limit: Limit) -> bool:
    return limit.entities == ["Coupon"]


def _exhausted(budgets: Budgets, applies: Callable[[Limit], bool]) -> bool:
    """Tell whether a limit on redemptions is used up, or counts by what the session lacks."""
    return any(
        not keys or any(budgets.remaining(limit, key) < 1 for key in keys)
        for limit, keys in budgets.of_action("redeemCoupon")
        if applies(limit)
    )
