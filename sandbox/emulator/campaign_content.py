"""Campaigns as the vendor shows them (schema Campaign), without their rulesets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.emulator.account import USER_ID
from sandbox.emulator.bundled_content import said
from sandbox.engine.definitions import Campaign
from sandbox.engine.model import Limit, json_fields
from sandbox.workspace.operations.campaigns import campaign_state, limit_content
from sandbox.workspace.workspace import Workspace

# What used budgets are called that the vendor shows beside `budgets`, for older clients.
_COUNTS = {
    "redeemCoupon": "couponRedemptionCount",
    "redeemReferral": "referralRedemptionCount",
    "setDiscount": "discountCount",
    "setDiscountEffect": "discountEffectCount",
    "createCoupon": "couponCreationCount",
    "createReferral": "referralCreationCount",
    "customEffect": "customEffectCount",
    "callApi": "callApiEffectCount",
    "awardGiveaway": "awardedGiveawaysCount",
    "addFreeItemEffect": "addFreeItemEffectCount",
    "createLoyaltyPoints": "createdLoyaltyPointsCount",
    "createLoyaltyPointsEffect": "createdLoyaltyPointsEffectCount",
    "redeemLoyaltyPoints": "redeemedLoyaltyPointsCount",
    "redeemLoyaltyPointsEffect": "redeemedLoyaltyPointsEffectCount",
    "reserveCoupon": "reservecouponEffectCount",
}
# What a bundle may say of a campaign that it does not know best.
_SHOWN_ELSEWHERE = frozenset({"ruleset", "budgets", *_COUNTS.values()})


class CampaignContent:
    """The campaigns of a workspace as they are now.

    What only the bundle knows of one is kept; what it does not say has the vendor's default.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._now = workspace.clock.now()
        self._application = workspace.application
        campaigns: Iterable[Mapping[str, Any]] = workspace.raw.get("campaigns") or ()
        self._sent = {one["id"]: one for one in campaigns}

    def of(self, campaign: Campaign) -> dict[str, Any]:
        """Return one campaign, without what is used of its budgets."""
        computed = {
            "startTime": campaign.start_time,
            "endTime": campaign.end_time,
            "limits": [limit_content(limit) for limit in campaign.limits],
            "applicationId": self._application.settings.id,
            "frontendState": campaign_state(campaign, self._now),
            **self._parts(campaign),
        }
        sent = self._sent.get(campaign.id, {})
        content = {**self._defaults(), **json_fields(campaign), **said(sent), **computed}
        return {
            name: value
            for name, value in content.items()
            if name not in _SHOWN_ELSEWHERE and value is not None
        }

    def with_usage(self, campaign: Campaign) -> dict[str, Any]:
        """Return one campaign, with what is used of its budgets."""
        return {**self.of(campaign), **self.usage(campaign)}

    def usage(self, campaign: Campaign) -> dict[str, Any]:
        """Return what is used of a campaign's budgets; by many customers, that takes long."""
        used = [(limit, self._used(campaign, limit)) for limit in campaign.limits]
        budgets = [
            {"action": limit.action, "limit": limit.limit, "counter": counter}
            for limit, counter in used
        ]
        return {"budgets": budgets, **_counts(used)}

    def _defaults(self) -> dict[str, Any]:
        return {
            "created": self._now,
            "reevaluateOnReturn": False,
            "storesImported": False,
            "type": "advanced",
            "userId": USER_ID,
        }

    def _parts(self, campaign: Campaign) -> dict[str, Any]:
        """Return the ids of what belongs to a campaign."""
        definition = self._application.definition
        parts: dict[str, Any] = {}
        compiled = self._application.campaigns.get(campaign.id)
        if compiled is not None:
            parts["activeRulesetId"] = compiled.ruleset_id
            if compiled.experiment_id is not None:
                parts["experimentId"] = compiled.experiment_id
        value_maps = [one.id for one in definition.value_maps if one.campaign_id == campaign.id]
        return parts | ({"valueMapsIds": value_maps} if value_maps else {})

    def _used(self, campaign: Campaign, limit: Limit) -> Decimal:
        workspace = self._workspace
        return workspace.records.campaigns.used(
            workspace.reading, campaign.id, limit, self._now, self._application.zone
        )


def _counts(used: Iterable[tuple[Limit, Decimal]]) -> dict[str, Decimal]:
    """Return used budgets by their older names; of several of one action, the most used one."""
    counts: dict[str, Decimal] = {}
    for limit, counter in used:
        name = _COUNTS[limit.action]
        counts[name] = max(counter, counts.get(name, counter))
    return counts
