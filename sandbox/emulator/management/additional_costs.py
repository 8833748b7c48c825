"""Additional costs: /v1/additional_costs."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.emulator.account import ACCOUNT_ID
from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.attributes import ApiName, Title
from sandbox.emulator.management.entities import by_fields, entity_in_path, shown
from sandbox.emulator.management.lists import counted
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import storing
from sandbox.engine.model import Model, json_fields
from sandbox.errors import Fault
from sandbox.shapes import Reader
from sandbox.workspace.operations.configuration import refuse
from sandbox.workspace.operations.entities import (
    ADDITIONAL_COSTS,
    Entity,
    add_entity,
    change_entity,
    entities,
)
from sandbox.workspace.workspace import Workspace


class NewAdditionalCost(Model, frozen=True):
    name: ApiName
    title: Title
    description: str
    subscribed_applications_ids: list[int] | None = None
    type: Literal["session", "item", "both"] | None = None


_NEW = Reader(NewAdditionalCost)


def list_additional_costs(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/additional_costs"""
    found = [_content(workspace, one) for one in entities(workspace, ADDITIONAL_COSTS)]
    return counted(incoming, found, dict, by_fields("name", "title", "type"))


def get_additional_cost(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/additional_costs/{additionalCostId}"""
    cost = entity_in_path(workspace, ADDITIONAL_COSTS, incoming, "additionalCostId")
    return ok(_content(workspace, cost))


def create_additional_cost(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/additional_costs"""
    new: NewAdditionalCost = _NEW.read(incoming.body)
    return ok(_content(workspace, add_entity(workspace, ADDITIONAL_COSTS, json_fields(new))), 201)


def update_additional_cost(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v1/additional_costs/{additionalCostId}: its name cannot change."""
    before = entity_in_path(workspace, ADDITIONAL_COSTS, incoming, "additionalCostId")
    new: NewAdditionalCost = _NEW.read(incoming.body)
    if new.name != before["name"]:
        details = "The name of an additional cost cannot be changed"
        refuse([Fault("Invalid value", details, "/name")])
    changed = change_entity(workspace, ADDITIONAL_COSTS, before["id"], json_fields(new))
    return ok(_content(workspace, changed))


def _content(workspace: Workspace, cost: Entity) -> dict[str, Any]:
    """Return an additional cost (schema AccountAdditionalCost)."""
    return shown(
        workspace,
        cost,
        accountId=ACCOUNT_ID,
        title=cost["name"],
        description="",
        type="session",
    )


ROUTES: Routes = {
    "/v1/additional_costs": {
        "GET": list_additional_costs,
        "POST": storing(create_additional_cost, is_heavy=True),
    },
    "/v1/additional_costs/{additionalCostId}": {
        "GET": get_additional_cost,
        "PUT": storing(update_additional_cost, is_heavy=True),
    },
}
