"""Experiments: /v1/applications/{applicationId}/experiments."""

from __future__ import annotations

from typing import Any

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.campaign_content import CampaignContent
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.entities import by_fields, entity_in_path, shown
from sandbox.emulator.management.lists import counted
from sandbox.emulator.management.rulesets import v1_content
from sandbox.emulator.routes import Routes
from sandbox.engine.model import Json
from sandbox.workspace.operations.entities import EXPERIMENTS, Entity, entities
from sandbox.workspace.workspace import Workspace


def list_experiments(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/experiments"""
    application_in_path(workspace, incoming)
    found = [_content(workspace, one) for one in entities(workspace, EXPERIMENTS)]
    return counted(incoming, found, dict, by_fields("state"))


def get_experiment(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/experiments/{experimentId}"""
    application_in_path(workspace, incoming)
    return ok(_content(workspace, entity_in_path(workspace, EXPERIMENTS, incoming, "experimentId")))


def _content(workspace: Workspace, experiment: Entity) -> dict[str, Any]:
    """Return an experiment (schema Experiment)."""
    content = shown(
        workspace,
        experiment,
        applicationId=workspace.application.settings.id,
        isVariantAssignmentExternal=False,
        state="enabled",
        goalType="other",
    )
    campaign = workspace.application.campaigns.get(content.pop("campaignId"))
    if campaign is not None:
        content["campaign"] = CampaignContent(workspace).of(campaign.definition)
    variants = experiment.get("variants") or ()
    return content | {"variants": [_variant(workspace, experiment, one) for one in variants]}


def _variant(workspace: Workspace, experiment: Entity, variant: Json) -> dict[str, Any]:
    """Return a variant (schema ExperimentVariant)."""
    content = shown(workspace, variant, name="", isPrimary=False, experimentId=experiment["id"])
    ruleset = v1_content(workspace, variant["ruleset"], experiment["campaignId"])
    return content | {"ruleset": ruleset}


_EXPERIMENTS = "/v1/applications/{applicationId}/experiments"

ROUTES: Routes = {
    _EXPERIMENTS: {"GET": list_experiments},
    f"{_EXPERIMENTS}/{{experimentId}}": {"GET": get_experiment},
}
