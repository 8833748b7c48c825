"""Campaigns: /v1/applications/{applicationId}/campaigns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.campaign_content import CampaignContent
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.entities import by_fields
from sandbox.emulator.management.lists import counted
from sandbox.emulator.management.paths import CAMPAIGN, CAMPAIGNS, campaign_in_path
from sandbox.emulator.parameters import Period, moment, number, texts, word
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching, storing
from sandbox.engine.model import Attributes, Model
from sandbox.shapes import Reader
from sandbox.workspace.operations import campaign_changes, campaign_updates
from sandbox.workspace.operations.campaign_changes import CampaignCopy
from sandbox.workspace.operations.campaign_updates import CampaignUpdate
from sandbox.workspace.operations.campaigns import campaign_state, find_campaign
from sandbox.workspace.workspace import Workspace

Shown = Mapping[str, Any]
Takes = Callable[[Shown], bool]

_STATES: Mapping[str, tuple[str, ...]] = {
    "enabled": ("scheduled", "running", "expired"),
    "disabled": ("disabled",),
    "archived": ("archived",),
    "scheduled": ("scheduled",),
    "running": ("running",),
    "expired": ("expired",),
    # Campaigns here are never staged.
    "staged": (),
}


class CampaignSearch(Model, frozen=True):
    """Which attributes a campaign must have, and their values."""

    attributes: Attributes


_UPDATE = Reader(CampaignUpdate)
_COPY = Reader(CampaignCopy)
_SEARCH = Reader(CampaignSearch)


def list_campaigns(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/campaigns"""
    application_in_path(workspace, incoming)
    wanted = [
        *_by_state(workspace, incoming),
        *_by_name(incoming),
        *_by_tags(incoming),
        *_by_time(incoming, "created", "createdAfter", "createdBefore"),
        *_by_time(incoming, "startTime", "startAfter", "startBefore"),
        *_by_time(incoming, "endTime", "endAfter", "endBefore"),
        *_by_member(incoming, "campaignGroupId", "campaignGroups"),
        *_by_member(incoming, "storeId", "linkedStoreIds"),
        *_by_template(incoming),
    ]
    return _listed(workspace, incoming, wanted)


def search_campaigns(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/applications/{applicationId}/campaigns_search: by their attributes."""
    application_in_path(workspace, incoming)
    search: CampaignSearch = _SEARCH.read(incoming.body)

    def takes(campaign: Shown) -> bool:
        attributes = campaign["attributes"]
        return all(
            name in attributes and attributes[name] == value
            for name, value in search.attributes.items()
        )

    return _listed(workspace, incoming, [takes, *_by_state(workspace, incoming)])


def get_campaign(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/campaigns/{campaignId}"""
    campaign = find_campaign(workspace, campaign_in_path(workspace, incoming))
    return ok(CampaignContent(workspace).with_usage(campaign))


def update_campaign(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v1/applications/{applicationId}/campaigns/{campaignId}"""
    campaign_id = campaign_in_path(workspace, incoming)
    update: CampaignUpdate = _UPDATE.read(incoming.body)
    campaign_updates.update_campaign(workspace, campaign_id, update)
    return get_campaign(workspace, incoming)


def delete_campaign(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE /v1/applications/{applicationId}/campaigns/{campaignId}"""
    campaign_changes.delete_campaign(workspace, campaign_in_path(workspace, incoming))
    return no_content()


def copy_campaign(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/applications/{applicationId}/campaigns/{campaignId}/copy"""
    campaign_id = campaign_in_path(workspace, incoming)
    copy: CampaignCopy = _COPY.read(incoming.body)
    copies = campaign_changes.copy_campaign(workspace, campaign_id, copy)
    content = CampaignContent(workspace)
    return ok({"totalResultSize": len(copies), "data": [content.with_usage(one) for one in copies]})


def _listed(workspace: Workspace, incoming: Incoming, wanted: Iterable[Takes]) -> Answer:
    content, filters = CampaignContent(workspace), list(wanted)
    campaigns = {one.id: one for one in workspace.application.definition.campaigns}
    shown = (content.of(one) for one in campaigns.values())
    taken = (campaign for campaign in shown if all(takes(campaign) for takes in filters))

    def with_usage(campaign: Shown) -> Shown:
        return {**campaign, **content.usage(campaigns[campaign["id"]])}

    return counted(incoming, taken, with_usage, _SORTABLE)


def campaigns_in_state(workspace: Workspace, incoming: Incoming) -> set[int] | None:
    """Return the campaigns of the ``campaignState`` that is asked for; None means all."""
    wanted = word(incoming, "campaignState", tuple(_STATES))
    if wanted is None:
        return None
    now = workspace.clock.now()
    campaigns = workspace.application.definition.campaigns
    return {c.id for c in campaigns if campaign_state(c, now) in _STATES[wanted]}


def _by_state(workspace: Workspace, incoming: Incoming) -> list[Takes]:
    ids = campaigns_in_state(workspace, incoming)
    return [] if ids is None else [lambda campaign: campaign["id"] in ids]


def _by_name(incoming: Incoming) -> list[Takes]:
    name = incoming.query.get("name", "").casefold()
    return [lambda campaign: name in campaign["name"].casefold()] if name else []


def _by_tags(incoming: Incoming) -> list[Takes]:
    """Return a filter that takes campaigns with any of the tags."""
    given = texts(incoming, "tags") or ()
    tags = {tag.strip().casefold() for text in given for tag in text.split(",")} - {""}
    if not tags:
        return []
    return [lambda campaign: not tags.isdisjoint(map(str.casefold, campaign["tags"]))]


def _by_time(incoming: Incoming, field: str, after: str, before: str) -> list[Takes]:
    period = Period(moment(incoming, after), moment(incoming, before))
    return [lambda campaign: campaign.get(field) in period] if any(period) else []


def _by_member(incoming: Incoming, parameter: str, field: str) -> list[Takes]:
    wanted = number(incoming, parameter)
    return [] if wanted is None else [lambda campaign: wanted in (campaign.get(field) or ())]


def _by_template(incoming: Incoming) -> list[Takes]:
    template_id = number(incoming, "templateId")
    if template_id is None:
        return []
    return [lambda campaign: campaign.get("templateId") == template_id]


_SORTABLE = by_fields("name", "updated", "startTime", "endTime", "state")

ROUTES: Routes = {
    CAMPAIGNS: {"GET": searching(list_campaigns)},
    CAMPAIGN: {
        "GET": searching(get_campaign),
        "PUT": storing(update_campaign, is_heavy=True),
        "DELETE": storing(delete_campaign, is_heavy=True),
    },
    f"{CAMPAIGN}/copy": {"POST": storing(copy_campaign, is_heavy=True)},
    "/v1/applications/{applicationId}/campaigns_search": {"POST": searching(search_campaigns)},
}
