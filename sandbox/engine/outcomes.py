"""How the rules of its campaign decide a code.

Source: reference/api/04-coupons.md, section 4.5; decisions A29, A30, E34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from sandbox.engine.codes import COUPON, REFERRAL, CodeKind, RejectionReason
from sandbox.engine.model import Coupon, Referral, RuleFailure
from sandbox.engine.scope import Place

# A rule that checks a code, whether it redeems it, and why it failed, if it did.
Checked: TypeAlias = tuple[Place, bool, RuleFailure | None]


class CodeOutcome(msgspec.Struct, frozen=True):
    """How a code ended in its campaign; `rule_index` is that of the rule that decided, or -1.

    `coupon_id` is None for a referral.
    """

    kind: CodeKind
    code: str
    coupon_id: int | None
    rejection: RejectionReason | None
    redeems: bool = False
    rule_index: int = -1
    rule_name: str = ""
    condition_index: int | None = None
    effect_index: int | None = None


def rejected(code: Coupon | Referral, reason: RejectionReason) -> CodeOutcome:
    """Return the outcome of a code that no rule could have accepted."""
    return CodeOutcome(*_named(code), reason)


def decided(code: Coupon | Referral, rules: Iterable[Checked]) -> CodeOutcome:
    """Decide a code: accepted if a rule that checks it applied, else by the last one that does."""
    kind, value, coupon_id = _named(code)
    accepted: Place | None = None
    redeems = False
    outcome = CodeOutcome(kind, value, coupon_id, kind.rejected_by_condition)
    for place, redeems_here, failure in rules:
        if failure is None:
            accepted = accepted or place
            redeems = redeems or redeems_here
        else:
            by_condition = failure.effect_index is None
            outcome = CodeOutcome(
                kind,
                value,
                coupon_id,
                kind.rejected_by_condition if by_condition else "EffectCouldNotBeApplied",
                rule_index=place.rule_index,
                rule_name=place.rule_name,
                condition_index=failure.condition_index,
                effect_index=failure.effect_index,
            )
    if accepted is None:
        return outcome
    return CodeOutcome(
        kind, value, coupon_id, None, redeems, accepted.rule_index, accepted.rule_name
    )


def _named(code: Coupon | Referral) -> tuple[CodeKind, str, int | None]:
    if isinstance(code, Coupon):
        return COUPON, code.value, code.id
    return REFERRAL, code.code, None
