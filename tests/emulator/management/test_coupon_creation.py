"""createCoupons, createCouponsForMultipleRecipients, createCouponsAsync."""

from __future__ import annotations

import re
import time

import pytest

from tests.client import Client, item
from tests.emulator.management.codes import NOW, create, loaded, values

CAMPAIGN = "/v1/applications/7/campaigns/1"
TEN = {"numberOfCoupons": 10, "usageLimit": 1}


def test_a_coupon_has_what_was_asked_for(client: Client):
    loaded(client)
    limits = [{"action": "redeemCoupon", "limit": 2, "entities": ["Profile"]}]
    [made] = create(
        client,
        usageLimit=5,
        discountLimit=20.5,
        reservationLimit=3,
        startDate="2026-06-01T02:00:00+02:00",
        expiryDate="2026-07-01T00:00:00Z",
        limits=limits,
        attributes={"channel": "mail"},
        validCharacters=["7"],
        couponPattern="SUN-##",
        isReservationMandatory=True,
        implicitlyReserved=True,
    )
    assert re.fullmatch("[a-z]{8}", made.pop("batchId"))
    assert made == {
        "id": 1,
        "created": NOW,
        "campaignId": 1,
        "value": "SUN-77",
        "usageLimit": 5,
        "usageCounter": 0,
        "discountLimit": 20.5,
        "discountCounter": 0,
        "discountRemainder": 20.5,
        "reservationLimit": 3,
        "startDate": "2026-06-01T00:00:00Z",
        "expiryDate": "2026-07-01T00:00:00Z",
        "limits": limits,
        "attributes": {"channel": "mail"},
        "reservation": True,
        "isReservationMandatory": True,
        "implicitlyReserved": True,
    }


def test_nothing_is_answered_unless_it_is_asked_for(client: Client):
    loaded(client)
    reply = client.manage("POST", f"{CAMPAIGN}/coupons", TEN)
    assert (reply.status, reply.body) == (204, None)
    assert len(values(client)) == 10


def test_codes_differ_and_belong_to_one_batch(client: Client):
    loaded(client)
    made = create(client, **TEN | {"numberOfCoupons": 200})
    assert len({coupon["value"] for coupon in made}) == 200
    assert [coupon["id"] for coupon in made] == list(range(1, 201))
    assert len({coupon["batchId"] for coupon in made}) == 1


def test_codes_without_a_pattern_have_the_campaigns_form(client: Client):
    settings = {"validCharacters": ["A", "B"], "couponPattern": "C-####"}
    campaign = {"id": 1, "name": "C", "ruleset": {"id": 1, "promotionRules": []}}
    loaded(client, campaigns=[{**campaign, "couponSettings": settings}])
    assert all(re.fullmatch("C-[AB]{4}", coupon["value"]) for coupon in create(client, **TEN))


def test_a_pattern_gives_every_code_that_it_has(client: Client):
    loaded(client)
    digits = list("0123456789")
    made = create(
        client, numberOfCoupons=1000, couponPattern="X-###", validCharacters=digits, usageLimit=1
    )
    assert sorted(coupon["value"] for coupon in made) == [f"X-{n:03}" for n in range(1000)]


def test_more_codes_than_a_pattern_has_are_refused(client: Client):
    loaded(client)
    sent = TEN | {"couponPattern": "X-#", "validCharacters": ["1", "2", "2"]}
    reply = client.manage("POST", f"{CAMPAIGN}/coupons", sent)
    assert reply.status == 400
    assert reply.faults == {
        "/couponPattern": "The pattern X-# gives 2 different codes, 10 are wanted",
    }
    assert values(client) == []


def test_codes_that_are_there_count_against_a_pattern(client: Client):
    loaded(client)
    only = {"couponPattern": "X-#", "validCharacters": ["1", "2", "3"]}
    create(client, numberOfCoupons=2, **only)
    reply = client.manage("POST", f"{CAMPAIGN}/coupons", TEN | only | {"numberOfCoupons": 2})
    assert reply.faults == {
        "/couponPattern": "The pattern X-# gives 3 different codes, 2 of them taken, 2 are wanted",
    }


def test_a_pattern_without_a_place_is_a_code_and_there_once(client: Client):
    loaded(client)
    [made] = create(client, couponPattern="SUMMER")
    assert made["value"] == "SUMMER"
    sent = {"numberOfCoupons": 1, "usageLimit": 1, "couponPattern": "SUMMER"}
    reply = client.manage("POST", f"{CAMPAIGN}/coupons", sent)
    assert reply.faults == {"/couponPattern": "There is a code SUMMER already"}


def test_null_is_the_same_as_leaving_a_field_out(client: Client):
    loaded(client)
    names = ("limits", "attributes", "validCharacters", "couponPattern", "uniquePrefix")
    nothing = dict.fromkeys((*names, "isReservationMandatory", "implicitlyReserved", "startDate"))
    [made] = create(client, **nothing)
    assert made["isReservationMandatory"] is False


def test_codes_are_stored_in_the_applications_case(client: Client):
    settings = {"id": 7, "name": "S", "currency": "USD", "timezone": "UTC"}
    loaded(client, application={**settings, "caseSensitivity": "insensitive-uppercase"})
    assert create(client, couponPattern="summer")[0]["value"] == "SUMMER"


