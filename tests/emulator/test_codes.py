"""What answers show of referrals, created codes, giveaways and audiences."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, item

POOL = {"id": 2, "name": "Cinema"}
VIP = {"id": 9, "name": "VIP"}


def campaign(*blocks: dict[str, Any]) -> dict[str, Any]:
    rules = [{"title": "r", "blocks": [{"id": f"b{n}", **b} for n, b in enumerate(blocks)]}]
    return {"id": 1, "name": "One", "ruleset": {"id": 11, "promotionRules": rules}}


def load(client: Client, *blocks: dict[str, Any]) -> None:
    reply = client.load(
        "shop",
        clock="2026-06-15T12:00:00Z",
        campaigns=[campaign(*blocks)],
        customerProfiles=[{"integrationId": "advocate"}],
        referrals=[
            {
                "id": 12,
                "code": "REF",
                "campaignId": 1,
                "advocateProfileIntegrationId": "advocate",
                "attributes": {"channel": "web"},
            }
        ],
        audiences=[{**VIP, "members": ["p"]}],
        giveawayPools=[{**POOL, "codes": [{"id": 5, "code": "A"}]}],
    )
    assert reply.status == 201


VALID = {"type": "checkReferral", "redeem": True}


def test_the_referral_is_shown_with_the_customers_it_referred(client: Client):
    load(client, VALID)
    reply = client.put_session(
        "s", content=["referral"], profileId="p", referralCode="REF", state="closed"
    )
    assert reply.body["referral"] == {
        "id": 12,
        "created": "2026-06-15T12:00:00Z",
        "campaignId": 1,
        "code": "REF",
        "advocateProfileIntegrationId": "advocate",
        "usageLimit": 0,
        "usageCounter": 1,
        "attributes": {"channel": "web"},
        "referredCustomers": ["p"],
    }


def test_without_a_referral_there_is_none_to_show(client: Client):
    load(client, VALID)
    assert "referral" not in client.put_session("s", content=["referral"]).body


def test_created_codes_are_always_shown_whole(client: Client):
    target = {"campaignId": 1, "storeInSession": True, "pattern": "N-####"}
    load(
        client,
        {"type": "createCoupon", "recipientId": "p", **target},
        {"type": "createReferral", "friendId": "", **target},
    )
    body = client.put_session("s", profileId="p", cartItems=[item()]).body
    (coupon,), (referral,) = body["createdCoupons"], body["createdReferrals"]
    assert coupon["value"].startswith("N-")
    assert (coupon["recipientIntegrationId"], coupon["usageCounter"]) == ("p", 0)
    assert (referral["advocateProfileIntegrationId"], referral["id"]) == ("p", 13)


@pytest.mark.parametrize("dry", [False, True])
def test_awarded_giveaways_are_shown_whole_unless_dry(client: Client, dry: bool):
    load(client, {"type": "awardGiveaway", "giveawayPool": POOL, "profile": "Current"})
    query = "?dry=true" if dry else ""
    reply = client.put_session("s", query, ["awardedGiveaways"], profileId="p", state="closed")
    whole = {
        "id": 5,
        "created": "2026-06-15T12:00:00Z",
        "code": "A",
        "poolId": 2,
        "used": True,
        "profileIntegrationId": "p",
    }
    assert reply.body["awardedGiveaways"] == ([] if dry else [whole])


def test_a_profile_is_shown_with_its_audiences(client: Client):
    load(client, {"type": "showNotification", "notificationType": "Info", "title": "t", "body": ""})
    reply = client.put_session("s", content=["customerProfile"], profileId="p")
    assert reply.body["customerProfile"]["audienceMemberships"] == [VIP]
    updated = client.call(
        "PUT",
        "/v2/customer_profiles/p?runRuleEngine=true",
        {"attributes": {}, "responseContent": ["customerProfile"]},
    )
    assert updated.body["customerProfile"]["audienceMemberships"] == [VIP]


def test_failures_name_the_referral(client: Client):
    load(client, VALID, {"type": "checkCoupon", "redeem": True})
    reply = client.put_session(
        "s",
        "?dry=true",
        ["ruleFailureReasons", "campaignEligibility"],
        profileId="p",
        referralCode="REF",
    )
    (failure,) = reply.body["ruleFailureReasons"]
    assert (failure["referralID"], failure["referralValue"]) == (12, "REF")
    (eligibility,) = reply.body["campaignEligibility"][0]["rules"][0]["eligibility"]
    assert eligibility["details"]["referralValue"] == "REF"
