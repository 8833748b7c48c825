"""Customer sessions as the Management API shows them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, coupon_campaign, item

SESSIONS = "/v1/applications/1/sessions"


@pytest.fixture
def shop(client: Client) -> Client:
    """Three sessions: a's is closed with a coupon, b's is open, nobody's has a store."""
    client.load(
        "sessions",
        clock="2026-06-15T12:00:00Z",
        campaigns=[coupon_campaign()],
        coupons=[{"value": "TEN", "campaignId": 1, "usageLimit": 0}],
        stores=[{"id": 3, "name": "Main", "integrationId": "main-street"}],
        attributes=[{"entity": "CustomerProfile", "name": "City", "type": "string"}],
        customerProfiles=[{"integrationId": "a", "attributes": {"City": "Ulm"}}],
    )
    client.put_session(
        "first", profileId="a", couponCodes=["TEN"], state="closed", cartItems=[item()]
    )
    client.send("PUT", "/sandbox/v1/workspaces/sessions/clock", {"now": "2026-06-16T12:00:00Z"})
    client.put_session("second", profileId="b", cartItems=[item(30)])
    client.put_session("third", storeIntegrationId="main-street", cartItems=[item(20)])
    return client


def listed(client: Client, query: str = "") -> list[str]:
    reply = client.manage("GET", f"{SESSIONS}{query}")
    assert reply.status == 200, reply.body
    return [session["integrationId"] for session in reply.body["data"]]


def test_a_session_is_shown_with_its_discounts(shop: Client):
    session = shop.manage("GET", f"{SESSIONS}/1").body
    (line,) = session.pop("cartItems")
    assert line["sku"] == "A"
    assert session == {
        "id": 1,
        "created": "2026-06-15T12:00:00Z",
        "integrationId": "first",
        "applicationId": 1,
        "profileId": 1,
        "profileintegrationid": "a",
        "coupon": "TEN",
        "referral": "",
        "state": "closed",
        "discounts": {},
        "totalDiscounts": 10,
        "total": 100,
        "attributes": {},
    }


def test_a_session_that_is_not_there_is_not_found(shop: Client):
    assert shop.manage("GET", f"{SESSIONS}/99").status == 404


def test_sessions_are_listed_in_the_order_of_their_ids_with_discounts_of_0(shop: Client):
    body = shop.manage("GET", SESSIONS).body
    assert [session["id"] for session in body["data"]] == [1, 2, 3]
    assert [session["totalDiscounts"] for session in body["data"]] == [0, 0, 0]
    assert body["hasMore"] is False


def test_a_session_that_is_listed_alone_has_its_discounts(shop: Client):
    (session,) = shop.manage("GET", f"{SESSIONS}?integrationId=first").body["data"]
    assert session["totalDiscounts"] == 10


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?pageSize=1&skip=1", ["second"]),
        ("?profile=b", ["second"]),
        ("?integrationId=thir", []),
        ("?integrationId=thir&partialMatch=true", ["third"]),
        ("?integrationId=IRS&partialMatch=true", ["first"]),
        ("?integrationId=ir&partialMatch=true", []),
        ("?coupon=TEN", ["first"]),
        ("?coupon=ten", []),
        ("?coupon=ten&partialMatch=true", ["first"]),
        ("?referral=x", []),
        ("?storeIntegrationId=main-street", ["third"]),
        ("?storeIntegrationId=street&partialMatch=true", ["third"]),
        ("?state=open", ["second", "third"]),
        ("?createdAfter=2026-06-16T00:00:00Z", ["second", "third"]),
        ("?createdBefore=2026-06-16", ["first"]),
        ("?sort=-total", ["first", "second", "third"]),
        ("?sort=state,-id", ["first", "third", "second"]),
        ("?sort=-created&pageSize=1&state=open", ["second"]),
    ],
)
def test_sessions_are_found_by_what_they_hold(shop: Client, query: str, found: list[str]):
    assert listed(shop, query) == found


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("?state=paid", "state"),
        ("?partialMatch=1", "partialMatch"),
        ("?createdAfter=yesterday", "createdAfter"),
        ("?sort=colour", "sort"),
        ("?pageSize=1001", "pageSize"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(shop: Client, query: str, parameter: str):
    reply = shop.manage("GET", f"{SESSIONS}{query}")
    assert reply.status == 400
    assert list(reply.faults) == [parameter]


def test_sessions_are_found_by_attributes_of_their_customers(shop: Client):
    def found(attributes: dict[str, Any]) -> Any:
        query = "?withTotalResultSize=true"
        body = {"attributes": attributes}
        return shop.manage("POST", f"/v1/applications/1/sessions_search{query}", body).body

    of_ulm = found({"City": "Ulm"})
    assert [session["integrationId"] for session in of_ulm["data"]] == ["first"]
    assert (of_ulm["totalResultSize"], of_ulm["hasMore"]) == (1, False)
    assert found({"City": "Bonn"})["data"] == []


def test_sessions_of_another_application_are_not_found(shop: Client):
    assert shop.manage("GET", "/v1/applications/2/sessions").status == 404
