"""updateCoupon, updateCouponBatch, deleteCoupon, deleteCoupons, createCouponsDeletionJob."""

from __future__ import annotations

import pytest

from tests.client import Client, coupon_campaign, item
from tests.emulator.management.codes import coupon, create, loaded, values

CAMPAIGN = "/v1/applications/7/campaigns/1"
OTHER = "/v1/applications/7/campaigns/2"
COUPON = f"{CAMPAIGN}/coupons/1"
FULL = coupon(
    1,
    "FULL",
    batchId="one",
    usageLimit=3,
    startDate="2026-06-01T00:00:00Z",
    expiryDate="2026-07-01T00:00:00Z",
    recipientIntegrationId="anna",
    attributes={"channel": "mail", "rank": 1},
)


@pytest.fixture
def shop(client: Client) -> Client:
    return loaded(client, coupons=[FULL, coupon(2, "OTHER", batchId="two")])


def test_an_update_sets_what_it_names(shop: Client):
    sent = {
        "usageLimit": 5,
        "discountLimit": 10,
        "expiryDate": "2026-08-01T00:00:00Z",
        "recipientIntegrationId": "ben",
        "attributes": {"rank": None},
        "isReservationMandatory": True,
    }
    reply = shop.manage("PUT", COUPON, sent)
    assert reply.status == 200
    changed = reply.body
    assert changed.items() >= {k: v for k, v in sent.items() if k != "attributes"}.items()
    assert changed["attributes"] == {"channel": "mail"}
    assert shop.manage("GET", f"{CAMPAIGN}/coupons/no_total?value=FULL").body["data"] == [changed]


def test_an_update_takes_away_dates_and_recipient_that_it_does_not_name(shop: Client):
    changed = shop.manage("PUT", COUPON, {}).body
    assert not {"startDate", "expiryDate", "recipientIntegrationId"} & set(changed)
    assert changed["usageLimit"] == 3
    assert changed["attributes"] == {"channel": "mail", "rank": 1}


def test_lists_follow_an_update(shop: Client):
    shop.manage("PUT", COUPON, {"startDate": "2026-12-01T00:00:00Z"})
    assert values(shop, "?valid=validFuture") == ["FULL"]
    assert values(shop, "?recipientIntegrationId=anna") == []


def test_the_next_evaluation_sees_an_update(shop: Client):
    def reason() -> str:
        session = {"cartItems": [item()], "couponCodes": ["OTHER"]}
        [effect, *_] = shop.put_session("s", "?dry=true", **session).body["effects"]
        return effect["props"].get("rejectionReason", effect["effectType"])

    assert reason() == "acceptCoupon"
    shop.manage("PUT", f"{CAMPAIGN}/coupons/2", {"expiryDate": "2026-06-01T00:00:00Z"})
    assert reason() == "CouponExpired"
    shop.manage("DELETE", f"{CAMPAIGN}/coupons/2")
    assert reason() == "CouponNotFound"


def test_a_wrong_update_changes_nothing(shop: Client):
    sent = {"usageLimit": -1, "attributes": {"colour": "red"}, "discountLimit": -1}
    assert shop.manage("PUT", COUPON, sent).status == 400
    limits = [{"action": "redeemCoupon", "limit": 1, "entities": ["Profile"]}]
    reply = shop.manage("PUT", COUPON, {"limits": limits, "recipientIntegrationId": "anna"})
    assert list(reply.faults) == ["/limits"]
    assert shop.manage("GET", f"{CAMPAIGN}/coupons/no_total").body["data"][0]["usageLimit"] == 3


def test_a_misspelt_field_of_an_update_is_refused(shop: Client):
    assert list(shop.manage("PUT", COUPON, {"usagelimit": 9}).faults) == ["/usagelimit"]
    reply = shop.manage("PUT", f"{CAMPAIGN}/coupons", {"usageLimit": 9, "batchId": "b1"})
    assert list(reply.faults) == ["/batchId"]


