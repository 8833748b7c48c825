"""One verdict for each code of the request: did it work, and if not, why, in plain words.

Reasons and their meaning: reference/api/04-coupons.md, section 4.3. A verdict says what the answer
and the workspace's names and dates tell, and with a trace what a condition needs and what there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.insight.conditions import Place, Reasons
from sandbox.insight.facts import CampaignFacts, WorkspaceFacts
from sandbox.insight.money import MINUS, day, money
from sandbox.insight.totals import plain_name


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one code ended. `reason` is the vendor's rejection reason, "" for an accepted code."""

    code: str
    accepted: bool
    words: str
    reason: str
    campaign: str


def verdicts(
    codes: Sequence[str],
    effects: Sequence[Mapping[str, Any]],
    facts: WorkspaceFacts,
    reasons: Reasons | None = None,
) -> list[Verdict]:
    """Return one verdict a code, in the order of the request; `reasons` are those of a trace."""
    decided = {
        effect["props"]["value"].casefold(): effect
        for effect in effects
        if effect["effectType"] in ("acceptCoupon", "rejectCoupon")
    }
    found = []
    for code in dict.fromkeys(codes):
        effect = decided.get(code.casefold())
        if effect is None:
            found.append(Verdict(code, False, "no campaign that ran looked at it", "", ""))
        elif effect["effectType"] == "acceptCoupon":
            words = _accepted(effect, effects, facts)
            found.append(Verdict(code, True, words, "", _campaign(effect, facts)))
        else:
            props = effect["props"]
            words = _rejected(effect, facts, reasons or {})
            found.append(
                Verdict(code, False, words, props["rejectionReason"], _campaign(effect, facts))
            )
    return found


def _accepted(
    accepted: Mapping[str, Any], effects: Sequence[Mapping[str, Any]], facts: WorkspaceFacts
) -> str:
    """Say what the code gave: its discounts by name, added up."""
    coupon = accepted.get("triggeredByCoupon")
    given: dict[str, Any] = {}
    for effect in effects:
        if effect.get("triggeredByCoupon") == coupon and effect["effectType"].startswith(
            "setDiscount"
        ):
            name = plain_name(str(effect["props"]["name"]))
            given[name] = given.get(name, 0) + effect["props"]["value"]
    if not given:
        return "accepted"
    parts = [f"{name} ({MINUS}{money(value, facts.currency)})" for name, value in given.items()]
    return f"accepted: {', '.join(parts)}"


def rejected_by_condition(effects: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a code was rejected for a condition, which a trace tells more about."""
    return any(
        effect["effectType"] == "rejectCoupon"
        and effect["props"]["rejectionReason"] == "CouponRejectedByCondition"
        for effect in effects
    )


def _rejected(effect: Mapping[str, Any], facts: WorkspaceFacts, reasons: Reasons) -> str:
    props = effect["props"]
    campaign = facts.campaigns.get(effect["campaignId"])
    coupon = facts.coupons.get(props["value"])
    match props["rejectionReason"]:
        case "CouponNotFound":
            return "no campaign in this Application knows this code"
        case "CouponExpired":
            if coupon is None or coupon.expiry_date is None:
                return "has expired"
            days = (facts.now - coupon.expiry_date).days
            ago = f", {days} days ago" if days > 1 else ""
            return f"expired on {day(coupon.expiry_date, facts.timezone)}{ago}"
        case "CouponStartDateInFuture":
            if coupon is None or coupon.start_date is None:
                return "is not valid yet"
            return f"is valid from {day(coupon.start_date, facts.timezone)}"
        case "CouponPartOfNotRunningCampaign":
            return f"belongs to {_name(campaign)}, which {_state(campaign, facts)}"
        case "CouponPartOfNotTriggeredCampaign":
            return _excluded(props.get("campaignExclusionReason"), campaign)
        case "CouponRejectedByCondition":
            rule = effect.get("ruleName")
            place = f"the rule “{rule}” of {_name(campaign)}" if rule else _name(campaign)
            index = props.get("conditionIndex")
            if index is None:
                return f"no rule of {_name(campaign)} accepts codes"
            rule_index = int(effect.get("ruleIndex") or 0)
            reason = reasons.get(Place(effect["campaignId"], props["value"], rule_index, index))
            if reason is not None:
                return f"{place} {reason}"
            return f"condition {index + 1} of {place} is not met by this cart and customer"
        case "EffectCouldNotBeApplied":
            return f"{_name(campaign)} has no budget left for what the code gives"
    return _PLAIN.get(props["rejectionReason"], f"rejected: {props['rejectionReason']}")


_PLAIN = {
    "CouponLimitReached": "has been used as often as it may be",
    "CampaignLimitReached": "its campaign allows no more redemptions",
    "ProfileLimitReached": "this customer has used it as often as they may",
    "CouponRecipientDoesNotMatch": "is reserved for another customer",
    "ProfileRequired": "needs a known customer; this session is a guest's",
    "CouponReservationRequired": "works only for customers who have reserved it",
}


def _excluded(reason: str | None, campaign: CampaignFacts | None) -> str:
    match reason:
        case "CampaignIsNotFirst":
            return f"{_name(campaign)} was passed over: a campaign above it already applied"
        case "CampaignGaveLowerDiscount":
            return f"{_name(campaign)} lost to a campaign of its group that gives a better discount"
    return f"{_name(campaign)} was not evaluated for this session"


def _state(campaign: CampaignFacts | None, facts: WorkspaceFacts) -> str:
    if campaign is None:
        return "is not running"
    if campaign.state != "enabled":
        return "is disabled"
    if campaign.start_time is not None and campaign.start_time > facts.now:
        return f"is scheduled to start on {day(campaign.start_time, facts.timezone)}"
    if campaign.end_time is not None:
        return f"ended on {day(campaign.end_time, facts.timezone)}"
    return "is not running"


def _name(campaign: CampaignFacts | None) -> str:
    return f"“{campaign.name}”" if campaign else "its campaign"


def _campaign(effect: Mapping[str, Any], facts: WorkspaceFacts) -> str:
    campaign = facts.campaigns.get(effect["campaignId"])
    return campaign.name if campaign else ""
