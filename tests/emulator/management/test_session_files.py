"""Sessions and effects as CSV files."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from tests.client import Client, Reply, coupon_campaign, item

SESSIONS = "/v1/applications/1/export_customer_sessions"
EFFECTS = "/v1/applications/1/export_effects"


@pytest.fixture
def shop(client: Client) -> Client:
    client.load(
        "files",
        clock="2026-06-15T12:00:00Z",
        campaigns=[coupon_campaign()],
        coupons=[{"value": "TEN", "campaignId": 1, "usageLimit": 0, "id": 44}],
        stores=[{"id": 3, "name": "Main", "integrationId": "main"}],
    )
    client.put_session(
        "one",
        profileId="p",
        couponCodes=["TEN"],
        state="closed",
        storeIntegrationId="main",
        cartItems=[item(name='A "red" one, new')],
    )
    client.send("PUT", "/sandbox/v1/workspaces/files/clock", {"now": "2026-06-16T12:00:00Z"})
    client.put_session("two", cartItems=[item(20)])
    return client


def rows(reply: Reply) -> list[dict[str, str]]:
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "application/csv"
    return list(csv.DictReader(StringIO(reply.body)))


def test_a_session_is_a_row(shop: Client):
    first, second = rows(shop.manage("GET", SESSIONS))
    (line,) = json.loads(first.pop("cartitems"))
    assert line["name"] == 'A "red" one, new'
    assert first == {
        "id": "1",
        "firstsession": "true",
        "integrationid": "one",
        "applicationid": "1",
        "profileid": "1",
        "profileintegrationid": "p",
        "created": "2026-06-15T12:00:00Z",
        "state": "closed",
        "discounts": "{}",
        "total": "100",
        "attributes": "{}",
        "closedat": "2026-06-15T12:00:00Z",
        "cancelledat": "0001-01-01T00:00:00Z",
        "referral": "",
        "identifiers": "[]",
        "additional_costs": "{}",
        "updated": "2026-06-15T12:00:00Z",
        "store_integration_id": "main",
        "coupons": '["TEN"]',
    }
    assert (second["profileid"], second["closedat"]) == ("", "0001-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?profileIntegrationId=p", ["one"]),
        ("?customerSessionState=open", ["two"]),
        ("?createdAfter=2026-06-16", ["two"]),
        ("?updatedBefore=2026-06-16", ["one"]),
        ("?createdBefore=2026-06-16&customerSessionState=open", []),
    ],
)
def test_sessions_are_chosen_by_what_they_are(shop: Client, query: str, found: list[str]):
    assert [row["integrationid"] for row in rows(shop.manage("GET", f"{SESSIONS}{query}"))] == found


def test_dates_can_be_those_of_spreadsheets(shop: Client):
    assert (
        rows(shop.manage("GET", f"{SESSIONS}?dateFormat=excel"))[0]["created"]
        == "2026-06-15 12:00:00"
    )
    assert shop.manage("GET", f"{SESSIONS}?dateFormat=words").status == 400


def test_an_effect_is_a_row(shop: Client):
    accepted, discount = rows(shop.manage("GET", EFFECTS))
    assert json.loads(discount.pop("props"))["value"] == 10
    assert accepted["name"] == "acceptCoupon"
    assert discount == {
        "created": "2026-06-15T12:00:00Z",
        "name": "setDiscount",
        "applicationid": "1",
        "campaignid": "1",
        "rulesetid": "11",
        "ruleindex": "0",
        "sessionintegrationid": "one",
        "profileintegrationid": "p",
        "sessionid": "1",
        "profileid": "1",
        "eventid": discount["eventid"],
        "event_type": "talon_session_closed",
        "total_revenue": "100",
        "couponid": "44",
        "store_id": "3",
        "store_integration_id": "main",
    }


def test_effects_are_chosen_by_campaign_and_time(shop: Client):
    assert rows(shop.manage("GET", f"{EFFECTS}?campaignId=2")) == []
    assert rows(shop.manage("GET", f"{EFFECTS}?createdAfter=2026-06-16")) == []
    assert len(rows(shop.manage("GET", f"{EFFECTS}?campaignId=1&createdBefore=2026-06-16"))) == 2
