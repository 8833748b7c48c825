"""Changing what a campaign is: its name, schedule, state, budgets and the rest.

Only the campaign that changes is compiled anew. Source: Management API, operation updateCampaign;
reference/engine/07, section 7.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from sandbox.engine.definitions import Campaign
from sandbox.engine.model import Attributes, Limit, Model, Time
from sandbox.errors import Fault
from sandbox.numbers import ZERO
from sandbox.workspace.attributes import AttributeChecker, changed_attributes
from sandbox.workspace.bundle_keys import EVALUATION_TREE
from sandbox.workspace.operations.campaigns import find_campaign, limit_content
from sandbox.workspace.operations.code_terms import SettingsPattern
from sandbox.workspace.operations.configuration import (
    configured,
    faults_inside,
    reconfiguring,
    refuse,
)
from sandbox.workspace.operations.evaluation_tree import (
    evaluation_tree,
    group_faults,
    with_campaign,
    without_campaign,
)
from sandbox.workspace.workspace import Workspace

MAX_LINKED_STORES = 50

Name = Annotated[str, msgspec.Meta(min_length=1)]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
Tags = Annotated[list[Tag], msgspec.Meta(max_length=50)]
Feature = Literal[
    "coupons",
    "referrals",
    "loyalty",
    "giveaways",
    "strikethrough",
    "achievements",
    "advancedEvents",
]


class CodeGeneratorSettings(Model, frozen=True, forbid_unknown_fields=True):
    """How codes of a campaign are made; ``#`` in the pattern stands for one of the characters."""

    valid_characters: list[str]
    coupon_pattern: SettingsPattern


class CampaignUpdate(Model, frozen=True):
    """What an update says; what it leaves out stays (decision S170)."""

    name: Name
    tags: Tags
    features: list[Feature]
    limits: list[Limit]
    start_time: Time | UnsetType | None = UNSET
    end_time: Time | UnsetType | None = UNSET
    coupon_settings: CodeGeneratorSettings | UnsetType | None = UNSET
    referral_settings: CodeGeneratorSettings | UnsetType | None = UNSET
    description: str | None = None
    attributes: Attributes | None = None
    coupon_attributes: Attributes | None = None
    state: Literal["enabled", "disabled", "archived"] | None = None
    active_ruleset_id: int | None = None
    reevaluate_on_return: bool | None = None
    campaign_groups: list[int] | None = None
    evaluation_group_id: int | None = None
    type: Literal["cartItem", "advanced"] | None = None
    linked_store_ids: Annotated[list[int], msgspec.Meta(max_length=MAX_LINKED_STORES)] | None = None


def update_campaign(workspace: Workspace, campaign_id: int, update: CampaignUpdate) -> None:
    """Change a campaign; raises UnknownEntityError, Refused.

    What budgets that are there no more have counted is forgotten: one that comes back begins anew.
    """
    with reconfiguring(workspace) as change:
        before = find_campaign(workspace, campaign_id)
        refuse(_update_faults(workspace, before, update))
        limits = [limit_content(limit) for limit in update.limits]
        fields = {**_said(update), "limits": limits}
        campaigns, pointer = with_changed_campaign(workspace, campaign_id, fields)
        group_id = update.evaluation_group_id
        changed: dict[str, Any] = {"campaigns": campaigns}
        if group_id not in (None, change.application.campaigns[campaign_id].group_id or 0):
            tree = without_campaign(evaluation_tree(workspace), campaign_id)
            changed[EVALUATION_TREE] = with_campaign(tree, campaign_id, group_id)
        with faults_inside(pointer):
            change.put_all(changed)
        kept = {_counted_by(limit) for limit in update.limits}
        for limit in before.limits:
            if _counted_by(limit) not in kept:
                workspace.records.campaigns.forget_budget(change.connection, campaign_id, limit)


def with_changed_campaign(
    workspace: Workspace, campaign_id: int, fields: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], str]:
    """Return all campaigns, one of them updated now, and the pointer to this in the bundle."""
    campaigns = [dict(one) for one in configured(workspace, "campaigns")]
    place = place_of(campaigns, campaign_id)
    campaigns[place] |= {**fields, "updated": workspace.clock.now()}
    return campaigns, f"/campaigns/{place}"


def place_of(campaigns: Iterable[Mapping[str, Any]], campaign_id: int) -> int:
    return next(place for place, one in enumerate(campaigns) if one["id"] == campaign_id)


# Null takes these away; null for anything else says nothing.
_REMOVABLE = frozenset({"startTime", "endTime", "couponSettings", "referralSettings"})
# Kept elsewhere: in the tree, and in the ruleset.
_NOT_OF_CAMPAIGNS = frozenset({"evaluationGroupId", "activeRulesetId"})


def _said(update: CampaignUpdate) -> dict[str, Any]:
    """Return the fields of which an update says something, under their JSON names."""
    names = zip(update.__struct_encode_fields__, update.__struct_fields__, strict=True)
    fields = {name: getattr(update, field) for name, field in names}
    return {
        name: value
        for name, value in fields.items()
        if name not in _NOT_OF_CAMPAIGNS
        and value is not UNSET
        and (value is not None or name in _REMOVABLE)
    }


def _counted_by(limit: Limit) -> tuple[str, str, frozenset[str]]:
    """Return what tells a budget's counters from those of others."""
    return limit.action, limit.period or "overall", frozenset(limit.entities)


def _update_faults(
    workspace: Workspace, before: Campaign, update: CampaignUpdate
) -> Iterator[Fault]:
    """Yield what is wrong with an update besides its form."""
    application = workspace.application
    start = before.start_time if update.start_time is UNSET else update.start_time
    end = before.end_time if update.end_time is UNSET else update.end_time
    if start is not None and end is not None and end <= start:
        yield Fault("Invalid value", "The campaign must end after it starts", "/endTime")
    for index, limit in enumerate(update.limits):
        if limit.limit < ZERO:
            yield Fault("Too small", "Must be at least 0", f"/limits/{index}/limit")
    attributes = changed_attributes(update.attributes, before.attributes)
    checker = AttributeChecker(application.definition.attributes)
    yield from checker.faults("Campaign", attributes, "/attributes")
    ruleset_id = application.campaigns[before.id].ruleset_id
    if update.active_ruleset_id not in (None, ruleset_id):
        details = f"This campaign has no ruleset {update.active_ruleset_id}"
        yield Fault("Unknown", details, "/activeRulesetId")
    stores = {store.id for store in application.definition.stores}
    for index, store_id in enumerate(update.linked_store_ids or ()):
        if store_id not in stores:
            yield Fault("Unknown", f"There is no store {store_id}", f"/linkedStoreIds/{index}")
    yield from group_faults(workspace, update.evaluation_group_id)
