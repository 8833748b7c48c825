from __future__ import annotations

import pytest

from sandbox.emulator.server import BackgroundServer
from tests.client import Client, coupon_campaign, item

COUPON = {"value": "TEN", "campaignId": 1, "usageLimit": 1}


@pytest.fixture
def shop(client: Client) -> Client:
    client.load("shop", campaigns=[coupon_campaign()], coupons=[COUPON])
    return client


@pytest.mark.parametrize(
    "session_id", ["a/b", "../x", "%", "%2F", "100% cotton", "🛒", "a b", "ünï", "?q=1#x", "'; --"]
)
def test_any_id_works(shop: Client, session_id: str):
    shop.put_session(session_id, cartItems=[item()])
    reply = shop.get_session(session_id)
    assert reply.status == 200
    assert reply.body["customerSession"]["integrationId"] == session_id


def test_totals_are_decimal_sums(shop: Client):
    reply = shop.call(
        "PUT",
        "/v2/customer_sessions/s",
        b'{"customerSession":{"cartItems":[{"sku":"a","quantity":3,"price":0.1},'
        b'{"sku":"b","quantity":1,"price":99.99}]},"responseContent":["customerSession"]}',
    )
    assert reply.body["customerSession"]["total"] == 100.29


def test_a_profile_is_created_by_its_first_session(shop: Client):
    first = shop.put_session("s1", content=["customerSession"], profileId="p", cartItems=[item()])
    second = shop.put_session("s2", content=["customerSession"], profileId="p", cartItems=[item()])
    assert first.body["customerSession"]["firstSession"] is True
    assert second.body["customerSession"]["firstSession"] is False


def test_a_closed_order_counts_for_its_profile_until_it_is_cancelled(shop: Client):
    def history() -> tuple[int, float]:
        reply = shop.put_session("look", "?dry=true", ["customerProfile"], profileId="p")
        profile = reply.body["customerProfile"]
        return profile["closedSessions"], profile["totalSales"]

    shop.put_session("s", profileId="p", state="closed", couponCodes=["TEN"], cartItems=[item()])
    assert history() == (1, 100)
    shop.put_session("s", state="cancelled")
    assert history() == (0, 0)


def test_cancelling_leaves_no_effects_on_the_session(shop: Client):
    shop.put_session("s", state="closed", couponCodes=["TEN"], cartItems=[item()])
    shop.put_session("s", state="cancelled")
    reply = shop.get_session("s")
    assert reply.body["customerSession"]["state"] == "cancelled"
    assert reply.body["effects"] == []


@pytest.mark.parametrize("state", ["open", "closed", None, "partially_returned"])
def test_a_closed_session_cannot_be_changed(shop: Client, state: str | None):
    shop.put_session("s", state="closed", cartItems=[item()])
    update = {"state": state} if state else {"cartItems": [item(5)]}
    reply = shop.put_session("s", **update)
    assert reply.status == 400
    assert list(reply.faults) == ["/customerSession/state"]
    assert shop.get_session("s").body["customerSession"]["total"] == 100


def test_two_open_sessions_share_the_last_redemption_and_the_second_close_loses(shop: Client):
    for session_id in ("s1", "s2"):
        shop.put_session(session_id, couponCodes=["TEN"], cartItems=[item()])
    shop.put_session("s1", state="closed")
    reply = shop.put_session("s2", state="closed")
    assert reply.body["effects"][0]["props"]["rejectionReason"] == "CouponLimitReached"


def test_a_budget_is_spent_at_close_and_given_back_on_cancel(client: Client):
    limits = [{"action": "setDiscount", "limit": 15}]
    client.load(
        "budget", campaigns=[coupon_campaign(limits=limits)], coupons=[COUPON | {"usageLimit": 0}]
    )

    def fits() -> bool:
        reply = client.put_session("look", "?dry=true", couponCodes=["TEN"], cartItems=[item()])
        return reply.body["effects"][0]["effectType"] == "acceptCoupon"

    client.put_session("s", state="closed", couponCodes=["TEN"], cartItems=[item()])
    assert not fits()
    client.put_session("s", state="cancelled")
    assert fits()


