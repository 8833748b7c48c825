"""Rulesets, in the form of the Rule Builder's blocks (V2) and in Talang (V1).

A campaign has one ruleset; each variant of its experiment has one as well. What was written as V1
is shown as V2 too; the other way there is nothing to show but that it was written as V2 (decision
S176).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.emulator.account import USER_ID
from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.bundled_content import said
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.entities import by_fields
from sandbox.emulator.management.lists import counted
from sandbox.emulator.management.paths import CAMPAIGN, campaign_in_path
from sandbox.emulator.parameters import path_number
from sandbox.emulator.routes import Routes
from sandbox.engine.definitions import Campaign
from sandbox.engine.model import Json
from sandbox.rules.parse import parse_ruleset
from sandbox.rules.writing import write_ruleset
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.campaigns import find_campaign
from sandbox.workspace.workspace import Workspace

Stored = Mapping[str, Json]


def list_rulesets(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/campaigns/{campaignId}/rulesets"""
    campaign = find_campaign(workspace, campaign_in_path(workspace, incoming))
    content = v1_content(workspace, campaign.ruleset, campaign.id)
    return counted(incoming, [content], dict, by_fields())


def get_ruleset(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/campaigns/{campaignId}/rulesets/{rulesetId}"""
    campaign = find_campaign(workspace, campaign_in_path(workspace, incoming))
    ruleset = _ruleset_in_path(workspace, campaign, incoming)
    return ok(v1_content(workspace, ruleset, campaign.id))


def get_ruleset_v2(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v2/applications/{applicationId}/campaigns/{campaignId}/rulesets/{rulesetId}"""
    campaign = find_campaign(workspace, campaign_in_path(workspace, incoming))
    ruleset = _ruleset_in_path(workspace, campaign, incoming)
    return ok(_v2_content(workspace, ruleset, campaign.id))


def _ruleset_in_path(workspace: Workspace, campaign: Campaign, incoming: Incoming) -> Stored:
    """Return the ruleset that a path names; raises UnknownEntityError."""
    ruleset_id = path_number(incoming, "rulesetId")
    experiment = workspace.application.campaigns[campaign.id].experiment
    variants = experiment.variants if experiment is not None else ()
    for ruleset in (campaign.ruleset, *(variant.ruleset for variant in variants)):
        if ruleset["id"] == ruleset_id:
            return ruleset
    raise UnknownEntityError("ruleset", ruleset_id)


def _shared(workspace: Workspace, campaign_id: int) -> dict[str, Any]:
    """Return what both forms say of a ruleset itself."""
    return {"created": workspace.clock.now(), "userId": USER_ID, "campaignId": campaign_id}


def v1_content(workspace: Workspace, ruleset: Stored, campaign_id: int) -> dict[str, Any]:
    """Return a ruleset (schema Ruleset)."""
    shared = _shared(workspace, campaign_id)
    if ruleset.get("rules") is None:
        return {**shared, "id": ruleset["id"], "rules": [], "bindings": [], "rbVersion": "v2"}
    return {
        **shared,
        "strikethroughRules": [],
        **said(ruleset),
        "rules": [{"title": "", "effects": [], **said(rule)} for rule in ruleset["rules"]],
        "bindings": ruleset.get("bindings") or [],
    }


def _v2_content(workspace: Workspace, ruleset: Stored, campaign_id: int) -> dict[str, Any]:
    """Return a ruleset (schema RulesetV2)."""
    shared = _shared(workspace, campaign_id)
    if ruleset.get("rules") is None:
        lists = ("promotionRules", "strikethroughRules", "selectors", "bundles", "parameters")
        return {**shared, **said(ruleset), **{name: ruleset.get(name) or [] for name in lists}}
    strikethrough = {**ruleset, "rules": ruleset.get("strikethroughRules") or []}
    written = write_ruleset(parse_ruleset(strikethrough, "", []))
    return {
        **shared,
        **write_ruleset(parse_ruleset(ruleset, "", [])),
        "strikethroughRules": written["promotionRules"],
    }


_RULESETS = f"{CAMPAIGN}/rulesets"

ROUTES: Routes = {
    _RULESETS: {"GET": list_rulesets},
    f"{_RULESETS}/{{rulesetId}}": {"GET": get_ruleset},
    f"{_RULESETS}/{{rulesetId}}".replace("/v1/", "/v2/", 1): {"GET": get_ruleset_v2},
}
