"""The optional parts of an answer: what ``responseContent`` asks for.

Source: reference/api/01-session-put.md, sections 1.5 to 1.8. Lists that were asked for come back
empty when there is nothing in them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sandbox.emulator.achievement_content import achievements_content
from sandbox.emulator.answers import known
from sandbox.emulator.campaign_content import CampaignContent
from sandbox.emulator.loyalty_content import LoyaltyContent
from sandbox.engine.definitions import Audience, Campaign
from sandbox.engine.evaluation import CampaignEligibility, RuleEligibility
from sandbox.engine.model import Coupon, CustomerProfile, json_fields
from sandbox.numbers import ZERO
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.workspace import Workspace

Part = Callable[[Workspace, Outcome], Any]


def outcome_content(
    workspace: Workspace, outcome: Outcome, wanted: Collection[str], *, dry: bool
) -> dict[str, Any]:
    """Return the answer to an update of a session or a profile, to a return or an event."""
    content: dict[str, Any] = {
        "effects": outcome.effects,
        "createdCoupons": outcome.mentioned.created_coupons,
        "createdReferrals": outcome.mentioned.created_referrals,
    }
    for name in wanted:
        if name == "campaignEligibility" and not dry:
            continue  # decision A55
        value = _PARTS[name](workspace, outcome)
        if value is not None:
            content[name] = value
    return content


def _profile(workspace: Workspace, outcome: Outcome) -> dict[str, Any] | None:
    if outcome.profile is None:
        return None
    return profile_content(outcome.profile, outcome.mentioned.audiences)


def profile_content(profile: CustomerProfile, audiences: Iterable[Audience]) -> dict[str, Any]:
    """Return a profile as the Integration API shows it, with its audience memberships."""
    memberships = [{"id": audience.id, "name": audience.name} for audience in audiences]
    return json_fields(profile) | {"audienceMemberships": memberships}


def _referral(workspace: Workspace, outcome: Outcome) -> dict[str, Any] | None:
    """Return the session's referral as the Integration API shows it (InventoryReferral)."""
    mentioned = outcome.mentioned
    if mentioned.referral is None:
        return None
    return json_fields(mentioned.referral) | {"referredCustomers": mentioned.referred_customers}


def _loyalty(workspace: Workspace, outcome: Outcome) -> dict[str, Any]:
    session = outcome.session
    content = LoyaltyContent(
        workspace.application.programs, outcome.loyalty, outcome.points, session.updated
    )
    return content.loyalty(session.profile_id, with_cards=bool(session.loyalty_cards))


def _achievements(workspace: Workspace, outcome: Outcome) -> list[dict[str, Any]]:
    session = outcome.session
    achievements = workspace.application.achievements.values() if session.profile_id else ()
    return achievements_content(achievements, outcome.achievements, session.updated)


def _triggered_campaigns(workspace: Workspace, outcome: Outcome) -> list[Any]:
    if outcome.evaluation is None:
        return []
    campaigns, content = workspace.application.campaigns, CampaignContent(workspace)
    return [
        content.of(campaigns[campaign_id].definition)
        for campaign_id in outcome.evaluation.triggered_campaign_ids
        if campaign_id in campaigns  # else it was deleted while this was evaluated
    ]


def _coupons(workspace: Workspace, outcome: Outcome) -> list[dict[str, Any]]:
    return [coupon_content(coupon, outcome.redemptions[coupon.value]) for coupon in outcome.coupons]


def coupon_content(coupon: Coupon, redemptions: int) -> dict[str, Any]:
    """Return a coupon as the Integration API shows it to a profile (IntegrationCoupon)."""
    return coupon_fields(coupon) | {"profileRedemptionCount": redemptions}


def coupon_fields(coupon: Coupon) -> dict[str, Any]:
    """Return a coupon (schema Coupon), with what is left of a value budget."""
    content = json_fields(coupon)
    if coupon.discount_limit is not None:
        spent = coupon.discount_counter or ZERO
        content |= {"discountCounter": spent, "discountRemainder": coupon.discount_limit - spent}
    return content


def _failures(workspace: Workspace, outcome: Outcome) -> list[Any]:
    return outcome.evaluation.failures() if outcome.evaluation else []


def _eligibility(workspace: Workspace, outcome: Outcome) -> list[Any]:
    if outcome.evaluation is None:
        return []
    campaigns = workspace.application.campaigns
    return [
        _campaign_eligibility(entry, campaigns[entry.campaign_id].definition, workspace)
        for entry in outcome.evaluation.eligibility()
        if entry.campaign_id in campaigns
    ]


def _campaign_eligibility(
    entry: CampaignEligibility, campaign: Campaign, workspace: Workspace
) -> dict[str, Any]:
    codes = list(dict.fromkeys(rule.coupon_code for rule in entry.rules)) or [None]
    return {
        "applicationId": workspace.application.settings.id,
        "id": campaign.id,
        "name": campaign.name,
        "description": campaign.description,
        "state": campaign.state,
        "tags": campaign.tags,
        "features": campaign.features,
        "eligibility": [
            _verdict(
                entry.passed and any(r.failure is None for r in _of_code(entry.rules, code)),
                code,
                {"failureCode": "SKIPPED" if entry.skipped else "ALL_RULES_FAILED"},
            )
            for code in codes
        ],
        "rules": [
            {
                "title": rules[0].title,
                "eligibility": [
                    _verdict(rule.failure is None, rule.coupon_code, _rule_details(rule))
                    for rule in rules
                ],
            }
            for rules in _by_index(entry.rules).values()
        ],
    }


def _of_code(rules: Iterable[RuleEligibility], code: str | None) -> list[RuleEligibility]:
    return [rule for rule in rules if rule.coupon_code == code]


def _by_index(rules: Iterable[RuleEligibility]) -> dict[int, list[RuleEligibility]]:
    found: dict[int, list[RuleEligibility]] = {}
    for rule in rules:
        found.setdefault(rule.rule_index, []).append(rule)
    return found


def _verdict(passed: bool, code: str | None, details: Mapping[str, Any]) -> dict[str, Any]:
    verdict: dict[str, Any] = {"passed": passed}
    if code is not None:
        verdict["couponCode"] = code
    if not passed:
        verdict["details"] = details
    return verdict


def _rule_details(rule: RuleEligibility) -> dict[str, Any]:
    failure = rule.failure
    if failure is None:
        return {}
    details: dict[str, Any] = {
        "failureCode": "CONDITION_NOT_MET" if failure.effect_index is None else "EFFECT_FAILED",
        "details": failure.details or "",
    }
    optional = {
        "couponID": failure.coupon_id,
        "couponValue": failure.coupon_value,
        "referralID": failure.referral_id,
        "referralValue": failure.referral_value,
        "conditionIndex": failure.condition_index,
        "effectIndex": failure.effect_index,
    }
    return details | known(optional)


_PARTS: dict[str, Part] = {
    "customerSession": lambda workspace, outcome: outcome.session,
    "customerProfile": _profile,
    "coupons": _coupons,
    "triggeredCampaigns": _triggered_campaigns,
    "referral": _referral,
    "loyalty": _loyalty,
    "event": lambda workspace, outcome: outcome.event,
    "advancedEvent": lambda workspace, outcome: outcome.event,
    "awardedGiveaways": lambda workspace, outcome: outcome.mentioned.giveaways,
    "ruleFailureReasons": _failures,
    "previousReturns": lambda workspace, outcome: outcome.previous_returns,
    "campaignEligibility": _eligibility,
    "achievements": _achievements,
}
