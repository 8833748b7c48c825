"""Collections of the account and of campaigns, and their items."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.client import Client, item
from tests.emulator.management.codes import upload
from tests.emulator.management.vendor import assert_documented

ACCOUNT = "/v1/collections"
APPLICATION = "/v1/applications/1/collections"
CAMPAIGN = "/v1/applications/1/campaigns/1/collections"


def load(client: Client) -> None:
    rule = {
        "title": "brands",
        "blocks": [
            {
                "id": "b1",
                "type": "checkAttribute",
                "operator": "inCollection",
                "attribute": "$Session.Attributes.brand",
                "value": "Brands",
            },
            {
                "id": "b2",
                "type": "awardDiscount",
                "name": "off",
                "value": 5,
                "target": {"type": "cart"},
            },
        ],
    }
    reply = client.load(
        "collections",
        attributes=[{"entity": "CustomerSession", "name": "brand", "type": "string"}],
        campaigns=[{"id": 1, "name": "One", "ruleset": {"id": 11, "promotionRules": [rule]}}],
        collections=[
            {"id": 4, "name": "Brands", "items": ["Nike", "Asics"]},
            {"id": 5, "name": "Own", "campaignId": 1, "items": ["A"]},
        ],
    )
    assert reply.status == 201, reply.body


def names(client: Client, path: str) -> list[str]:
    return [one["name"] for one in client.manage("GET", path).body["data"]]


def discounts(client: Client, brand: str) -> int:
    reply = client.put_session("s", "?dry=true", attributes={"brand": brand}, cartItems=[item(100)])
    return len(reply.body["effects"])


def test_collections_are_listed_where_they_belong(client: Client):
    load(client)
    assert names(client, ACCOUNT) == ["Brands"]
    assert names(client, CAMPAIGN) == names(client, APPLICATION) == ["Own"]
    assert names(client, f"{ACCOUNT}?name=Brands") == ["Brands"]
    assert names(client, f"{APPLICATION}?name=Brands") == []
    counted = client.manage("GET", f"{CAMPAIGN}?withTotalResultSize=true").body
    assert counted["totalResultSize"] == 1
    assert "payload" not in counted["data"][0]


def test_a_collection_is_found_only_where_it_belongs(client: Client):
    load(client)
    assert client.manage("GET", f"{ACCOUNT}/4").body["payload"] == ["Nike", "Asics"]
    own = client.manage("GET", f"{CAMPAIGN}/5").body
    assert own.items() >= {"campaignId": 1, "applicationId": 1, "payload": ["A"]}.items()
    assert client.manage("GET", f"{ACCOUNT}/5").status == 404
    assert client.manage("GET", f"{CAMPAIGN}/4").status == 404
    assert client.manage("DELETE", f"{CAMPAIGN}/4").status == 404
    assert client.manage("GET", CAMPAIGN.replace("/1/coll", "/9/coll")).status == 404


def test_items_are_read_page_by_page_whose_ever_collection_it_is(client: Client):
    load(client)
    items = client.manage("GET", f"{ACCOUNT}/4/items?pageSize=1").body
    assert items == {"hasMore": True, "data": [{"item": "Nike"}]}
    assert client.manage("GET", f"{ACCOUNT}/5/items").body["data"] == [{"item": "A"}]
    assert client.manage("GET", f"{ACCOUNT}/9/items").status == 404


@pytest.mark.parametrize("path", [ACCOUNT, CAMPAIGN])
def test_a_collection_is_made_described_and_deleted(client: Client, path: str):
    load(client)
    created = client.manage("POST", path, {"name": "New", "description": "d"})
    assert created.status == 201
    assert created.body.items() >= {"id": 6, "name": "New", "payload": []}.items()
    assert client.manage("POST", path, {"name": "New"}).status == 409
    changed = client.manage("PUT", f"{path}/6", {"description": "e", "name": "Other"}).body
    assert (changed["description"], changed["name"]) == ("e", "New")
    assert client.manage("DELETE", f"{path}/6").status == 204
    assert client.manage("GET", f"{path}/6").status == 404


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": " x"}, {"name": "a\nb"}])
def test_a_name_that_cannot_be_is_refused(client: Client, body: dict[str, Any]):
    load(client)
    reply = client.manage("POST", ACCOUNT, body)
    assert (reply.status, set(reply.faults)) == (400, {"/name"})


def test_a_file_replaces_the_items_and_rules_see_them_at_once(client: Client):
    load(client)
    assert (discounts(client, "Nike"), discounts(client, "Puma")) == (1, 0)
    reply = upload(client, "POST", f"{ACCOUNT}/4/import", "item\nPuma\nAdidas\nPuma\n")
    assert reply.status == 200
    assert reply.body.items() >= {"amount": 2, "entity": "Collection"}.items()
    assert (discounts(client, "Nike"), discounts(client, "Puma")) == (0, 1)
    exported = client.manage("GET", f"{ACCOUNT}/4/export")
    assert exported.body == "item\nPuma\nAdidas\n"
    assert exported.headers["content-type"] == "application/csv"


def test_files_of_a_campaigns_collection(client: Client):
    load(client)
    assert upload(client, "POST", f"{CAMPAIGN}/5/import", "item\nB\n").body["amount"] == 1
    assert client.manage("GET", f"{CAMPAIGN}/5/export").body == "item\nB\n"
    assert client.manage("GET", f"{ACCOUNT}/5/export").status == 404


@pytest.mark.parametrize("text", ["sku\nA\n", "item,x\nA,B\n", "item\n \n", ""])
def test_a_file_of_something_else_is_refused_whole(client: Client, text: str):
    load(client)
    assert upload(client, "POST", f"{ACCOUNT}/4/import", text).status == 400
    assert client.manage("GET", f"{ACCOUNT}/4").body["payload"] == ["Nike", "Asics"]


def test_a_collection_shows_the_first_fifty_items(client: Client):
    load(client)
    many = "".join(f"{number}\n" for number in range(60))
    upload(client, "POST", f"{ACCOUNT}/4/import", f"item\n{many}")
    assert len(client.manage("GET", f"{ACCOUNT}/4").body["payload"]) == 50
    assert len(client.manage("GET", f"{ACCOUNT}/4/items").body["data"]) == 60


def test_answers_are_those_that_the_vendor_documents(client: Client, shared: Path):
    load(client)
    new = {"name": "New"}
    assert_documented(shared, "listAccountCollections", client.manage("GET", ACCOUNT))
    assert_documented(shared, "listCollectionsInApplication", client.manage("GET", APPLICATION))
    assert_documented(shared, "listCollections", client.manage("GET", CAMPAIGN))
    assert_documented(shared, "createAccountCollection", client.manage("POST", ACCOUNT, new))
    assert_documented(shared, "createCollection", client.manage("POST", CAMPAIGN, new))
    assert_documented(shared, "getAccountCollection", client.manage("GET", f"{ACCOUNT}/4"))
    assert_documented(shared, "getCollection", client.manage("GET", f"{CAMPAIGN}/5"))
    assert_documented(shared, "getCollectionItems", client.manage("GET", f"{ACCOUNT}/4/items"))
    assert_documented(shared, "updateAccountCollection", client.manage("PUT", f"{ACCOUNT}/4", {}))
    assert_documented(shared, "updateCollection", client.manage("PUT", f"{CAMPAIGN}/5", {}))
    imported = upload(client, "POST", f"{CAMPAIGN}/5/import", "item\nB\n")
    assert_documented(shared, "importCollection", imported)
    imported = upload(client, "POST", f"{ACCOUNT}/4/import", "item\nB\n")
    assert_documented(shared, "importAccountCollection", imported)
    assert_documented(shared, "deleteCollection", client.manage("DELETE", f"{CAMPAIGN}/5"))
    assert_documented(shared, "deleteAccountCollection", client.manage("DELETE", f"{ACCOUNT}/4"))
