"""Coupon codes and referral codes: how they are matched, and the checks that need no rule.

Source: reference/api/04-coupons.md, sections 4.2 and 4.6, and 05-referrals.md, section 5.3;
decisions F1, A25, A31, A70. The order of a referral's checks follows that of a coupon's
(decision S40).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from sandbox.engine.budgets import Budgets
from sandbox.engine.definitions import CaseSensitivity
from sandbox.engine.model import Coupon, Limit, LimitEntity, Referral
from sandbox.rules.model import LimitAction

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
    "ReferralNotFound",
    "ReferralPartOfNotRunningCampaign",
    "ReferralPartOfNotTriggeredCampaign",
    "ReferralStartDateInFuture",
    "ReferralExpired",
    "ReferralLimitReached",
    "ReferralRecipientDoesNotMatch",
    "ReferralRecipientIdSameAsAdvocate",
    "ReferralCustomerAlreadyReferred",
    "AdvocateNotFound",
    "ReferralRejectedByCondition",
]
ExclusionReason: TypeAlias = Literal[
    "CampaignGaveLowerDiscount", "CampaignIsNotFirst", "CampaignNotInEvaluationSet"
]


class CodeKind(NamedTuple):
    """The vendor's words for one kind of code.

    `entity` and `redemption` are what budgets count by, the others effect types and reasons.
    """

    name: Literal["coupon", "referral"]
    entity: LimitEntity
    redemption: LimitAction
    accept: str
    reject: str
    not_found: RejectionReason
    not_running: RejectionReason
    not_triggered: RejectionReason
    limit_reached: RejectionReason
    rejected_by_condition: RejectionReason


COUPON = CodeKind(
    name="coupon",
    entity="Coupon",
    redemption="redeemCoupon",
    accept="acceptCoupon",
    reject="rejectCoupon",
    not_found="CouponNotFound",
    not_running="CouponPartOfNotRunningCampaign",
    not_triggered="CouponPartOfNotTriggeredCampaign",
    limit_reached="CouponLimitReached",
    rejected_by_condition="CouponRejectedByCondition",
)
REFERRAL = CodeKind(
    name="referral",
    entity="Referral",
    redemption="redeemReferral",
    accept="acceptReferral",
    reject="rejectReferral",
    not_found="ReferralNotFound",
    not_running="ReferralPartOfNotRunningCampaign",
    not_triggered="ReferralPartOfNotTriggeredCampaign",
    limit_reached="ReferralLimitReached",
    rejected_by_condition="ReferralRejectedByCondition",
)


def normal_code(code: str, case: CaseSensitivity) -> str:
    """Return a code in the case in which the Application stores it."""
    if case == "insensitive-uppercase":
        return code.upper()
    if case == "insensitive-lowercase":
        return code.lower()
    return code


def normal_codes(codes: Iterable[str], case: CaseSensitivity) -> list[str]:
    """Return codes in the case in which the Application stores them, each of them once."""
    if case != "sensitive":
        codes = [normal_code(code, case) for code in codes]
    return list(dict.fromkeys(codes))


def coupon_rejection(
    coupon: Coupon, profile_id: str, is_reserved: bool, budgets: Budgets, now: datetime
) -> RejectionReason | None:
    """Return why the coupon itself cannot be used now by this profile ("" is anonymous)."""
    if coupon.start_date is not None and now < coupon.start_date:
        return "CouponStartDateInFuture"
    if coupon.expiry_date is not None and now >= coupon.expiry_date:
        return "CouponExpired"
    if _is_used_up(coupon, budgets, COUPON):
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


def referral_rejection(
    referral: Referral,
    profile_id: str,
    *,
    has_advocate: bool,
    was_referred: bool,
    budgets: Budgets,
    now: datetime,
) -> RejectionReason | None:
    """Return why the referral itself cannot be used now by this profile ("" is anonymous).

    `has_advocate`: its advocate has a profile (decision F12). `was_referred`: the session's
    profile has redeemed a code of the same campaign before (decision A69).
    """
    if referral.start_date is not None and now < referral.start_date:
        return "ReferralStartDateInFuture"
    if referral.expiry_date is not None and now >= referral.expiry_date:
        return "ReferralExpired"
    if _is_used_up(referral, budgets, REFERRAL):
        return "ReferralLimitReached"
    friend_id = referral.friend_profile_integration_id
    if friend_id and friend_id != profile_id:
        return "ReferralRecipientDoesNotMatch"
    if referral.advocate_profile_integration_id == profile_id:
        return "ReferralRecipientIdSameAsAdvocate"
    if was_referred:
        return "ReferralCustomerAlreadyReferred"
    if not has_advocate:
        return "AdvocateNotFound"
    return None


def campaign_rejection(budgets: Budgets, kind: CodeKind) -> RejectionReason | None:
    """Return why the campaign's budgets on redemptions allow no other one (decisions A26, F9).

    A budget by profile is that of the session's profile, also for referrals (decision F11); an
    anonymous session has none (decisions E56, S52).
    """
    if not budgets.limits:
        return None
    if _exhausted(budgets, kind, lambda limit: not limit.entities):
        return "CampaignLimitReached"
    if not budgets.is_anonymous and _exhausted(budgets, kind, _is_per_profile):
        return "ProfileLimitReached"
    if _exhausted(budgets, kind, lambda limit: not _is_per_profile(limit)):
        return kind.limit_reached
    return None


def _is_used_up(code: Coupon | Referral, budgets: Budgets, kind: CodeKind) -> bool:
    """Tell whether a code's own limit, or the budget that each code has, allows no other use."""
    if code.usage_limit and code.usage_counter >= code.usage_limit:
        return True
    return bool(budgets.limits) and _exhausted(
        budgets, kind, lambda limit: limit.entities == [kind.entity]
    )


def _is_per_profile(limit: Limit) -> bool:
    return "Profile" in limit.entities


def _exhausted(budgets: Budgets, kind: CodeKind, applies: Callable[[Limit], bool]) -> bool:
    """Tell whether a limit on redemptions is used up, or counts by what the session lacks."""
    return any(
        not keys or any(budgets.remaining(limit, key) < 1 for key in keys)
        for limit, keys in budgets.of_action(kind.redemption)
        if applies(limit)
    )
