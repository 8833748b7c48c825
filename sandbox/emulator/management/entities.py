"""How entities of the configuration are shown, and what their routes have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import methodcaller
from typing import Any

from sandbox.emulator.bundled_content import said
from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import path_number
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.entities import Entity, Kind, find_entity
from sandbox.workspace.workspace import Workspace


def entity_in_path(
    workspace: Workspace, kind: Kind, incoming: Incoming, name: str
) -> dict[str, Any]:
    """Return the entity whose id a path names; raises UnknownEntityError."""
    return find_entity(workspace, kind, path_number(incoming, name))


def entity_of_campaign(
    workspace: Workspace, kind: Kind, incoming: Incoming, name: str, campaign_id: int | None
) -> dict[str, Any]:
    """Return the entity whose id a path names, one of a campaign, or of none.

    Raises UnknownEntityError.
    """
    entity = entity_in_path(workspace, kind, incoming, name)
    if entity.get("campaignId") != campaign_id:
        raise UnknownEntityError(kind.word, entity["id"])
    return entity


def shown(workspace: Workspace, entity: Entity, **defaults: Any) -> dict[str, Any]:
    """Return an entity with the vendor's defaults for what its bundle does not say."""
    now = workspace.clock.now()
    return {"created": now, **defaults, **said(entity)}


def by_fields(*names: str) -> Mapping[str, Callable[[Entity], Any]]:
    """Return what a list can be sorted by: these fields, and those of all entities."""
    return {name: methodcaller("get", name) for name in ("id", "created", *names)}


def matches(text: str | None, *values: str | None) -> bool:
    """Tell whether a text that is asked for stands in any of these, whatever its case."""
    wanted = (text or "").casefold()
    return any(wanted in (value or "").casefold() for value in values)


def is_subscribed(entity: Entity, field: str, wanted: frozenset[int] | None) -> bool:
    """Tell whether an entity is available in any of these; without a list it is everywhere."""
    subscribed = entity.get(field)
    return wanted is None or not subscribed or not wanted.isdisjoint(subscribed)
