"""GET /v1/integration/campaigns: the running campaigns, for shops to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.emulator.answers import Answer, known, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import moment, number, numbers, page
from sandbox.workspace.operations.campaigns import (
    CampaignFilter,
    RunningCampaign,
    running_campaigns,
)
from sandbox.workspace.workspace import Workspace

_PAGE = 50
_FOR_CUSTOMERS = ("displayName", "displayDescription", "relatedData")


def list_campaigns(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/integration/campaigns"""
    wanted = CampaignFilter(
        campaign_ids=numbers(incoming, "campaignIds"),
        start_after=moment(incoming, "startAfter"),
        start_before=moment(incoming, "startBefore"),
        end_after=moment(incoming, "endAfter"),
        end_before=moment(incoming, "endBefore"),
        store_id=number(incoming, "storeId"),
        audience_id=number(incoming, "audienceId"),
    )
    shown, has_more = page(incoming, _PAGE).of(running_campaigns(workspace, wanted))
    application_id = workspace.application.settings.id
    data = [{"applicationId": application_id, **_content(running)} for running in shown]
    return ok({"hasMore": has_more, "data": data})


def _content(running: RunningCampaign) -> dict[str, Any]:
    """Return a campaign (schema IntegrationCampaign)."""
    campaign, raw = running
    content = {
        "id": campaign.id,
        "name": campaign.name,
        "state": campaign.state,
        "tags": campaign.tags,
        "features": campaign.features,
        "rules": [_rule(rule) for rule in _rules(campaign.ruleset)],
    }
    optional = {
        "description": campaign.description or None,
        "startTime": campaign.start_time,
        "endTime": campaign.end_time,
        "attributes": campaign.attributes or None,
        "linkedStoreIds": campaign.linked_store_ids or None,
        "linkedAudienceIds": raw.get("linkedAudienceIds") or None,
    }
    return content | known(optional)


def _rules(ruleset: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Return the rules of a ruleset of either format."""
    rules: Iterable[Mapping[str, Any]] = ruleset.get("promotionRules") or ruleset.get("rules") or ()
    return rules


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return what customers may be told of a rule (schema RuleMetadata)."""
    told = {name: rule[name] for name in _FOR_CUSTOMERS if rule.get(name) is not None}
    return {"title": rule.get("title") or "", **told}
