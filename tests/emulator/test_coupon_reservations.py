"""/v1/coupon_reservations: who has reserved a code, hard or soft."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, coupon_campaign, item

CODE = "/v1/coupon_reservations/TEN"
HOLDERS = "/v1/coupon_reservations/customerprofiles/TEN"


@pytest.fixture
def shop(client: Client) -> Client:
    return loaded(client)


def loaded(client: Client, application: Any = None, **coupon: Any) -> Client:
    reply = client.load(
        "reserve",
        clock="2026-06-15T12:00:00Z",
        application=application or {},
        campaigns=[coupon_campaign()],
        coupons=[{"value": "TEN", "campaignId": 1, "reservationLimit": 1, **coupon}],
    )
    assert reply.status == 201, reply.body
    return client


def test_a_reservation_is_counted_once_for_each_customer(shop: Client):
    assert shop.call("POST", CODE, {"integrationIDs": ["b", "a", "b"]}).status == 201
    reply = shop.call("POST", CODE, {"integrationIDs": ["a"]})
    assert reply.body["reservationCounter"] == 2
    held = shop.call("GET", HOLDERS).body
    assert held["totalResultSize"] == 2
    assert [profile["integrationId"] for profile in held["data"]] == ["a", "b"]


def test_a_reservation_that_is_taken_back_counts_no_longer(shop: Client):
    shop.call("POST", CODE, {"integrationIDs": ["a", "b"]})
    assert shop.call("DELETE", CODE, {"integrationIDs": ["a", "nobody"]}).status == 204
    assert [p["integrationId"] for p in shop.call("GET", HOLDERS).body["data"]] == ["b"]
    assert shop.call("POST", CODE, {"integrationIDs": []}).body["reservationCounter"] == 1


def test_a_code_that_must_be_reserved_opens_with_its_reservation(client: Client):
    loaded(client, isReservationMandatory=True)
    cart = {"profileId": "a", "couponCodes": ["TEN"], "cartItems": [item()]}
    assert client.put_session("s", **cart).body["effects"][0]["effectType"] == "rejectCoupon"
    client.call("POST", CODE, {"integrationIDs": ["a"]})
    assert client.put_session("s", **cart).body["effects"][0]["effectType"] == "acceptCoupon"
    client.call("DELETE", CODE, {"integrationIDs": ["a"]})
    assert client.put_session("s", **cart).body["effects"][0]["effectType"] == "rejectCoupon"


def test_the_case_of_a_code_is_the_applications(client: Client):
    loaded(client, {"caseSensitivity": "insensitive-uppercase"})
    reply = client.call("POST", "/v1/coupon_reservations/ten", {"integrationIDs": ["a"]})
    assert reply.body["value"] == "TEN"


@pytest.mark.parametrize("personal", [{"recipientIntegrationId": "a"}, {"reservation": False}])
def test_a_personal_code_cannot_be_reserved(client: Client, personal: dict[str, Any]):
    loaded(client, **personal)
    reply = client.call("POST", CODE, {"integrationIDs": ["a"]})
    assert reply.status == 400
    assert list(reply.faults) == ["couponValue"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/coupon_reservations/NONE"),
        ("DELETE", "/v1/coupon_reservations/NONE"),
        ("GET", "/v1/coupon_reservations/customerprofiles/NONE"),
    ],
)
def test_an_unknown_code_is_not_found(shop: Client, method: str, path: str):
    assert shop.call(method, path, {"integrationIDs": []}).status == 404


def test_a_thousand_customers_are_the_most(shop: Client):
    reply = shop.call("POST", CODE, {"integrationIDs": [str(n) for n in range(1001)]})
    assert list(reply.faults) == ["/integrationIDs"]


def test_reserving_does_not_touch_a_customers_last_activity(client: Client):
    profile = {"integrationId": "a", "lastActivity": "2026-01-01T00:00:00Z"}
    client.load(
        "reserve",
        clock="2026-06-15T12:00:00Z",
        campaigns=[coupon_campaign()],
        coupons=[{"value": "TEN", "campaignId": 1}],
        customerProfiles=[profile],
    )
    client.call("POST", CODE, {"integrationIDs": ["a"]})
    (held,) = client.call("GET", HOLDERS).body["data"]
    assert held["lastActivity"] == "2026-01-01T00:00:00Z"
