"""getCouponsWithoutTotalCount and the two advanced searches."""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.emulator.management.codes import coupon, loaded, values

CAMPAIGN = "/v1/applications/7/campaigns/1"
ADVANCED = "coupons_search_advanced/no_total"
COUPONS = [
    coupon(1, "SUMMER-10", batchId="one", usageCounter=1),
    coupon(
        2,
        "summer20",
        created="2026-06-10T00:00:00Z",
        batchId="two",
        usageLimit=0,
        usageCounter=3,
        startDate="2026-06-01T00:00:00Z",
        expiryDate="2026-06-15T12:00:00Z",
    ),
    coupon(
        3,
        "GIFT",
        usageLimit=2,
        usageCounter=1,
        startDate="2026-06-15T12:00:01Z",
        recipientIntegrationId="anna",
        attributes={"channel": "mail", "rank": 2},
    ),
    coupon(
        4,
        "LATE",
        startDate="2026-06-15T12:00:00Z",
        expiryDate="2026-12-31T23:59:59.5+01:00",
        referralId=47,
        attributes={"channel": "mail", "rank": 1},
    ),
    coupon(5, "ELSEWHERE", campaignId=2, attributes={"channel": "mail"}),
]


@pytest.fixture
def shop(client: Client) -> Client:
    return loaded(client, coupons=COUPONS)


def test_coupons_of_the_campaign_are_listed_by_id(shop: Client):
    reply = shop.manage("GET", f"{CAMPAIGN}/coupons/no_total")
    assert reply.body["hasMore"] is False
    assert [coupon["id"] for coupon in reply.body["data"]] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("value=summer", ["SUMMER-10", "summer20"]),
        ("value=UMMER1", ["SUMMER-10"]),
        ("value=--", []),
        ("value=", ["SUMMER-10", "summer20", "GIFT", "LATE"]),
        ("value=summer&exactMatch=true", []),
        ("value=SUMMER10&exactMatch=true", ["SUMMER-10"]),
        ("value=SuMMer-20&exactMatch=true", ["summer20"]),
        ("createdBefore=2026-06-10T02:00:00%2B02:00", ["summer20"]),
        ("createdAfter=2026-06-11T00:00:00Z", ["SUMMER-10", "GIFT", "LATE"]),
        ("startsAfter=2026-06-15T12:00:01Z", ["GIFT"]),
        ("startsBefore=2026-06-15T12:00:00Z", ["summer20", "LATE"]),
        ("expiresAfter=2026-06-16", ["LATE"]),
        ("expiresBefore=2026-06-16", ["summer20"]),
        ("valid=expired", ["summer20"]),
        ("valid=validNow", ["SUMMER-10", "LATE"]),
        ("valid=validFuture", ["GIFT"]),
        ("usable=true", ["summer20", "GIFT", "LATE"]),
        ("usable=false", ["SUMMER-10"]),
        ("redeemed=true", ["SUMMER-10", "summer20", "GIFT"]),
        ("redeemed=false", ["LATE"]),
        ("batchId=two", ["summer20"]),
        ("referralId=47", ["LATE"]),
        ("recipientIntegrationId=anna", ["GIFT"]),
        ("sort=-value", ["summer20", "SUMMER-10", "LATE", "GIFT"]),
        ("sort=expiryDate", ["SUMMER-10", "GIFT", "summer20", "LATE"]),
        ("sort=-usageCounter,value", ["summer20", "GIFT", "SUMMER-10", "LATE"]),
        ("pageSize=2&skip=1", ["summer20", "GIFT"]),
    ],
)
def test_a_list_can_be_narrowed_and_sorted(shop: Client, query: str, found: list[str]):
    assert values(shop, f"?{query}") == found


def test_a_page_says_whether_there_are_more(shop: Client):
    assert shop.manage("GET", f"{CAMPAIGN}/coupons/no_total?pageSize=3").body["hasMore"] is True
    assert shop.manage("GET", f"{CAMPAIGN}/coupons/no_total?pageSize=4").body["hasMore"] is False


def test_values_can_be_listed_alone(shop: Client):
    reply = shop.manage("GET", f"{CAMPAIGN}/coupons/no_total?valuesOnly=true&value=gift")
    assert reply.body == {"hasMore": False, "data": [{"value": "GIFT"}]}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("valid=maybe", "valid"),
        ("usable=1", "usable"),
        ("usable=true&redeemed=true", "redeemed"),
        ("sort=colour", "sort"),
        ("createdAfter=soon", "createdAfter"),
        ("referralId=x", "referralId"),
        ("exactMatch=yes", "exactMatch"),
        ("pageSize=0", "pageSize"),
    ],
)
def test_a_wrong_parameter_is_named(shop: Client, query: str, parameter: str):
    reply = shop.manage("GET", f"{CAMPAIGN}/coupons/no_total?{query}")
    assert reply.status == 400
    assert list(reply.faults) == [parameter]


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ({}, [1, 2, 3, 4]),
        ({"channel": "mail"}, [3, 4]),
        ({"channel": "mail", "rank": 1.0}, [4]),
        ({"rank": True}, []),
        ({"channel": "post"}, []),
    ],
)
def test_coupons_are_found_by_their_attributes(shop: Client, attributes, found):
    reply = shop.manage("POST", f"{CAMPAIGN}/{ADVANCED}", attributes)
    assert reply.status == 200
    assert [coupon["id"] for coupon in reply.body["data"]] == found


def test_attributes_go_with_the_other_filters_and_pages(shop: Client):
    path = f"/v1/applications/7/{ADVANCED}"
    mail = {"channel": "mail"}
    reply = shop.manage("POST", f"{path}?pageSize=1&skip=1", mail)
    assert [coupon["id"] for coupon in reply.body["data"]] == [4]
    assert reply.body["hasMore"] is True
    reply = shop.manage("POST", f"{path}?value=e&sort=-id", mail)
    assert [coupon["id"] for coupon in reply.body["data"]] == [5, 4]


def test_all_campaigns_of_an_application_are_searched(shop: Client):
    reply = shop.manage("POST", f"/v1/applications/7/{ADVANCED}", {"channel": "mail"})
    assert [coupon["id"] for coupon in reply.body["data"]] == [3, 4, 5]


@pytest.mark.parametrize(
    ("state", "found"),
    [("running", [1]), ("enabled", [1, 2]), ("expired", [2]), ("archived", []), ("staged", [])],
)
def test_a_search_can_ask_for_the_state_of_campaigns(client: Client, state: str, found: list[int]):
    ruleset = {"id": 1, "promotionRules": []}
    campaigns = [
        {"id": 1, "name": "Now", "ruleset": ruleset},
        {"id": 2, "name": "Past", "ruleset": ruleset, "endTime": "2026-01-01T00:00:00Z"},
    ]
    coupons = [coupon(1, "NOW1"), coupon(2, "PAST", campaignId=2)]
    loaded(client, campaigns=campaigns, coupons=coupons)
    reply = client.manage("POST", f"/v1/applications/7/{ADVANCED}?campaignState={state}", {})
    assert [coupon["id"] for coupon in reply.body["data"]] == found
