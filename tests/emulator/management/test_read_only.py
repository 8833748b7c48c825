"""What the API only reads: webhooks, event types, filters, value maps, experiments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.client import Client, coupon_campaign
from tests.emulator.management.vendor import assert_documented

FILTERS = "/v1/applications/1/cart_item_filters"
EXPERIMENTS = "/v1/applications/1/experiments"
TRACKED = "/v1/applications/1/event_types"
VALUE_MAPS = "/v1/applications/1/campaigns/1/value_maps"
TALANG = ["filter", [".", "Session", "CartItems"], [["Item"], ["=", [".", "Item", "SKU"], "A"]]]


def variant(number: int, **fields: Any) -> dict[str, Any]:
    ruleset = {"id": 20 + number, "promotionRules": []}
    return {"id": number, "name": f"V{number}", "weight": 50, "ruleset": ruleset, **fields}


def load(client: Client) -> None:
    reply = client.load(
        "read-only",
        clock="2026-06-15T12:00:00Z",
        campaigns=[coupon_campaign(), {"id": 2, "name": "Two"}],
        webhooks=[
            {"id": 3, "title": "Points", "url": "https://shop.example/points", "verb": "PUT"},
            {"id": 4, "title": "Mail", "enabled": False, "applicationIds": [1]},
        ],
        eventTypes=[{"id": 6, "name": "visit", "title": "A visit"}, {"name": "call"}],
        cartItemFilters=[
            {
                "id": 8,
                "name": "shoes",
                "type": "selector",
                "source": "$Session.CartItems",
                "steps": [{"type": "reverse"}],
            },
            {"id": 9, "name": "a", "expr": TALANG},
        ],
        valueMaps=[{"id": 7, "campaignId": 1, "items": {"A": 1.5, "B": 2}}],
        experiments=[
            {"id": 5, "campaignId": 1, "variants": [variant(1, isPrimary=True), variant(2)]}
        ],
    )
    assert reply.status == 201, reply.body


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [3, 4]),
        ("?title=MAI", [4]),
        ("?visibility=visible", [3]),
        ("?visibility=hidden", [4]),
        ("?creationType=templateWebhooks", []),
        ("?creationType=webhooks&sort=title", [4, 3]),
        ("?applicationIds=2", [3]),
        ("?applicationIds=1,2", [3, 4]),
        ("?outgoingIntegrationsTypeId=1", []),
    ],
)
def test_webhooks_are_listed(client: Client, query: str, expected: list[int]):
    load(client)
    listed = client.manage("GET", f"/v1/webhooks{query}").body
    assert [one["id"] for one in listed["data"]] == expected


def test_a_webhook_is_found(client: Client):
    load(client)
    found = client.manage("GET", "/v1/webhooks/3").body
    assert found.items() >= {"title": "Points", "verb": "PUT", "enabled": True}.items()
    assert client.manage("GET", "/v1/webhooks/9").status == 404


def test_event_types_of_the_account(client: Client):
    load(client)
    listed = client.manage("GET", "/v1/event_types?sort=name&includeOldVersions=true").body
    assert [(one["id"], one["name"]) for one in listed["data"]] == [(1, "call"), (6, "visit")]
    named = client.manage("GET", "/v1/event_types?name=visit").body
    assert [one["title"] for one in named["data"]] == ["A visit"]


def test_event_types_that_were_tracked(client: Client):
    load(client)
    assert client.manage("GET", TRACKED).body == {"totalResultSize": 0, "data": []}
    client.call("POST", "/v2/events", {"profileId": "p", "type": "visit"})
    client.put_session("s", profileId="p")
    tracked = client.manage("GET", TRACKED).body
    assert "visit" in tracked["data"]
    assert "talon_session_created" in tracked["data"]
    assert tracked["totalResultSize"] == len(tracked["data"])
    assert client.manage("GET", f"{TRACKED}?pageSize=1").body["data"] == tracked["data"][:1]


def test_cart_item_filters_and_their_expressions(client: Client):
    load(client)
    listed = client.manage("GET", FILTERS).body
    assert [(one["name"], one["activeExpressionId"]) for one in listed["data"]] == [
        ("shoes", 8),
        ("a", 9),
    ]
    assert [one["id"] for one in client.manage("GET", f"{FILTERS}?name=a").body["data"]] == [9]
    assert client.manage("GET", f"{FILTERS}?pageSize=51").status == 400
    assert client.manage("GET", f"{FILTERS}/9/expressions/9").body["expression"] == TALANG
    blocks = client.manage("GET", f"{FILTERS}/8/expressions/8").body["expression"]
    assert blocks == [{"source": "$Session.CartItems", "steps": [{"type": "reverse"}]}]
    assert client.manage("GET", f"{FILTERS}/8/expressions/9").status == 404


def test_a_value_map_is_exported(client: Client):
    load(client)
    exported = client.manage("GET", f"{VALUE_MAPS}/7/export")
    assert exported.body == "identifier,value\nA,1.5\nB,2\n"
    other = VALUE_MAPS.replace("campaigns/1", "campaigns/2")
    assert client.manage("GET", f"{other}/7/export").status == 404


def test_experiments_show_their_campaign_and_their_variants(client: Client):
    load(client)
    [listed] = client.manage("GET", EXPERIMENTS).body["data"]
    assert listed == client.manage("GET", f"{EXPERIMENTS}/5").body
    assert listed["campaign"]["experimentId"] == 5
    assert [(one["name"], one["isPrimary"]) for one in listed["variants"]] == [
        ("V1", True),
        ("V2", False),
    ]
    assert [one["ruleset"]["id"] for one in listed["variants"]] == [21, 22]
    assert client.manage("GET", f"{EXPERIMENTS}/6").status == 404


def test_answers_are_those_that_the_vendor_documents(client: Client, shared: Path):
    load(client)
    client.put_session("s", profileId="p")
    for operation_id, path in (
        ("getWebhooks", "/v1/webhooks"),
        ("getWebhook", "/v1/webhooks/3"),
        ("getEventTypes", "/v1/event_types"),
        ("getApplicationEventTypes", TRACKED),
        ("listApplicationCartItemFilters", FILTERS),
        ("getApplicationCartItemFilterExpression", f"{FILTERS}/8/expressions/8"),
        ("listExperiments", EXPERIMENTS),
        ("getExperiment", f"{EXPERIMENTS}/5"),
    ):
        assert_documented(shared, operation_id, client.manage("GET", path))
