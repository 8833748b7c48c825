"""Reports on what customers have done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, coupon_campaign, item

APPLICATION = "/v1/applications/1"
REPORTS = f"{APPLICATION}/customer_activity_reports"
DAY = "?rangeStart=2026-06-15&rangeEnd=2026-06-15T23:59:59Z"


@pytest.fixture
def shop(client: Client) -> Client:
    """Ann has two orders, a rejected coupon and a cancelled order; a day later one more."""
    client.load(
        "reports",
        clock="2026-06-15T12:00:00Z",
        campaigns=[coupon_campaign()],
        coupons=[{"value": "TEN", "campaignId": 1, "usageLimit": 0}],
        attributes=[{"entity": "CustomerProfile", "name": "Name", "type": "string"}],
        customerProfiles=[
            {"integrationId": "ann", "attributes": {"Name": "Ann"}},
            {"integrationId": "bob"},
        ],
        referrals=[
            {
                "campaignId": 1,
                "code": "ANNS",
                "advocateProfileIntegrationId": "ann",
                "referredCustomers": ["bob"],
            }
        ],
    )

    def order(session_id: str, price: int, *codes: str, profile_id: str = "ann") -> None:
        client.put_session(
            session_id,
            profileId=profile_id,
            couponCodes=list(codes),
            state="closed",
            cartItems=[item(price)],
        )

    order("with", 100, "TEN")
    order("without", 50, "WRONG")
    order("back", 70, "TEN")
    client.put_session("back", state="cancelled")
    client.send("PUT", "/sandbox/v1/workspaces/reports/clock", {"now": "2026-06-16T12:00:00Z"})
    order("next", 30, "TEN")
    return client


def test_a_report_counts_what_was_done_in_a_time(shop: Client):
    assert shop.manage("GET", f"{REPORTS}/1{DAY}").body == {
        "integrationId": "ann",
        "created": "2026-06-15T12:00:00Z",
        "name": "Ann",
        "customerId": 1,
        "lastActivity": "2026-06-16T12:00:00Z",
        "couponRedemptions": 1,
        "couponUseAttempts": 2,
        "couponFailedAttempts": 1,
        "accruedDiscounts": 10,
        "accruedRevenue": 150,
        "totalOrders": 2,
        "totalOrdersNoCoupon": 1,
        "campaignName": "Ten",
    }


def test_a_report_needs_a_range_and_somebody(shop: Client):
    assert set(shop.manage("GET", f"{REPORTS}/1").faults) == {"rangeStart", "rangeEnd"}
    assert shop.manage("GET", f"{REPORTS}/9{DAY}").status == 404
    assert set(shop.manage("GET", f"{REPORTS}/no_total").faults) == {"rangeStart", "rangeEnd"}


def test_a_report_has_no_pages_and_refuses_what_is_none(shop: Client):
    assert list(shop.manage("GET", f"{REPORTS}/1{DAY}&pageSize=0").faults) == ["pageSize"]


def listed(client: Client, query: str) -> list[tuple[str, Any]]:
    reply = client.manage("GET", f"{REPORTS}/no_total{DAY}{query}")
    assert reply.status == 200, reply.body
    return [(report["integrationId"], report["totalOrders"]) for report in reply.body["data"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [("ann", 2), ("bob", 0)]),
        ("&sort=totalOrders", [("bob", 0), ("ann", 2)]),
        ("&pageSize=1&skip=1", [("bob", 0)]),
        ("&integrationId=bob", [("bob", 0)]),
        ("&name=Ann", [("ann", 2)]),
        ("&campaignName=Ten", [("ann", 2)]),
        ("&campaignName=Other", []),
        ("&advocateName=Ann", [("bob", 0)]),
        ("&advocateName=Ann&name=Ann", []),
    ],
)
def test_reports_are_listed_and_found(shop: Client, query: str, found: list[tuple[str, Any]]):
    assert listed(shop, query) == found


def test_analytics_have_no_pages_and_refuse_what_is_none(shop: Client):
    reply = shop.manage("GET", f"{APPLICATION}/customers/1/analytics?pageSize=0")
    assert list(reply.faults) == ["pageSize"]


def test_analytics_look_at_all_time(shop: Client):
    assert shop.manage("GET", f"{APPLICATION}/customers/1/analytics").body == {
        "acceptedCoupons": 2,
        "createdCoupons": 0,
        "freeItems": 0,
        "totalOrders": 3,
        "totalDiscountedOrders": 2,
        "totalRevenue": 180,
        "totalDiscounts": 13,
    }
    assert shop.manage("GET", f"{APPLICATION}/customers/9/analytics").status == 404
