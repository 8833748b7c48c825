"""The stores of a campaign, from files and as files."""

from __future__ import annotations

from tests.client import Client, coupon_campaign
from tests.emulator.management.codes import upload

STORES = "/v1/applications/1/campaigns/1/stores"


def load(client: Client) -> None:
    stores = [
        {"id": 3, "name": "Berlin", "integrationId": "b"},
        {"id": 4, "name": "Bonn", "integrationId": "bn"},
    ]
    campaigns = [coupon_campaign(linkedStoreIds=[4])]
    assert client.load("campaign-stores", stores=stores, campaigns=campaigns).status == 201


def shown(client: Client) -> tuple[list[int], bool]:
    campaign = client.manage("GET", "/v1/applications/1/campaigns/1").body
    return campaign["linkedStoreIds"], campaign["storesImported"]


def test_a_file_replaces_the_stores_of_a_campaign(client: Client):
    load(client)
    reply = upload(client, "POST", f"{STORES}/import", "store_integration_id\nb\n")
    assert reply.status == 200
    assert reply.body["amount"] == 1
    assert shown(client) == ([3], True)


def test_a_file_with_an_unknown_store_is_refused_whole(client: Client):
    load(client)
    reply = upload(client, "POST", f"{STORES}/import", "store_integration_id\nb\nx\n")
    assert reply.status == 400
    assert shown(client) == ([4], False)


def test_the_stores_of_a_campaign_are_exported(client: Client):
    load(client)
    exported = client.manage("GET", f"{STORES}/export")
    assert exported.body == "store_integration_id\nbn\n"


def test_a_campaign_can_be_disconnected_from_its_stores(client: Client):
    load(client)
    assert client.manage("DELETE", STORES).status == 204
    assert shown(client) == ([], False)
    assert client.manage("DELETE", STORES.replace("/1/stores", "/9/stores")).status == 404
