"""Syncing catalogs, listing items, price types in sessions and effects, best prior prices."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, Reply

SYNC = "/v1/catalogs/30/sync"
BUNDLE: dict[str, Any] = {
    "clock": "2026-06-15T12:00:00Z",
    "attributes": [
        {"id": 4, "entity": "CartItem", "name": "color", "type": "string"},
        {"id": 5, "entity": "CartItem", "name": "size", "type": "number"},
    ],
    "priceTypes": [
        {"id": 1, "name": "base"},
        {"id": 2, "name": "member", "targetedAudiencesIds": [9], "subscribedCatalogsIds": [30]},
        {"id": 3, "name": "outlet", "subscribedCatalogsIds": [31]},
    ],
    "audiences": [{"id": 9, "name": "VIP", "members": ["vip"]}],
    "catalogs": [
        {
            "id": 30,
            "name": "Shoes",
            "x-note": "kept",
            "items": [
                {
                    "id": 7,
                    "sku": "A",
                    "price": 100,
                    "name": "Boot",
                    "product": {"name": "boots"},
                    "attributes": {"color": "red", "size": 44},
                },
                {"sku": "B", "price": 80, "category": "c", "x-origin": "DE"},
            ],
        }
    ],
}


@pytest.fixture
def shop(client: Client) -> Client:
    reply = client.load("catalogs", **BUNDLE)
    assert reply.status == 201, reply.body
    return client


def sync(client: Client, kind: str, *payloads: dict[str, Any], **fields: Any) -> Reply:
    actions = [{"type": kind, "payload": payload} for payload in payloads]
    return client.call("PUT", SYNC, {"actions": actions, **fields})


def adjust(client: Client, sku: str, price: float | None, **fields: Any) -> Reply:
    known = {"priceType": "base", "referenceId": "r1", "price": price, **fields}
    return sync(client, "ADD_PRICE_ADJUSTMENT", {"sku": sku, "adjustments": [known]})


def items(client: Client, query: str = "") -> list[Any]:
    key = f"ManagementKey-v1 {client.management_key}"
    reply = client.send("GET", f"/v1/catalogs/30/items{query}", None, key)
    assert reply.status == 200, reply.body
    found: list[Any] = reply.body["data"]
    return found


def line(client: Client, sku: str, profile: str = "", **fields: Any) -> Any:
    cart = [{"sku": sku, "quantity": 1, **fields}]
    reply = client.put_session(
        f"s-{profile}", "?dry=true", ["customerSession"], profileId=profile, cartItems=cart
    )
    return reply.body["customerSession"]["cartItems"][0] if reply.status == 200 else reply.status


def test_a_sync_answers_the_catalog_with_its_next_version(shop: Client):
    reply = sync(shop, "REMOVE", {"sku": "A"})
    assert reply.body == {
        "id": 30,
        "created": "2026-06-15T12:00:00Z",
        "accountId": 1,
        "createdBy": 1,
        "subscribedApplicationsIds": [1],
        "name": "Shoes",
        "x-note": "kept",
        "description": "",
        "modified": "2026-06-15T12:00:00Z",
        "version": 2,
    }


def test_a_version_that_is_not_the_present_one_is_refused(shop: Client):
    assert sync(shop, "REMOVE", {"sku": "A"}, version=1).status == 200
    assert list(sync(shop, "REMOVE", {"sku": "B"}, version=1).faults) == ["/version"]


def test_items_are_shown_as_the_management_api_shows_them(shop: Client):
    sync(shop, "ADD", {"sku": "C", "price": 5, "attributes": {"color": "blue"}})
    first, _, last = items(shop)
    assert first == {
        "id": 7,
        "created": "2026-06-15T12:00:00Z",
        "sku": "A",
        "catalogid": 30,
        "version": 1,
        "price": 100,
        "product": {"name": "boots"},
        "attributes": [
            {"attributeid": 4, "name": "color", "value": "red"},
            {"attributeid": 5, "name": "size", "value": 44},
        ],
    }
    assert (last["id"], last["sku"], last["version"]) == (8, "C", 1)


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("", ["A", "B"]),
        ("?sku=B&sku=C", ["B"]),
        ("?productNames=boots", ["A"]),
        ("?pageSize=1&skip=1", ["B"]),
    ],
)
def test_items_can_be_filtered_and_paged(shop: Client, query: str, skus: list[str]):
    assert [item["sku"] for item in items(shop, query)] == skus


def test_an_integration_key_does_not_list_items(shop: Client):
    assert shop.call("GET", "/v1/catalogs/30/items").status == 401


@pytest.mark.parametrize(
    ("kind", "payload", "pointer"),
    [
        ("ADD", {"sku": "A"}, "/actions/0/payload/sku"),
        ("ADD", {"price": 1}, "/actions/0/payload/sku"),
        ("ADD", {"sku": "C", "attributes": {"w": 1}}, "/actions/0/payload/attributes/w"),
        ("PATCH", {"sku": "C"}, "/actions/0/payload/sku"),
        ("PATCH", {"sku": "A", "attributes": {"size": "L"}}, "/actions/0/payload/attributes/size"),
        (
            "REMOVE_MANY",
            {"filters": [{"attr": "size", "op": "LIKE", "value": 1}]},
            "/actions/0/payload/filters/0/op",
        ),
        (
            "REMOVE_MANY",
            {"filters": [{"attr": "color", "op": "EQ", "value": [["red"]]}]},
            "/actions/0/payload/filters/0/value",
        ),
        ("PRAISE", {"sku": "A"}, "/actions/0/type"),
        ("ADD_PRICE_ADJUSTMENT", {"sku": "A", "adjustments": []}, "/actions/0/payload/adjustments"),
        (
            "ADD_PRICE_ADJUSTMENT",
            {"sku": "A", "adjustments": [{"priceType": "outlet", "referenceId": "r"}]},
            "/actions/0/payload/adjustments/0/priceType",
        ),
        (
            "ADD_PRICE_ADJUSTMENT",
            {"sku": "C", "adjustments": [{"priceType": "base", "referenceId": "r"}]},
            "/actions/0/payload/sku",
        ),
    ],
)
def test_an_action_that_cannot_be_is_refused(shop: Client, kind: str, payload: Any, pointer: str):
    reply = sync(shop, kind, payload)
    assert reply.status == 400
    assert list(reply.faults) == [pointer]


@pytest.mark.parametrize("kind", [None, 1, ["ADD"], {"ADD": 1}], ids=repr)
def test_a_type_of_an_action_that_is_no_text_is_refused(shop: Client, kind: Any):
    assert list(sync(shop, kind, {"sku": "A"}).faults) == ["/actions/0/type"]


def test_actions_of_two_types_are_refused_and_nothing_is_done(shop: Client):
    actions = [
        {"type": "REMOVE", "payload": {"sku": "A"}},
        {"type": "ADD", "payload": {"sku": "C"}},
    ]
    assert list(shop.call("PUT", SYNC, {"actions": actions}).faults) == ["/actions/1/type"]
    assert [item["sku"] for item in items(shop)] == ["A", "B"]


def test_one_to_a_thousand_actions_fit_in_a_request(shop: Client):
    assert list(sync(shop, "REMOVE").faults) == ["/actions"]
    assert list(sync(shop, "REMOVE", *[{"sku": "A"}] * 1001).faults) == ["/actions"]


def test_removing_what_is_not_there_changes_nothing(shop: Client):
    assert sync(shop, "REMOVE", {"sku": "C"}).status == 200
    assert len(items(shop)) == 2


def test_a_patch_clears_a_product_that_is_not_given_and_null_removes_an_attribute(shop: Client):
    sync(shop, "PATCH", {"sku": "A", "attributes": {"color": None}})
    (item,) = items(shop, "?sku=A")
    assert "product" not in item
    assert [attribute["name"] for attribute in item["attributes"]] == ["size"]
    assert line(shop, "A")["name"] == "Boot"


def test_several_actions_of_one_request_build_on_each_other(shop: Client):
    red = {"filters": [{"attr": "color", "op": "EQ", "value": "red"}]}
    blue = {"filters": [{"attr": "color", "op": "EQ", "value": "blue"}]}
    sync(
        shop,
        "PATCH_MANY",
        {**red, "attributes": {"color": "blue"}},
        {**blue, "price": 60},
    )
    assert [item["price"] for item in items(shop)] == [60, 80]


def test_an_unknown_catalog_is_not_found(shop: Client):
    assert (
        shop.call(
            "PUT",
            "/v1/catalogs/31/sync",
            {"actions": [{"type": "REMOVE", "payload": {"sku": "A"}}]},
        ).status
        == 404
    )


def test_an_item_that_is_gone_needs_a_price_again(shop: Client):
    sync(shop, "REMOVE", {"sku": "B"})
    assert line(shop, "B") == 400
    assert line(shop, "B", price=3)["price"] == 3


def test_members_get_the_lower_price_and_see_both(shop: Client):
    adjust(
        shop,
        "A",
        90,
        priceType="member",
        effectiveUntil="2026-07-01T00:00:00Z",
        contextId="club",
    )
    shown = line(shop, "A", "vip")
    assert shown["price"] == 90
    assert shown["selectedPriceType"] == "member"
    assert shown["adjustmentReferenceId"] == "r1"
    assert shown["adjustmentEffectiveUntil"] == "2026-07-01T00:00:00Z"
    assert shown["prices"] == {
        "base": {"price": 100},
        "member": {
            "price": 90,
            "adjustmentReferenceId": "r1",
            "adjustmentContextId": "club",
            "adjustmentEffectiveUntil": "2026-07-01T00:00:00Z",
        },
    }
    others = line(shop, "A", "other")
    assert (others["price"], others["selectedPriceType"]) == (100, "base")
    assert list(others["prices"]) == ["base"]


def test_a_price_that_is_sent_is_not_selected(shop: Client):
    shown = line(shop, "A", "vip", price=120)
    assert shown["price"] == 120
    assert "selectedPriceType" not in shown


def test_an_item_without_any_price_now_is_refused_at_its_line(shop: Client):
    sync(shop, "ADD", {"sku": "C"})
    adjust(shop, "C", 20, effectiveFrom="2027-01-01T00:00:00Z")
    cart = [{"sku": "A", "quantity": 1}, {"sku": "C", "quantity": 1}]
    reply = shop.put_session("s", cartItems=cart)
    assert list(reply.faults) == ["/customerSession/cartItems/1/price"]


def test_an_effect_on_an_item_names_the_price_that_was_selected(client: Client):
    target = {"type": "allItems"}
    blocks = [
        {"id": "d", "type": "awardDiscount", "name": "off", "value": 5, "target": target},
        {"id": "t", "type": "awardDiscount", "name": "all", "value": 5, "target": {"type": "cart"}},
    ]
    ruleset = {"id": 11, "promotionRules": [{"title": "r", "blocks": blocks}]}
    campaign = {"id": 1, "name": "c", "ruleset": ruleset}
    reply = client.load("catalogs", **BUNDLE, campaigns=[campaign])
    assert reply.status == 201, reply.body
    adjust(client, "A", 90, priceType="member")
    cart = [{"sku": "A", "quantity": 1}]
    on_item, on_cart = client.put_session("s", profileId="vip", cartItems=cart).body["effects"]
    assert on_item["selectedPriceType"] == "member"
    assert on_item["selectedPrice"] == 90
    assert on_item["adjustmentReferenceId"] == "r1"
    assert "selectedPriceType" not in on_cart


def test_an_export_restores_the_catalog_its_adjustments_and_its_past(shop: Client):
    sync(shop, "PATCH", {"sku": "A", "price": 70})
    adjust(shop, "B", 60, priceType="member")
    sync(shop, "ADD", {"sku": "C", "price": 1})
    path = "/sandbox/v1/workspaces"
    exported = shop.send("GET", f"{path}/catalogs").body
    assert exported["catalogs"][0]["items"][1]["x-origin"] == "DE"
    shop.send("PUT", f"{path}/catalogs-copy", exported)
    assert shop.send("GET", f"{path}/catalogs-copy").body == exported
    shop.send("DELETE", f"{path}/catalogs-copy")


def prior(client: Client, **fields: Any) -> Reply:
    wanted = {
        "skus": ["A", "NONE"],
        "timeframeEndDate": "2026-06-20T00:00:00Z",
        "timeframe": "30",
        "timeframeEndDateType": "strict",
        **fields,
    }
    return client.call("POST", "/v1/best_prior_price", wanted)


def at(client: Client, time: str) -> None:
    path = "/sandbox/v1/workspaces/catalogs/clock"
    assert client.send("PUT", path, {"now": time}).status == 200


def test_the_best_prior_price_says_when_it_was_seen_and_for_whom(shop: Client):
    adjust(shop, "A", 60, priceType="member", contextId="club")
    at(shop, "2026-06-18T00:00:00Z")
    sync(shop, "PATCH", {"sku": "A", "price": 90})
    at(shop, "2026-06-20T00:00:00Z")
    assert prior(shop).body == [
        {
            "id": 2,
            "sku": "A",
            "observedAt": "2026-06-18T00:00:00Z",
            "contextIds": [],
            "contextId": "",
            "price": 90,
            "metadata": {"influencingCampaignDetails": []},
            "target": {"type": "NONE"},
        }
    ]
    target = {"targetType": "AUDIENCE", "audienceID": 9}
    (member,) = prior(shop, target=target).body
    assert (member["price"], member["contextIds"]) == (60, ["club"])
    assert member["target"] == {"type": "AUDIENCE", "audience": {"id": 9}}
    assert member["metadata"]["adjustmentDetails"] == {
        "referenceId": "r1",
        "selectedPriceType": "member",
        "value": 60,
    }


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"skus": []}, "/skus"),
        ({"timeframe": "a month"}, "/timeframe"),
        ({"timeframeEndDateType": "loose"}, "/timeframeEndDateType"),
        ({"timeframeEndDateType": None}, "/timeframeEndDateType"),
        ({"target": {"targetType": "AUDIENCE"}}, "/target/audienceID"),
        ({"target": {"targetType": "AUDIENCE", "audienceID": 8}}, "/target/audienceID"),
    ],
)
def test_what_cannot_be_looked_up_is_named(shop: Client, fields: Any, pointer: str):
    reply = prior(shop, **fields)
    assert reply.status == 400
    assert list(reply.faults) == [pointer]
