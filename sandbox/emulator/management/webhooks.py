"""Webhooks: /v1/webhooks."""

from __future__ import annotations

from typing import Any

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.entities import (
    by_fields,
    entity_in_path,
    is_subscribed,
    matches,
    shown,
)
from sandbox.emulator.management.lists import counted
from sandbox.emulator.parameters import number, numbers, word
from sandbox.emulator.routes import Routes
from sandbox.workspace.operations.entities import WEBHOOKS, Entity, entities
from sandbox.workspace.workspace import Workspace


def list_webhooks(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/webhooks"""
    applications = numbers(incoming, "applicationIds")
    creation = word(incoming, "creationType", ("templateWebhooks", "webhooks"))
    visibility = word(incoming, "visibility", ("visible", "hidden"))
    integration = number(incoming, "outgoingIntegrationsTypeId")
    found = [
        one
        for one in (_content(workspace, webhook) for webhook in entities(workspace, WEBHOOKS))
        if matches(incoming.query.get("title"), one["title"])
        and is_subscribed(one, "applicationIds", applications)
        and (creation is None or (creation == "webhooks") != _is_of_template(one))
        and (visibility is None or (visibility == "visible") == one["enabled"])
        and integration in (None, one.get("outgoingIntegrationTypeId"))
    ]
    return counted(incoming, found, dict, by_fields("title", "modified"))


def get_webhook(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/webhooks/{webhookId}"""
    return ok(_content(workspace, entity_in_path(workspace, WEBHOOKS, incoming, "webhookId")))


def _is_of_template(webhook: Entity) -> bool:
    return "outgoingIntegrationTemplateId" in webhook


def _content(workspace: Workspace, webhook: Entity) -> dict[str, Any]:
    """Return a webhook (schema WebhookWithOutgoingIntegrationDetails)."""
    content = shown(
        workspace,
        webhook,
        applicationIds=[],
        title=f"Webhook {webhook['id']}",
        draft=False,
        verb="POST",
        url="",
        headers=[],
        params=[],
        enabled=True,
    )
    return {"modified": content["created"], **content}


ROUTES: Routes = {
    "/v1/webhooks": {"GET": list_webhooks},
    "/v1/webhooks/{webhookId}": {"GET": get_webhook},
}
