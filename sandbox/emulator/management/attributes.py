"""Custom attributes: /v1/attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from sandbox.emulator.account import ACCOUNT_ID
from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.csv_files import imported
from sandbox.emulator.management.entities import (
    by_fields,
    entity_in_path,
    is_subscribed,
    matches,
    shown,
)
from sandbox.emulator.management.item_files import read_column
from sandbox.emulator.management.lists import counted
from sandbox.emulator.management.uploads import FIELD
from sandbox.emulator.parameters import numbers, word
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import storing
from sandbox.engine.definitions import AttributeEntity, AttributeType
from sandbox.engine.model import Model, json_fields
from sandbox.errors import Fault, Refused
from sandbox.numbers import to_number
from sandbox.shapes import Reader
from sandbox.workspace.operations.configuration import refuse
from sandbox.workspace.operations.entities import (
    ATTRIBUTES,
    Entity,
    add_entity,
    change_entity,
    entities,
    import_into,
)
from sandbox.workspace.workspace import Workspace

MAX_SUGGESTIONS = 50
MAX_ALLOWED = 500_000

ApiName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*\Z")]
Title = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.!~*'() -]*\Z")]
Suggestion = Annotated[str, msgspec.Meta(min_length=1)]


class NewAttribute(Model, frozen=True):
    entity: AttributeEntity
    name: ApiName
    title: Title
    type: AttributeType
    description: str
    suggestions: Annotated[list[Suggestion], msgspec.Meta(max_length=MAX_SUGGESTIONS)]
    editable: bool
    event_type: str | None = None
    has_allowed_list: bool | None = None
    restricted_by_suggestions: bool | None = None
    subscribed_applications_ids: list[int] | None = None
    subscribed_catalogs_ids: list[int] | None = None
    allowed_subscriptions: (
        Annotated[list[Literal["application", "catalog"]], msgspec.Meta(max_length=2)] | None
    ) = None


_NEW = Reader(NewAttribute)
# Where bundles say which programs have an attribute; the vendor filters by it and shows it nowhere.
_PROGRAMS = "subscribedProgramsIds"
# What requests and rules know an attribute by.
_FIXED = ("entity", "name", "type", "eventType")


def list_attributes(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/attributes"""
    query = incoming.query
    applications = numbers(incoming, "applicationIds")
    programs = numbers(incoming, "loyaltyProgramIds")
    kind = word(incoming, "kind", ("builtin", "custom"))
    found = [
        one
        for attribute in entities(workspace, ATTRIBUTES)
        for one in (_content(workspace, attribute),)
        if kind != "builtin"
        and query.get("entity", one["entity"]) == one["entity"]
        and query.get("type", one["type"]) == one["type"]
        and matches(query.get("search"), one["name"], one["description"], one["type"])
        and is_subscribed(one, "subscribedApplicationsIds", applications)
        and is_subscribed(attribute, _PROGRAMS, programs)
    ]
    return counted(incoming, found, dict, by_fields("name", "title", "entity", "type"))


def get_attribute(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/attributes/{attributeId}"""
    attribute = entity_in_path(workspace, ATTRIBUTES, incoming, "attributeId")
    return ok(_content(workspace, attribute))


def create_attribute(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/attributes"""
    new: NewAttribute = _NEW.read(incoming.body)
    return ok(_content(workspace, add_entity(workspace, ATTRIBUTES, json_fields(new))), 201)


def update_attribute(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v1/attributes/{attributeId}: what requests know it by cannot change (decision S178)."""
    before = entity_in_path(workspace, ATTRIBUTES, incoming, "attributeId")
    new: NewAttribute = _NEW.read(incoming.body)
    fields = json_fields(new)
    refuse(_changed(before, fields))
    changed = change_entity(workspace, ATTRIBUTES, before["id"], fields)
    return ok(_content(workspace, changed))


def import_allowed_list(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/attributes/{attributeId}/allowed_list/import: in place of the list before."""
    attribute = entity_in_path(workspace, ATTRIBUTES, incoming, "attributeId")
    values = [
        _value(text, attribute["type"]) for text in read_column(incoming, "item", MAX_ALLOWED)
    ]
    fields = {"suggestions": values, "hasAllowedList": True}
    done = import_into(workspace, ATTRIBUTES, attribute["id"], fields, len(values))
    return ok(imported(workspace, "AllowedList", done))


def _value(text: str, attribute_type: str) -> Any:
    """Return a value of a file as requests would send it; raises Refused."""
    if "number" not in attribute_type:
        return text
    try:
        return to_number(Decimal(text))
    except (ArithmeticError, ValueError):
        raise Refused(
            [Fault("Invalid value", f"“{text}” is no number", f"/{FIELD}/item")]
        ) from None


def _changed(before: Entity, fields: Mapping[str, Any]) -> Iterator[Fault]:
    for name in _FIXED:
        if fields.get(name) != before.get(name):
            details = f"“{name}” of an attribute cannot be changed; create another attribute"
            yield Fault("Invalid value", details, f"/{name}")


def _content(workspace: Workspace, attribute: Entity) -> dict[str, Any]:
    """Return an attribute (schema Attribute)."""
    content = shown(
        workspace,
        attribute,
        accountId=ACCOUNT_ID,
        title=attribute["name"],
        description="",
        editable=True,
        hasAllowedList=False,
        restrictedBySuggestions=False,
    )
    content.pop(_PROGRAMS, None)
    suggestions = (content.get("suggestions") or [])[:MAX_SUGGESTIONS]
    return content | {"suggestions": [str(one) for one in suggestions]}


ROUTES: Routes = {
    "/v1/attributes": {
        "GET": list_attributes,
        "POST": storing(create_attribute, is_heavy=True),
    },
    "/v1/attributes/{attributeId}": {
        "GET": get_attribute,
        "PUT": storing(update_attribute, is_heavy=True),
    },
    "/v1/attributes/{attributeId}/allowed_list/import": {
        "POST": storing(import_allowed_list, is_heavy=True)
    },
}