def test_a_dry_update_may_pretend_a_future_time(client: Client):
    coupon = COUPON | {"startDate": "2026-07-01T00:00:00Z"}
    client.load(
        "future", clock="2026-06-15T12:00:00Z", campaigns=[coupon_campaign()], coupons=[coupon]
    )
    later = client.put_session(
        "s", "?dry=true&now=2026-07-02T00:00:00%2B02:00", couponCodes=["TEN"], cartItems=[item()]
    )
    assert later.body["effects"][0]["effectType"] == "acceptCoupon"


@pytest.mark.parametrize(
    "query",
    ["?now=2030-01-01T00:00:00Z", "?dry=true&now=2020-01-01T00:00:00Z", "?dry=true&now=soon"],
)
def test_a_time_that_cannot_be_pretended_is_refused(shop: Client, query: str):
    reply = shop.put_session("s", query, cartItems=[item()])
    assert reply.status == 400
    assert list(reply.faults) == ["now"]


def test_catalog_items_need_no_price(client: Client):
    catalog = {"name": "c", "items": [{"id": 9, "sku": "A", "price": 12.5, "category": "Mugs"}]}
    client.load("catalog", catalogs=[catalog])
    reply = client.put_session(
        "s", content=["customerSession"], cartItems=[{"sku": "A", "quantity": 2}]
    )
    line = reply.body["customerSession"]["cartItems"][0]
    assert (line["price"], line["category"], line["catalogItemID"]) == (12.5, "Mugs", 9)


def test_workspaces_do_not_see_each_other(server: BackgroundServer):
    mine, other = Client(server.running.base_url), Client(server.running.base_url)
    mine.load("mine", campaigns=[coupon_campaign()], coupons=[COUPON])
    other.load("other")
    mine.put_session("s", couponCodes=["TEN"], cartItems=[item()])
    assert other.get_session("s").status == 404
    reply = other.put_session("s", couponCodes=["TEN"], cartItems=[item()])
    assert reply.body["effects"][0]["props"]["rejectionReason"] == "CouponNotFound"


def test_triggered_campaigns_keep_what_only_the_bundle_knows(client: Client):
    always = coupon_campaign(state="disabled", tags=["x"], couponSettings={"couponPattern": "A#"})
    always["ruleset"]["promotionRules"][0]["blocks"].pop(0)
    client.load("campaigns", campaigns=[always])
    reply = client.put_session(
        "s", "?dry=true", ["triggeredCampaigns"], evaluableCampaignIds=[1], cartItems=[item()]
    )
    (campaign,) = reply.body["triggeredCampaigns"]
    assert campaign["frontendState"] == "disabled"
    assert campaign["couponSettings"] == {"couponPattern": "A#"}
    assert "ruleset" not in campaign


def test_campaign_eligibility_says_which_rule_stopped_where(shop: Client):
    reply = shop.put_session("s", "?dry=true", ["campaignEligibility"], cartItems=[item()])
    (campaign,) = reply.body["campaignEligibility"]
    assert campaign["eligibility"] == [
        {"passed": False, "details": {"failureCode": "ALL_RULES_FAILED"}}
    ]
    details = campaign["rules"][0]["eligibility"][0]["details"]
    assert (details["failureCode"], details["conditionIndex"]) == ("CONDITION_NOT_MET", 0)


def test_the_answer_that_closes_counts_its_own_redemption(shop: Client):
    order = {"profileId": "p", "couponCodes": ["TEN"], "cartItems": [item()]}
    before = shop.put_session("s", content=["coupons"], **order)
    closing = shop.put_session("s", content=["coupons"], state="closed", **order)
    counts = [reply.body["coupons"][0]["profileRedemptionCount"] for reply in (before, closing)]
    assert counts == [0, 1]
