"""Audiences of the Integration API, and what rules make of their changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, item

BLOCKS = [
    {
        "id": "m",
        "type": "checkAudience",
        "operator": "member",
        "profile": "Current",
        "audience": {"id": 10, "name": "Travel"},
    },
    {
        "id": "n",
        "type": "showNotification",
        "notificationType": "Info",
        "title": "hello",
        "body": "",
    },
]


@pytest.fixture
def shop(client: Client) -> Client:
    reply = client.load(
        "audiences",
        clock="2026-06-15T12:00:00Z",
        attributes=[{"entity": "CustomerProfile", "name": "Language", "type": "string"}],
        audiences=[{"id": 9, "name": "VIP", "members": ["a", "b"], "x-note": "kept"}],
        customerProfiles=[{"integrationId": "a", "attributes": {"Language": "en"}}],
    )
    assert reply.status == 201, reply.body
    return client


def members(client: Client) -> list[list[str]]:
    bundle = client.send("GET", "/sandbox/v1/workspaces/audiences").body
    return [audience["members"] for audience in bundle["audiences"]]


def test_a_new_audience_has_what_was_sent_and_the_next_id(shop: Client):
    sent = {"name": "Travel", "integration": "mparticle", "integrationId": "X1", "sandbox": True}
    reply = shop.call("POST", "/v2/audiences", sent)
    assert reply.status == 201
    assert reply.body == {
        "id": 10,
        "accountId": 1,
        "created": "2026-06-15T12:00:00Z",
        **sent,
    }


def test_the_same_audience_of_the_same_system_is_a_conflict(shop: Client):
    sent = {"name": "Travel", "integration": "segment", "integrationId": "X1"}
    assert shop.call("POST", "/v2/audiences", sent).status == 201
    assert shop.call("POST", "/v2/audiences", sent).status == 409
    elsewhere = sent | {"integration": "mparticle"}
    assert shop.call("POST", "/v2/audiences", elsewhere).status == 201


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("PUT", "/9")])
def test_an_application_subscribes_to_an_audience_once(shop: Client, method: str, path: str):
    sent = {"name": "Travel", "subscribedApplicationsIds": [1, 2, 1]}
    reply = shop.call(method, f"/v2/audiences{path}", sent)
    assert list(reply.faults) == ["/subscribedApplicationsIds"]


def test_names_may_repeat_and_ids_never_do(shop: Client):
    first = shop.call("POST", "/v2/audiences", {"name": "VIP"}).body["id"]
    shop.call("DELETE", f"/v2/audiences/{first}")
    assert shop.call("POST", "/v2/audiences", {"name": "VIP"}).body["id"] == first + 1


def test_a_rule_that_names_an_audience_begins_to_fire_when_there_is_one(client: Client):
    ruleset = {"id": 11, "promotionRules": [{"title": "r", "blocks": BLOCKS}]}
    reply = client.load(
        "audiences",
        audiences=[{"id": 9, "name": "VIP"}],
        campaigns=[{"id": 1, "name": "c", "ruleset": ruleset}],
    )
    assert reply.status == 201, reply.body

    def effects() -> Any:
        reply = client.put_session("s", profileId="a", cartItems=[item()])
        return [effect["effectType"] for effect in reply.body["effects"]]

    assert effects() == []
    client.call("POST", "/v2/audiences", {"name": "Travel"})
    change = {"action": "add", "profileIntegrationId": "a", "audienceId": 10}
    client.call("POST", "/v2/customer_audiences", {"data": [change]})
    assert effects() == ["showNotification"]
    client.call("DELETE", "/v2/audiences/10")
    assert effects() == []


def test_a_renamed_audience_keeps_its_members(shop: Client):
    reply = shop.call("PUT", "/v2/audiences/9", {"name": "Best"})
    assert (reply.body["name"], reply.body["x-note"]) == ("Best", "kept")
    assert members(shop) == [["a", "b"]]


def test_members_can_be_removed_at_once(shop: Client):
    assert shop.call("DELETE", "/v2/audiences/9/memberships").status == 204
    assert members(shop) == [[]]


def test_who_is_added_comes_to_be_and_who_is_removed_need_not(shop: Client):
    changes = [
        {"action": "add", "profileIntegrationId": "new", "audienceId": 9},
        {"action": "delete", "profileIntegrationId": "nobody", "audienceId": 9},
        {"action": "delete", "profileIntegrationId": "a", "audienceId": 9},
    ]
    assert shop.call("POST", "/v2/customer_audiences", {"data": changes}).status == 204
    assert members(shop) == [["b", "new"]]
    bundle = shop.send("GET", "/sandbox/v1/workspaces/audiences").body
    assert [p["integrationId"] for p in bundle["customerProfiles"]] == ["a", "new"]


def test_an_unknown_audience_among_several_changes_nothing(shop: Client):
    changes = [
        {"action": "add", "profileIntegrationId": "new", "audienceId": 9},
        {"action": "add", "profileIntegrationId": "new", "audienceId": 404},
    ]
    assert shop.call("POST", "/v2/customer_audiences", {"data": changes}).status == 404
    assert members(shop) == [["a", "b"]]


def test_a_thousand_changes_are_the_most(shop: Client):
    change = {"action": "add", "profileIntegrationId": "new", "audienceId": 9}
    reply = shop.call("POST", "/v2/customer_audiences", {"data": [change] * 1001})
    assert list(reply.faults) == ["/data"]


def test_attributes_of_all_members_are_merged_and_checked(shop: Client):
    path = "/v2/audience_customers/9/attributes"
    refused = shop.call("PUT", path, {"Language": 7, "Shoe": 44})
    assert list(refused.faults) == ["/Language", "/Shoe"]
    assert shop.call("PUT", path, ["Language"]).status == 400
    assert shop.call("PUT", path, {"Language": "de"}).status == 204
    bundle = shop.send("GET", "/sandbox/v1/workspaces/audiences").body
    assert {p["integrationId"]: p["attributes"] for p in bundle["customerProfiles"]} == {
        "a": {"Language": "de"},
        "b": {"Language": "de"},
    }


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v2/audiences/404", {"name": "x"}),
        ("DELETE", "/v2/audiences/404", None),
        ("DELETE", "/v2/audiences/404/memberships", None),
        ("PUT", "/v2/audience_customers/404/attributes", {}),
    ],
)
def test_an_unknown_audience_is_not_found(shop: Client, method: str, path: str, body: Any):
    assert shop.call(method, path, body).status == 404


@pytest.mark.parametrize("sent", [{}, {"name": ""}, {"name": 7}])
def test_an_audience_needs_a_name(shop: Client, sent: Any):
    assert list(shop.call("POST", "/v2/audiences", sent).faults) == ["/name"]


def test_a_reset_brings_back_the_audiences_of_the_bundle(shop: Client):
    shop.call("DELETE", "/v2/audiences/9")
    shop.call("POST", "/v2/audiences", {"name": "Travel"})
    shop.send("POST", "/sandbox/v1/workspaces/audiences/reset", {})
    assert members(shop) == [["a", "b"]]
