"""What configures an Application and has an id: listing, making, changing and deleting it.

One kind is all that a bundle has under one of its keys. Entities keep every field that they came
with; the engine reads those that it knows (`sandbox.workspace.bundle`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple

from sandbox.workspace.code_ids import Kind as IdKind
from sandbox.workspace.code_ids import next_code_id
from sandbox.workspace.errors import TakenError, UnknownEntityError
from sandbox.workspace.operations.code_imports import Import
from sandbox.workspace.operations.configuration import (
    Reconfiguration,
    configured,
    faults_inside,
    reconfiguring,
)
from sandbox.workspace.workspace import Workspace

Entity = Mapping[str, Any]


class Kind(NamedTuple):
    """Entities under the bundle's key `key`; `word` is the vendor's for one of them.

    No two of them have the same `name`, which may be made of several fields. `ids` counts the ids
    of those that the API makes; without it, the API makes none.
    """

    key: str
    word: str
    name: Callable[[Entity], Hashable] = lambda entity: entity["id"]
    ids: IdKind | None = None


ATTRIBUTES = Kind(
    "attributes",
    "attribute",
    lambda one: (one["entity"], one["name"], one.get("eventType")),
    "attribute",
)
ADDITIONAL_COSTS = Kind(
    "additionalCosts", "additional cost", lambda one: one["name"], "additionalCost"
)
COLLECTIONS = Kind(
    "collections", "collection", lambda one: (one.get("campaignId"), one["name"]), "collection"
)
STORES = Kind("stores", "store", lambda one: one["integrationId"], "store")
ACHIEVEMENTS = Kind("achievements", "achievement", lambda one: one["name"], "achievement")
WEBHOOKS = Kind("webhooks", "webhook")
EVENT_TYPES = Kind("eventTypes", "event type")
CART_ITEM_FILTERS = Kind("cartItemFilters", "cart item filter")
VALUE_MAPS = Kind("valueMaps", "value map")
EXPERIMENTS = Kind("experiments", "experiment")


def entities(workspace: Workspace, kind: Kind) -> list[dict[str, Any]]:
    """Return all entities of a kind; those that their bundle gave no id have a free one."""
    present = configured(workspace, kind.key)
    free = _free_ids(one["id"] for one in present if one.get("id"))
    return [dict(one) if one.get("id") else {**one, "id": next(free)} for one in present]


def find_entity(workspace: Workspace, kind: Kind, entity_id: int) -> dict[str, Any]:
    """Return an entity; raises UnknownEntityError."""
    present = entities(workspace, kind)
    return present[_place(present, kind, entity_id)]


def add_entity(workspace: Workspace, kind: Kind, fields: Entity) -> dict[str, Any]:
    """Make an entity with a new id and return it; raises TakenError, Refused."""
    assert kind.ids is not None
    with reconfiguring(workspace) as change:
        present = entities(workspace, kind)
        if kind.name(fields) in {kind.name(one) for one in present}:
            raise TakenError(f"There is another {kind.word} with this name")
        highest = max((one["id"] for one in present), default=0)
        new_id = next_code_id(change.connection, workspace.name, kind.ids, highest)
        now = workspace.clock.now()
        _put(change, kind, [*present, {**fields, "id": new_id, "created": now}], len(present))
    return find_entity(workspace, kind, new_id)


def change_entity(
    workspace: Workspace, kind: Kind, entity_id: int, fields: Entity
) -> dict[str, Any]:
    """Give an entity other fields, besides those it has, and return it.

    Raises UnknownEntityError, Refused.
    """
    with reconfiguring(workspace) as change:
        _change(workspace, change, kind, entity_id, fields)
    return find_entity(workspace, kind, entity_id)


def import_into(
    workspace: Workspace, kind: Kind, entity_id: int, fields: Entity, amount: int
) -> Import:
    """Give an entity what a file holds, `amount` values in some of its fields.

    Raises UnknownEntityError, Refused.
    """
    with reconfiguring(workspace) as change:
        _change(workspace, change, kind, entity_id, fields)
        return Import(next_code_id(change.connection, workspace.name, "import"), amount)


def delete_entity(workspace: Workspace, kind: Kind, entity_id: int) -> None:
    """Delete an entity; raises UnknownEntityError."""
    with reconfiguring(workspace) as change:
        change.put(kind.key, without_entity(workspace, kind, entity_id))


def without_entity(workspace: Workspace, kind: Kind, entity_id: int) -> list[dict[str, Any]]:
    """Return all entities of a kind but one; raises UnknownEntityError."""
    present = entities(workspace, kind)
    del present[_place(present, kind, entity_id)]
    return present


def _change(
    workspace: Workspace, change: Reconfiguration, kind: Kind, entity_id: int, fields: Entity
) -> None:
    present = entities(workspace, kind)
    place = _place(present, kind, entity_id)
    present[place] |= fields
    _put(change, kind, present, place)


def _put(change: Reconfiguration, kind: Kind, present: list[dict[str, Any]], place: int) -> None:
    with faults_inside(f"/{kind.key}/{place}"):
        change.put(kind.key, present)


def _place(present: Iterable[Entity], kind: Kind, entity_id: int) -> int:
    for place, one in enumerate(present):
        if one["id"] == entity_id:
            return place
    raise UnknownEntityError(kind.word, entity_id)


def _free_ids(taken: Iterable[int]) -> Iterator[int]:
    known = set(taken)
    return (number for number in count(1) if number not in known)
