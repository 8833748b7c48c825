"""The optional parts of an answer: what ``responseContent`` asks for.

Source: reference/api/01-session-put.md, sections 1.5 to 1.8. Lists that were asked for come back
empty when there is nothing in them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.engine.definitions import Audience, Campaign
from sandbox.engine.evaluation import CampaignEligibility, RuleEligibility
from sandbox.engine.model import Coupon, CustomerProfile, json_fields
from sandbox.numbers import ZERO
from sandbox.workspace.workspace import SessionOutcome, Workspace

Part = Callable[[Workspace, SessionOutcome], Any]


def session_content(
    workspace: Workspace, outcome: SessionOutcome, wanted: Collection[str], *, dry: bool
) -> dict[str, Any]:
    """Return the answer to an update of a session."""
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


def _profile(workspace: Workspace, outcome: SessionOutcome) -> dict[str, Any] | None:
    if outcome.profile is None:
        return None
    return profile_content(outcome.profile, outcome.mentioned.audiences)


def profile_content(profile: CustomerProfile, audiences: Iterable[Audience]) -> dict[str, Any]:
    """Return a profile as the Integration API shows it, with its audience memberships."""
    memberships = [{"id": audience.id, "name": audience.name} for audience in audiences]
    return json_fields(profile) | {"audienceMemberships": memberships}


def _referral(workspace: Workspace, outcome: SessionOutcome) -> dict[str, Any] | None:
    """Return the session's referral as the Integration API shows it (InventoryReferral)."""
    mentioned = outcome.mentioned
    if mentioned.referral is None:
        return None
    return json_fields(mentioned.referral) | {"referredCustomers": mentioned.referred_customers}


def _loyalty(workspace: Workspace, outcome: SessionOutcome) -> dict[str, Any]:
    cards: dict[str, Any] = {"cards": []} if outcome.session.loyalty_cards else {}
    return cards | {"programs": {}}


def _event(workspace: Workspace, outcome: SessionOutcome) -> dict[str, Any]:
    session = outcome.session
    return {
        "id": session.update_count,
        "created": session.updated,
        "applicationId": session.application_id,
        "profileId": session.profile_id,
        "type": f"talon_session_{_EVENTS.get(session.state, 'updated')}",
        "attributes": {},
        "sessionId": session.integration_id,
        "effects": outcome.effects,
    }


_EVENTS = {"closed": "closed", "cancelled": "cancelled"}


def _triggered_campaigns(workspace: Workspace, outcome: SessionOutcome) -> list[Any]:
    if outcome.evaluation is None:
        return []
    application = workspace.application
    return [
        campaign_content(application.campaigns[campaign_id].definition, workspace)
        for campaign_id in outcome.evaluation.triggered_campaign_ids
    ]


def campaign_content(campaign: Campaign, workspace: Workspace) -> dict[str, Any]:
    """Return a campaign as the vendor shows it, without its ruleset.

    What only the bundle knows of it is kept; what it does not say has the vendor's default.
    """
    application = workspace.application
    sent = next(raw for raw in workspace.raw["campaigns"] if raw["id"] == campaign.id)
    defaults = {
        "applicationId": application.settings.id,
        "activeRulesetId": application.campaigns[campaign.id].ruleset_id,
        "created": workspace.clock.now(),
        "description": "",
        "features": [],
        "limits": [],
        "reevaluateOnReturn": False,
        "state": "enabled",
        "frontendState": frontend_state(campaign, workspace.clock.now()),
        "storesImported": False,
        "tags": [],
        "type": "advanced",
        "userId": 1,
        "budgets": campaign.limits,
    }
    return defaults | {name: value for name, value in sent.items() if name != "ruleset"}


def frontend_state(campaign: Campaign, now: datetime) -> str:
    """Return the state that the Campaign Manager shows (reference/engine/01, section 1.3)."""
    if campaign.state != "enabled":
        return campaign.state
    if campaign.start_time is not None and now < campaign.start_time:
        return "scheduled"
    if campaign.end_time is not None and campaign.end_time <= now:
        return "expired"
    return "running"


def _coupons(workspace: Workspace, outcome: SessionOutcome) -> list[dict[str, Any]]:
    profile_id = outcome.session.profile_id
    return [
        coupon_content(coupon, workspace.redemption_count(coupon, profile_id))
        for coupon in outcome.coupons
    ]


def coupon_content(coupon: Coupon, redemptions: int) -> dict[str, Any]:
    """Return a coupon as the Integration API shows it (IntegrationCoupon)."""
    content = json_fields(coupon)
    if coupon.discount_limit is not None:
        spent = coupon.discount_counter or ZERO
        content |= {"discountCounter": spent, "discountRemainder": coupon.discount_limit - spent}
    return content | {"profileRedemptionCount": redemptions}


def _failures(workspace: Workspace, outcome: SessionOutcome) -> list[Any]:
    return outcome.evaluation.failures() if outcome.evaluation else []


def _eligibility(workspace: Workspace, outcome: SessionOutcome) -> list[Any]:
    if outcome.evaluation is None:
        return []
    campaigns = workspace.application.campaigns
    return [
        _campaign_eligibility(entry, campaigns[entry.campaign_id].definition, workspace)
        for entry in outcome.evaluation.eligibility()
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
    return details | {name: value for name, value in optional.items() if value is not None}


_PARTS: dict[str, Part] = {
    "customerSession": lambda workspace, outcome: outcome.session,
    "customerProfile": _profile,
    "coupons": _coupons,
    "triggeredCampaigns": _triggered_campaigns,
    "referral": _referral,
    "loyalty": _loyalty,
    "event": _event,
    "awardedGiveaways": lambda workspace, outcome: outcome.mentioned.giveaways,
    "ruleFailureReasons": _failures,
    "previousReturns": lambda workspace, outcome: [],
    "campaignEligibility": _eligibility,
    "achievements": lambda workspace, outcome: [],
}
