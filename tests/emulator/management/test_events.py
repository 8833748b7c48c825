"""The event history as the Management API shows it."""

from __future__ import annotations

import pytest

from tests.client import Client, coupon_campaign, item

EVENTS = "/v1/applications/1/events/no_total"


@pytest.fixture
def shop(client: Client) -> Client:
    """A session with two codes that is closed a day later, and an event of another customer."""
    client.load(
        "events",
        clock="2026-06-15T12:00:00Z",
        campaigns=[coupon_campaign()],
        coupons=[{"value": "TEN", "campaignId": 1, "usageLimit": 0}],
        eventTypes=[{"id": 1, "name": "signed_up", "title": "Signed up"}],
        stores=[{"id": 3, "name": "Main", "integrationId": "main"}],
        attributes=[
            {"entity": "CustomerProfile", "name": name, "type": "string"}
            for name in ("Name", "Email")
        ],
        customerProfiles=[
            {"integrationId": "p", "attributes": {"Name": "Ann Bell", "Email": "ann@shop.test"}}
        ],
    )
    session = {"profileId": "p", "couponCodes": ["TEN", "NONE"], "cartItems": [item()]}
    client.put_session("s", storeIntegrationId="main", **session)
    client.send("PUT", "/sandbox/v1/workspaces/events/clock", {"now": "2026-06-16T12:00:00Z"})
    client.put_session("s", state="closed")
    client.call("POST", "/v2/events", {"type": "signed_up", "profileId": "q"})
    return client


def types(client: Client, query: str = "") -> list[str]:
    reply = client.manage("GET", f"{EVENTS}{query}")
    assert reply.status == 200, reply.body
    return [event["type"].removeprefix("talon_session_") for event in reply.body["data"]]


def test_events_are_listed_newest_first_with_their_effects(shop: Client):
    body = shop.manage("GET", EVENTS).body
    assert body["hasMore"] is False
    custom, closed, created = body["data"]
    assert custom == {
        "id": 3,
        "created": "2026-06-16T12:00:00Z",
        "applicationId": 1,
        "profileId": 2,
        "type": "signed_up",
        "attributes": {},
        "effects": [],
    }
    assert (closed["profileId"], closed["sessionId"], closed["storeId"]) == (1, 1, 3)
    assert closed["storeIntegrationId"] == "main"
    assert [effect["effectType"] for effect in created["effects"]] == [
        "rejectCoupon",
        "acceptCoupon",
        "setDiscount",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?pageSize=1&skip=1", ["closed"]),
        ("?sort=id", ["created", "closed", "signed_up"]),
        ("?type=signed_up,talon_session_closed", ["signed_up", "closed"]),
        ("?createdBefore=2026-06-16", ["created"]),
        ("?createdAfter=2026-06-16T12:00:00Z", ["signed_up", "closed"]),
        ("?session=s", ["closed", "created"]),
        ("?profile=q", ["signed_up"]),
        ("?customerName=ann", ["closed", "created"]),
        ("?customerEmail=SHOP.test", ["closed", "created"]),
        ("?customerEmail=nobody", []),
        ("?couponCode=NONE", ["closed", "created"]),
        ("?couponCode=OTHER", []),
        ("?referralCode=TEN", []),
        ("?ruleQuery=with%20code", ["closed", "created"]),
        ("?campaignQuery=ten", ["closed", "created"]),
        ("?campaignQuery=other", []),
        ("?effectType=setDiscount&pageSize=1", ["closed"]),
        ("?effectType=addFreeItem", []),
    ],
)
def test_events_are_found_by_what_they_are_and_led_to(shop: Client, query: str, found: list[str]):
    assert types(shop, query) == found


@pytest.mark.parametrize("parameter", ["customerName", "customerEmail"])
def test_one_letter_is_no_part_of_a_name(shop: Client, parameter: str):
    reply = shop.manage("GET", f"/v1/applications/1/events/no_total?{parameter}=a")
    assert list(reply.faults) == [parameter]


def test_a_dry_request_logs_no_event(shop: Client):
    before = types(shop)
    shop.put_session("other", "?dry=true", profileId="p", cartItems=[item()])
    assert types(shop) == before


def test_events_of_another_application_are_not_found(shop: Client):
    assert shop.manage("GET", "/v1/applications/2/events/no_total").status == 404
