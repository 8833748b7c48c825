"""The Application's cart item filters, and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.emulator.account import USER_ID
from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.entities import entity_in_path
from sandbox.emulator.management.lists import uncounted
from sandbox.emulator.parameters import path_number
from sandbox.emulator.routes import Routes
from sandbox.engine.model import Json
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.entities import CART_ITEM_FILTERS, Entity, entities
from sandbox.workspace.workspace import Workspace

MAX_PAGE = 50
_PARTS = ("source", "steps")


def list_filters(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/cart_item_filters"""
    application_in_path(workspace, incoming)
    name = incoming.query.get("name")
    found = [one for one in entities(workspace, CART_ITEM_FILTERS) if name in (None, one["name"])]

    def content(one: Entity) -> Mapping[str, Any]:
        fields = _shared(workspace, one) | {"name": one["name"], "activeExpressionId": one["id"]}
        return fields | {"description": one.get("description") or ""}

    return uncounted(incoming, found, content, default=MAX_PAGE, most=MAX_PAGE)


def get_expression(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET …/cart_item_filters/{cartItemFilterId}/expressions/{expressionId}

    Each filter has one expression, which has the filter's id.
    """
    application_in_path(workspace, incoming)
    found = entity_in_path(workspace, CART_ITEM_FILTERS, incoming, "cartItemFilterId")
    expression_id = path_number(incoming, "expressionId")
    if expression_id != found["id"]:
        raise UnknownEntityError("expression", expression_id)
    expression = {"cartItemFilterId": found["id"], "expression": _expression(found)}
    return ok(_shared(workspace, found) | expression)


def _expression(stored: Entity) -> list[Json]:
    """Return a filter in Talang as it is, one of blocks as the one member of a list."""
    inner = stored.get("expression")
    holder = inner if isinstance(inner, dict) else stored
    for field in ("expr", "expression"):
        if isinstance(holder.get(field), list):
            return list(holder[field])
    return [{part: stored[part] for part in _PARTS if part in stored}]


def _shared(workspace: Workspace, stored: Entity) -> dict[str, Any]:
    return {
        "id": stored["id"],
        "created": workspace.clock.now(),
        "createdBy": USER_ID,
        "applicationId": workspace.application.settings.id,
    }


_FILTERS = "/v1/applications/{applicationId}/cart_item_filters"

ROUTES: Routes = {
    _FILTERS: {"GET": list_filters},
    f"{_FILTERS}/{{cartItemFilterId}}/expressions/{{expressionId}}": {"GET": get_expression},
}
