"""Stores: listing, making, changing and deleting them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.client import Client, coupon_campaign
from tests.emulator.management.vendor import assert_documented

STORES = "/v1/applications/1/stores"
SENT: dict[str, Any] = {"name": "Hamburg", "description": "North", "integrationId": "hh"}


def load(client: Client, linked: list[int] | None = None) -> None:
    reply = client.load(
        "stores",
        stores=[
            {"id": 3, "name": "Berlin", "integrationId": "b"},
            {"id": 4, "name": "Bonn", "integrationId": "bn"},
        ],
        attributes=[{"entity": "Store", "name": "region", "type": "string"}],
        campaigns=[coupon_campaign(linkedStoreIds=linked or [])],
    )
    assert reply.status == 201, reply.body


def linked(client: Client) -> Any:
    return client.manage("GET", "/v1/applications/1/campaigns/1").body.get("linkedStoreIds")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Berlin", "Bonn"]),
        ("?sort=-name&pageSize=1", ["Bonn"]),
        ("?name=Bonn", ["Bonn"]),
        ("?integrationId=b", ["Berlin"]),
        ("?query=BO", ["Bonn"]),
        ("?campaignId=1", ["Bonn"]),
    ],
)
def test_stores_are_listed(client: Client, query: str, expected: list[str]):
    load(client, [4])
    reply = client.manage("GET", f"{STORES}{query}")
    assert [one["name"] for one in reply.body["data"]] == expected
    assert "totalResultSize" not in reply.body


def test_a_list_of_stores_counts_all_when_asked(client: Client):
    load(client)
    body = client.manage("GET", f"{STORES}?withTotalResultSize=true&pageSize=1").body
    assert (body["totalResultSize"], body["hasMore"]) == (2, True)


def test_a_store_shows_the_campaigns_that_are_linked_to_it(client: Client):
    load(client, [4])
    assert client.manage("GET", f"{STORES}/4").body["linkedCampaignIds"] == [1]
    assert client.manage("GET", f"{STORES}/3").body["linkedCampaignIds"] == []
    assert client.manage("GET", f"{STORES}/9").status == 404
    assert client.manage("GET", "/v1/applications/2/stores/3").status == 404


def test_a_new_store_can_be_named_from_the_next_request_on(client: Client):
    load(client)
    assert client.put_session("s", storeIntegrationId="hh").status == 400
    created = client.manage("POST", STORES, SENT | {"attributes": {"region": "north"}})
    assert created.status == 201
    assert created.body["id"] == 5
    assert "accountId" not in created.body
    assert client.put_session("s", storeIntegrationId="hh").status == 200
    assert client.manage("POST", STORES, SENT).status == 409


def test_a_store_changes_but_for_its_integration_id(client: Client):
    load(client)
    changed = {"name": "East", "description": "d", "integrationId": "b"}
    assert client.manage("PUT", f"{STORES}/3", changed).body.items() >= changed.items()
    body = {"name": "", "description": "d", "integrationId": "b"}
    assert set(client.manage("PUT", f"{STORES}/3", body).faults) == {"/name"}
    body = {**changed, "integrationId": "x", "attributes": {"size": 3}}
    faults = client.manage("PUT", f"{STORES}/3", body).faults
    assert set(faults) == {"/integrationId", "/attributes/size"}


def test_a_deleted_store_is_gone_from_campaigns_that_have_others(client: Client):
    load(client, [3, 4])
    assert client.manage("DELETE", f"{STORES}/4").status == 204
    assert client.manage("GET", f"{STORES}/4").status == 404
    assert linked(client) == [3]


def test_a_campaign_of_a_deleted_store_alone_does_not_run_everywhere(client: Client):
    load(client, [4])
    client.manage("DELETE", f"{STORES}/4")
    assert linked(client) == [4]


def test_answers_are_those_that_the_vendor_documents(client: Client, shared: Path):
    load(client)
    assert_documented(shared, "listStores", client.manage("GET", STORES))
    assert_documented(shared, "createStore", client.manage("POST", STORES, SENT))
    assert_documented(shared, "getStore", client.manage("GET", f"{STORES}/3"))
    assert_documented(shared, "updateStore", client.manage("PUT", f"{STORES}/5", SENT))
    assert_documented(shared, "deleteStore", client.manage("DELETE", f"{STORES}/5"))
