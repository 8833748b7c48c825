"""GET /v1/integration/campaigns."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client

PATH = "/v1/integration/campaigns"


def campaign(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": number, "name": "c", "ruleset": {"id": number, "promotionRules": []}, **fields}


@pytest.fixture
def shop(client: Client) -> Client:
    rule = {"title": "10 % off", "displayName": "A tenth", "relatedData": "x", "blocks": []}
    reply = client.load(
        "campaigns",
        clock="2026-06-15T12:00:00Z",
        campaigns=[
            campaign(
                1,
                description="d",
                startTime="2026-06-01T00:00:00Z",
                endTime="2026-07-01T00:00:00Z",
                tags=["t"],
                features=["coupons"],
                linkedStoreIds=[7],
                linkedAudienceIds=[9],
                ruleset={"id": 11, "promotionRules": [rule, {"title": "r", "blocks": []}]},
            ),
            campaign(2),
            campaign(3, state="disabled"),
            campaign(4, startTime="2026-07-01T00:00:00Z"),
            campaign(5, endTime="2026-06-15T12:00:00Z"),
        ],
    )
    assert reply.status == 201, reply.body
    return client


def test_a_campaign_shows_what_customers_may_know(shop: Client):
    assert shop.call("GET", PATH).body["data"][0] == {
        "applicationId": 1,
        "id": 1,
        "name": "c",
        "description": "d",
        "startTime": "2026-06-01T00:00:00Z",
        "endTime": "2026-07-01T00:00:00Z",
        "state": "enabled",
        "tags": ["t"],
        "features": ["coupons"],
        "rules": [
            {"title": "10 % off", "displayName": "A tenth", "relatedData": "x"},
            {"title": "r"},
        ],
        "linkedStoreIds": [7],
        "linkedAudienceIds": [9],
    }


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [1, 2]),
        ("?campaignIds=2,3", [2]),
        ("?startAfter=2026-06-01", [1]),
        ("?startAfter=2026-06-02", []),
        ("?startBefore=2026-06-01T00:00:00Z", [1]),
        ("?endAfter=2026-07-01T02:00:00+02:00", [1]),
        ("?endBefore=2026-06-30", []),
        ("?storeId=7", [1]),
        ("?audienceId=9", [1]),
        ("?audienceId=8", []),
        ("?pageSize=1&skip=1", [2]),
    ],
)
def test_running_campaigns_can_be_filtered_and_paged(shop: Client, query: str, ids: list[int]):
    assert [one["id"] for one in shop.call("GET", f"{PATH}{query}").body["data"]] == ids


def test_a_page_says_whether_there_is_more(shop: Client):
    assert shop.call("GET", f"{PATH}?pageSize=1").body["hasMore"] is True
    assert shop.call("GET", f"{PATH}?pageSize=2").body["hasMore"] is False