def test_a_coupon_of_another_campaign_is_not_found(shop: Client):
    assert shop.manage("PUT", f"{OTHER}/coupons/1", {}).status == 404
    assert shop.manage("DELETE", f"{OTHER}/coupons/1").status == 404
    assert shop.manage("DELETE", f"{CAMPAIGN}/coupons/9").status == 404


def test_a_batch_is_updated_alone(shop: Client):
    sent = {"batchID": "one", "usageLimit": 9, "attributes": {"rank": 7}}
    assert shop.manage("PUT", f"{CAMPAIGN}/coupons", sent).status == 204
    first, second = shop.manage("GET", f"{CAMPAIGN}/coupons/no_total").body["data"]
    assert (first["usageLimit"], second["usageLimit"]) == (9, 1)
    assert first["attributes"] == {"channel": "mail", "rank": 7}
    assert "startDate" not in first
    assert first["recipientIntegrationId"] == "anna"


def test_without_a_batch_all_coupons_are_updated(shop: Client):
    shop.manage("PUT", f"{CAMPAIGN}/coupons", {"startDate": "2026-12-01T00:00:00Z"})
    assert values(shop, "?valid=validFuture") == ["FULL", "OTHER"]


def test_an_unknown_batch_is_refused(shop: Client):
    reply = shop.manage("PUT", f"{CAMPAIGN}/coupons", {"batchID": "nine", "usageLimit": 9})
    assert list(reply.faults) == ["/batchID"]


def test_a_deleted_coupon_is_gone(shop: Client):
    assert shop.manage("DELETE", COUPON).status == 204
    assert values(shop) == ["OTHER"]
    assert shop.manage("DELETE", COUPON).status == 404


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", []),
        ("?value=full", ["OTHER"]),
        ("?batchId=two&usable=true", ["FULL"]),
        ("?valid=expired", ["FULL", "OTHER"]),
    ],
)
def test_coupons_that_match_are_deleted(shop: Client, query: str, left: list[str]):
    assert shop.manage("DELETE", f"{CAMPAIGN}/coupons{query}").status == 204
    assert values(shop) == left


def test_a_job_deletes_what_matches(shop: Client):
    job = {"filters": {"recipientIntegrationId": "anna", "redeemed": False}}
    reply = shop.manage("POST", f"{CAMPAIGN}/coupons_deletion_jobs", job)
    assert (reply.status, reply.body) == (202, {"id": 1})
    assert values(shop) == ["OTHER"]


@pytest.mark.parametrize(
    ("job", "pointer"),
    [
        ({}, "/filters"),
        ({"filters": {"referralId": 10**30}}, "/filters/referralId"),
        ({"filters": {"valid": "maybe"}}, "/filters/valid"),
    ],
)
def test_what_is_wrong_with_a_job_is_named(shop: Client, job, pointer: str):
    reply = shop.manage("POST", f"{CAMPAIGN}/coupons_deletion_jobs", job)
    assert list(reply.faults) == [pointer]
    assert values(shop) == ["FULL", "OTHER"]


def test_a_code_that_is_made_anew_begins_anew(client: Client):
    limits = [{"action": "redeemCoupon", "limit": 1, "entities": ["Coupon", "Profile"]}]
    loaded(client, campaigns=[coupon_campaign(limits=limits)])

    def close(session_id: str) -> str:
        session = {"cartItems": [item()], "couponCodes": ["AGAIN"], "profileId": "anna"}
        effects = client.put_session(session_id, state="closed", **session).body["effects"]
        return effects[0]["effectType"]

    create(client, couponPattern="AGAIN", usageLimit=0)
    assert close("s1") == "acceptCoupon"
    assert close("s2") == "rejectCoupon"
    client.manage("DELETE", f"{CAMPAIGN}/coupons?value=AGAIN")
    create(client, couponPattern="AGAIN", usageLimit=0)
    assert close("s3") == "acceptCoupon"
