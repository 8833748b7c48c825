"""Finding campaigns: which there are, which run, and what customers may be told of them.

Source: reference/api/09-endpoints.md, section 9.1; reference/engine/01, section 1.3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sandbox.engine.definitions import Campaign
from sandbox.engine.model import Limit
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.workspace import Workspace

CampaignState = Literal["running", "scheduled", "expired", "disabled", "archived"]


class CampaignFilter(NamedTuple):
    """Which running campaigns to list; times are included, ids are internal ones."""

    campaign_ids: Collection[int] | None = None
    start_after: datetime | None = None
    start_before: datetime | None = None
    end_after: datetime | None = None
    end_before: datetime | None = None
    store_id: int | None = None
    audience_id: int | None = None

    def takes(self, campaign: Campaign, raw: Mapping[str, Any]) -> bool:
        stores, audiences = campaign.linked_store_ids, raw.get("linkedAudienceIds") or ()
        return (
            (self.campaign_ids is None or campaign.id in self.campaign_ids)
            and _lies_within(campaign.start_time, self.start_after, self.start_before)
            and _lies_within(campaign.end_time, self.end_after, self.end_before)
            and (self.store_id is None or self.store_id in stores)
            and (self.audience_id is None or self.audience_id in audiences)
        )


class RunningCampaign(NamedTuple):
    """A campaign, and what its bundle says of it."""

    campaign: Campaign
    raw: Mapping[str, Any]


def find_campaign(workspace: Workspace, campaign_id: int) -> Campaign:
    """Return a campaign; raises UnknownEntityError."""
    campaign = workspace.application.campaigns.get(campaign_id)
    if campaign is None:
        raise UnknownEntityError("campaign", campaign_id)
    return campaign.definition


def campaign_state(campaign: Campaign, now: datetime) -> CampaignState:
    """Return the state that the Campaign Manager shows."""
    if campaign.state != "enabled":
        return campaign.state
    if campaign.start_time is not None and now < campaign.start_time:
        return "scheduled"
    if campaign.end_time is not None and campaign.end_time <= now:
        return "expired"
    return "running"


def running_campaigns(workspace: Workspace, wanted: CampaignFilter) -> Iterator[RunningCampaign]:
    """Yield the running campaigns that are wanted, in the order of the bundle."""
    now = workspace.clock.now()
    sent = {raw["id"]: raw for raw in workspace.raw.get("campaigns") or ()}
    for campaign in workspace.application.definition.campaigns:
        raw = sent[campaign.id]
        if campaign_state(campaign, now) == "running" and wanted.takes(campaign, raw):
            yield RunningCampaign(campaign, raw)


def _lies_within(time: datetime | None, after: datetime | None, before: datetime | None) -> bool:
    """Tell whether a time lies between two; no time lies nowhere, unless nothing is asked."""
    if after is None and before is None:
        return True
    return (
        time is not None and (after is None or after <= time) and (before is None or time <= before)
    )


def limit_content(limit: Limit) -> dict[str, Any]:
    """Return a budget (schema LimitConfig); one that does not recur has no period."""
    content: dict[str, Any] = {
        "action": limit.action,
        "limit": limit.limit,
        "entities": limit.entities,
    }
    return content if limit.period in (None, "overall") else content | {"period": limit.period}
