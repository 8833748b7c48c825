"""Configuration that the Management API changes: exports have it, and it outlives the process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator.server import BackgroundServer
from tests.client import Client, Reply, coupon_campaign
from tests.conftest import settings
from tests.emulator.management.codes import upload

CAMPAIGN = "/v1/applications/1/campaigns/1"
TERMS: dict[str, Any] = {"name": "New", "tags": [], "features": [], "limits": []}
BUNDLE: dict[str, Any] = {
    "clock": "2026-06-15T12:00:00Z",
    "application": {"id": 1},
    "campaigns": [coupon_campaign(), {"id": 2, "name": "Two"}],
    "coupons": [{"campaignId": 1, "value": "CODE", "extra": "kept"}],
    "referrals": [{"campaignId": 1, "code": "R", "advocateProfileIntegrationId": "a"}],
    "couponReservations": [{"couponValue": "CODE", "profileIntegrationId": "p"}],
    "limitCounters": [{"campaignId": 1, "action": "setDiscount", "counter": 3}],
    "achievements": [{"id": 1, "name": "own", "target": 2, "campaignId": 1}],
    "achievementProgress": [{"achievementId": 1, "profileIntegrationId": "p", "progress": 1}],
    "collections": [{"id": 1, "name": "Brands"}],
    "stores": [{"id": 1, "name": "Berlin", "integrationId": "b"}],
    "campaignEvaluationTree": {
        "type": "SET",
        "elements": [{"type": "SET", "groupId": 5, "elements": []}],
    },
}
ATTRIBUTE = {
    "entity": "CartItem",
    "name": "size",
    "title": "Size",
    "type": "number",
    "description": "",
    "suggestions": [],
    "editable": True,
}
ACHIEVEMENT = {
    "name": "order5",
    "title": "Five",
    "description": "",
    "target": 5,
    "sandbox": True,
    "timezone": "UTC",
}
RULES = {"promotionRules": [{"title": "nothing", "blocks": []}]}

CHANGES: dict[str, Callable[[Client], Reply]] = {
    "campaign": lambda client: client.manage("PUT", CAMPAIGN, TERMS | {"evaluationGroupId": 5}),
    "copy": lambda client: client.manage("POST", f"{CAMPAIGN}/copy", {"applicationIds": [1]}),
    "deletion": lambda client: client.manage("DELETE", CAMPAIGN),
    "ruleset": lambda client: client.send(
        "PUT", "/sandbox/v1/workspaces/restart/campaigns/1/ruleset", RULES
    ),
    "attribute": lambda client: client.manage("POST", "/v1/attributes", ATTRIBUTE),
    "cost": lambda client: client.manage(
        "POST", "/v1/additional_costs", {"name": "wrap", "title": "Wrap", "description": ""}
    ),
    "collection": lambda client: upload(client, "POST", "/v1/collections/1/import", "item\nA\n"),
    "store": lambda client: client.manage(
        "POST",
        "/v1/applications/1/stores",
        {"name": "Bonn", "description": "", "integrationId": "bn"},
    ),
    "stores of a campaign": lambda client: upload(
        client, "POST", f"{CAMPAIGN}/stores/import", "store_integration_id\nb\n"
    ),
    "achievement": lambda client: client.manage("POST", "/v2/achievements", ACHIEVEMENT),
    "deleted achievement": lambda client: client.manage("DELETE", "/v2/achievements/1"),
}


def exported(client: Client) -> Any:
    return client.send("GET", "/sandbox/v1/workspaces/restart").body


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_exported_and_outlives_the_process(tmp_path: Path, change: str):
    first = BackgroundServer(settings(tmp_path))
    try:
        client = Client(first.running.base_url)
        client.load("restart", **BUNDLE)
        before = exported(client)
        reply = CHANGES[change](client)
        assert reply.status < 300, reply.body
        after = exported(client)
    finally:
        first.stop()
    assert after != before
    second = BackgroundServer(settings(tmp_path))
    try:
        client.base_url = second.running.base_url
        assert exported(client) == after
        assert client.manage("GET", "/v1/applications/1/campaigns").status == 200
        loaded = client.load("again", **after)
        assert loaded.status == 201, loaded.body
    finally:
        second.stop()
