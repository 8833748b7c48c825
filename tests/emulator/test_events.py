"""Custom events and advanced ones."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, Reply, item
from tests.emulator.test_lifecycle import campaign
from tests.emulator.test_profiles import check, inventory, notify, titles

NOW = "2026-06-15T12:00:00Z"
TYPES = [{"id": 1, "name": "viewed", "title": "Viewed"}]
PAGE = {"entity": "Event", "name": "Page", "type": "string", "eventType": "shared"}
HAPPENED = check("checkEvent", eventType="viewed")


def load(client: Client, *campaigns: dict[str, Any], **parts: Any) -> Client:
    parts = {"clock": NOW, "eventTypes": TYPES, "attributes": [PAGE]} | parts
    reply = client.load("events", campaigns=list(campaigns), **parts)
    assert reply.status == 201, reply.body
    return client


def track(client: Client, query: str = "?silent=no", **body: Any) -> Reply:
    return client.call("POST", f"/v2/events{query}", {"profileId": "p", "type": "viewed"} | body)


def track_advanced(client: Client, id: str = "e", query: str = "", **body: Any) -> Reply:
    body = {"profileId": "p", "type": "viewed", "integrationId": id} | body
    return client.call("POST", f"/v3/events{query}", body)


def test_an_event_creates_its_profile_without_a_word(client: Client):
    rules = [campaign(1, check("checkEvent", eventType="profileCreated"), notify("welcome"))]
    load(client, *rules)
    assert titles(track(client)) == []
    assert inventory(client, "profile").body["profile"]["lastActivity"] == NOW


def test_an_event_is_silent_unless_asked(client: Client):
    load(client, campaign(1, HAPPENED, notify("hi")))
    reply = track(client, "")
    assert (reply.status, reply.body) == (204, None)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type": "nothing"}, "/type"),
        ({"type": "talon_session_closed"}, "/type"),
        ({"type": ""}, "/type"),
        ({"profileId": ""}, "/profileId"),
        ({"type": "viewed", "attributes": {"Page": "x"}}, "/attributes/Page"),
        ({"type": "shared", "attributes": {"Page": 7}}, "/attributes/Page"),
        ({"storeIntegrationId": "NOWHERE"}, "/storeIntegrationId"),
        ({"loyaltyCards": ["NONE"]}, "/loyaltyCards/0"),
        ({"responseContent": ["customerSession"]}, "/responseContent/0"),
    ],
)
def test_what_an_event_cannot_say_is_refused(client: Client, body: dict[str, Any], pointer: str):
    load(client)
    reply = track(client, **body)
    assert (reply.status, list(reply.faults)) == (400, [pointer])


def test_an_attribute_of_events_makes_their_type(client: Client):
    load(client)
    assert track(client, type="shared", attributes={"Page": "gifts"}).status == 200


def test_all_campaigns_are_forced_in_dry_events_only(client: Client):
    load(client)
    reply = track(client, "?forceCompleteEvaluation=true")
    assert list(reply.faults) == ["forceCompleteEvaluation"]


def test_a_rule_without_a_session_condition_does_not_discount_an_event(client: Client):
    load(
        client,
        campaign(
            1,
            check(
                "checkAttribute", operator="greaterThan", attribute="$Session.CartItems", value=0
            ),
            notify("cart"),
        ),
    )
    reply = track(client, responseContent=["ruleFailureReasons"])
    assert titles(reply) == []


def test_an_advanced_event_comes_once(client: Client):
    load(client, campaign(1, HAPPENED, notify("hi")))
    assert titles(track_advanced(client)) == ["hi"]
    again = track_advanced(client)
    assert (again.status, again.body["errors"]) == (409, [])
    assert track_advanced(client, query="?dry=true").status == 409
    assert track_advanced(client, "other").status == 200


def test_an_advanced_event_is_silent_when_asked(client: Client):
    load(client)
    assert track_advanced(client, query="?silent=yes").status == 204
    assert client.call("GET", "/v3/events/e").status == 200
    assert client.call("GET", "/v3/events/ghost").status == 404


def test_a_connected_session_is_read_and_not_discounted(client: Client):
    award = {
        "id": "d",
        "type": "awardDiscount",
        "name": "off",
        "value": 1,
        "target": {"type": "allItems"},
    }
    per_item = {
        "id": "e",
        "type": "x-addLoyaltyPoints",
        "name": "p",
        "programId": 5,
        "value": "{{$Item.Price}}",
        "target": {"type": "allItems"},
    }
    load(
        client,
        campaign(1, HAPPENED, award),
        campaign(2, HAPPENED, per_item),
        loyaltyPrograms=[{"id": 5, "name": "club"}],
    )
    client.put_session("s", profileId="p", state="closed", cartItems=[item(30), item(12)])
    reply = track_advanced(client, connectedSessionId="s", responseContent=["loyalty"])
    assert [e["effectType"] for e in reply.body["effects"]] == ["addLoyaltyPoints"] * 2
    assert reply.body["loyalty"]["programs"]["5"]["ledger"]["currentBalance"] == 42
    assert client.get_session("s").body["effects"] == []


@pytest.mark.parametrize("state", ["open", "cancelled"])
def test_a_connected_session_must_be_closed(client: Client, state: str):
    load(client)
    client.put_session("s", profileId="p", cartItems=[item()])
    if state != "open":
        client.put_session("s", state=state)
    reply = track_advanced(client, connectedSessionId="s")
    assert list(reply.faults) == ["/connectedSessionId"]


def test_an_export_restores_events(client: Client):
    load(client, campaign(1, HAPPENED, notify("hi")))
    track(client)
    event = track_advanced(client, responseContent=["advancedEvent"]).body["advancedEvent"]
    bundle = client.send("GET", "/sandbox/v1/workspaces/events").body
    client.load("copy", **bundle)
    assert client.call("GET", "/v3/events/e").body == event
    assert track_advanced(client).status == 409
    assert [e["type"] for e in bundle["x-runtime"]["events"]] == ["viewed", "viewed"]