def test_a_new_code_can_be_redeemed_at_once(client: Client):
    loaded(client)
    client.put_session("s", "?dry=true", cartItems=[item()], couponCodes=["FRESH"])
    create(client, couponPattern="FRESH")
    effects = client.put_session("s", cartItems=[item()], couponCodes=["FRESH"]).body["effects"]
    assert [effect["effectType"] for effect in effects] == ["acceptCoupon", "setDiscount"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"numberOfCoupons": 0}, "/numberOfCoupons"),
        ({"numberOfCoupons": 20_001}, "/numberOfCoupons"),
        ({"usageLimit": 1_000_000}, "/usageLimit"),
        ({"usageLimit": None}, "/usageLimit"),
        ({"discountLimit": -1}, "/discountLimit"),
        ({"reservationLimit": -1}, "/reservationLimit"),
        ({"startDate": NOW, "expiryDate": NOW}, "/expiryDate"),
        ({"startDate": "soon"}, "/startDate"),
        ({"attributes": {"colour": "red"}}, "/attributes/colour"),
        ({"attributes": {"rank": "high"}}, "/attributes/rank"),
        ({"couponPattern": "#" * 101}, "/couponPattern"),
        ({"uniquePrefix": "P" * 99, "couponPattern": "###"}, "/couponPattern"),
        ({"recipientIntegrationId": "x" * 1001}, "/recipientIntegrationId"),
        ({"recipientIntegrationID": "anna"}, "/recipientIntegrationID"),
        (
            {"limits": [{"action": "redeemCoupon", "limit": 1, "entities": ["Coupon"]}]},
            "/limits/0/entities",
        ),
        (
            {
                "limits": [{"action": "redeemCoupon", "limit": 1, "entities": ["Profile"]}],
                "recipientIntegrationId": "anna",
            },
            "/limits",
        ),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(client: Client, fields, pointer):
    loaded(client)
    sent = {"numberOfCoupons": 1, "usageLimit": 1, **fields}
    reply = client.manage("POST", f"{CAMPAIGN}/coupons", sent)
    assert reply.status == 400
    assert list(reply.faults) == [pointer]
    assert values(client) == []


def test_every_fault_is_named_at_once(client: Client):
    loaded(client)
    sent = {
        "numberOfCoupons": 2,
        "usageLimit": 1,
        "discountLimit": -1,
        "attributes": {"colour": "red"},
        "startDate": NOW,
        "expiryDate": NOW,
    }
    reply = client.manage("POST", f"{CAMPAIGN}/coupons", sent)
    assert set(reply.faults) == {"/discountLimit", "/attributes/colour", "/expiryDate"}


def test_a_campaign_that_there_is_none_of_has_no_coupons(client: Client):
    loaded(client)
    assert client.manage("POST", "/v1/applications/7/campaigns/9/coupons", TEN).status == 404
    assert client.manage("POST", "/v1/applications/8/campaigns/1/coupons", TEN).status == 404


def test_each_recipient_gets_a_coupon(client: Client):
    loaded(client)
    sent = {"recipientsIntegrationIds": ["anna", "ben"], "usageLimit": 1}
    reply = client.manage("POST", f"{CAMPAIGN}/coupons_with_recipients?silent=no", sent)
    assert reply.status == 200
    assert reply.body["totalResultSize"] == 2
    assert [c["recipientIntegrationId"] for c in reply.body["data"]] == ["anna", "ben"]


def test_recipients_are_needed(client: Client):
    loaded(client)
    sent = {"recipientsIntegrationIds": [], "usageLimit": 1}
    reply = client.manage("POST", f"{CAMPAIGN}/coupons_with_recipients", sent)
    assert list(reply.faults) == ["/recipientsIntegrationIds"]


def test_coupons_of_a_job_are_there_when_it_is_answered(client: Client):
    loaded(client)
    sent = {
        "numberOfCoupons": 25_000,
        "usageLimit": 1,
        "attributes": {"channel": "mail"},
        "couponSettings": {"couponPattern": "JOB-######", "validCharacters": list("ABCDEF0123")},
    }
    reply = client.manage("POST", f"{CAMPAIGN}/coupons_async", sent)
    assert reply.status == 200
    batch_id = reply.body["batchId"]
    assert len(values(client, f"?batchId={batch_id}&skip=24500")) == 500


def test_a_job_that_is_too_large_for_the_sandbox_is_refused(client: Client):
    loaded(client)
    sent = {"numberOfCoupons": 5_000_000, "usageLimit": 1, "attributes": {}}
    reply = client.manage("POST", f"{CAMPAIGN}/coupons_async", sent)
    assert list(reply.faults) == ["/numberOfCoupons"]


def test_twenty_thousand_coupons_take_seconds_at_most(client: Client):
    loaded(client)
    started = time.perf_counter()
    create_many = {"numberOfCoupons": 20_000, "usageLimit": 1}
    assert client.manage("POST", f"{CAMPAIGN}/coupons", create_many).status == 204
    assert time.perf_counter() - started < 10
