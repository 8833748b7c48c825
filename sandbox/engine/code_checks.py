"""Conditions on codes: the coupon of a run, and the session's referral."""

from __future__ import annotations

from sandbox.engine.parts import Leaf, Names, Observed
from sandbox.engine.scope import Scope
from sandbox.rules.model import CheckCoupon, CheckReferral


def check_coupon(block: CheckCoupon, names: Names) -> Leaf:
    def decide(scope: Scope) -> bool:
        return scope.coupon is not None and scope.coupon_rejection is None

    def observe(scope: Scope) -> Observed:
        if scope.coupon is None:
            return Observed(reason="no code of this campaign")
        return Observed(actual=scope.coupon.value, reason=scope.coupon_rejection)

    return Leaf(decide, observe)


# Rows of the tables of decisions that say why a referral cannot be used.
_DECISIONS = {
    "AdvocateNotFound": ("F12",),
    "ProfileLimitReached": ("F11",),
    "ReferralCustomerAlreadyReferred": ("A69",),
}


def check_referral(block: CheckReferral, names: Names) -> Leaf:
    operator = "redeem" if block.redeem else "valid"
    needed = "a referral code of this campaign that can be used"

    def decide(scope: Scope) -> bool:
        return scope.referral is not None and scope.referral_rejection is None

    def observe(scope: Scope) -> Observed:
        if scope.referral is None:
            reason = "no referral code of this campaign"
            return Observed(operator=operator, needed=needed, reason=reason)
        rejection = scope.referral_rejection
        return Observed(
            operator=operator,
            actual=scope.referral.code,
            needed=needed,
            reason=rejection,
            decisions=_DECISIONS.get(rejection or "", ()),
        )

    return Leaf(decide, observe)
