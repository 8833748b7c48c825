"""Many clients race for what only few can have. Half of them have carts that are so large that
another thread evaluates them.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from sandbox.emulator.sessions import MANY_PIECES
from tests.client import Client, Reply, item

CLIENTS = 24
CODE = {"id": "a", "type": "checkCoupon", "redeem": True}
FRIEND = {"id": "a", "type": "checkReferral", "redeem": True}
OFF = {
    "id": "b",
    "type": "awardDiscount",
    "name": "off",
    "value": 10,
    "target": {"type": "cart"},
}
SPEND = {"id": "c", "type": "x-deductLoyaltyPoints", "name": "p", "programId": 5, "value": 10}
GIFT = {
    "id": "d",
    "type": "awardGiveaway",
    "giveawayPool": {"id": 2, "name": "Cinema"},
    "profile": "Current",
}


def load(client: Client, *blocks: dict[str, Any], limits: Any = (), **parts: Any) -> None:
    ruleset = {"id": 11, "promotionRules": [{"title": "r", "blocks": list(blocks)}]}
    campaign = {"id": 1, "name": "c", "limits": list(limits), "ruleset": ruleset}
    reply = client.load("race", campaigns=[campaign], **parts)
    assert reply.status == 201, reply.body


def race(client: Client, session_id: str = "s-{}", **order: Any) -> list[Reply]:
    """Let all clients close an order at the same moment; {} in an order is a client's number."""
    start = Barrier(CLIENTS)

    def close(number: int) -> Reply:
        own = {
            name: value.format(number) if isinstance(value, str) else value
            for name, value in order.items()
        }
        pieces = 1 + MANY_PIECES * (number % 2)
        start.wait(10)
        return client.put_session(
            session_id.format(number), state="closed", cartItems=[item(1, pieces)], **own
        )

    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(close, range(CLIENTS)))


def effects(replies: list[Reply]) -> Counter[str]:
    return Counter(
        effect["effectType"]
        for reply in replies
        if reply.status == 200
        for effect in reply.body["effects"]
    )


def stored(client: Client) -> Any:
    return client.send("GET", "/sandbox/v1/workspaces/race").body


def test_the_last_uses_of_a_coupon_are_redeemed_by_as_many_clients(client: Client):
    load(client, CODE, OFF, coupons=[{"value": "LAST", "campaignId": 1, "usageLimit": 3}])
    given = effects(race(client, profileId="p-{}", couponCodes=["LAST"]))
    assert given == {"acceptCoupon": 3, "setDiscount": 3, "rejectCoupon": CLIENTS - 3}
    assert stored(client)["coupons"][0]["usageCounter"] == 3


def test_a_budget_is_not_overdrawn(client: Client):
    load(client, OFF, limits=[{"action": "setDiscount", "limit": 50}])
    assert effects(race(client, profileId="p-{}")) == {"setDiscount": 5}
    (counter,) = stored(client)["limitCounters"]
    assert counter["counter"] == 50


def test_a_referral_code_brings_as_many_friends_as_it_may(client: Client):
    code = {"code": "PAL", "campaignId": 1, "usageLimit": 4}
    load(
        client,
        FRIEND,
        referrals=[code | {"advocateProfileIntegrationId": "advocate"}],
        customerProfiles=[{"integrationId": "advocate"}],
    )
    given = effects(race(client, profileId="p-{}", referralCode="PAL"))
    assert given == {"acceptReferral": 4, "rejectReferral": CLIENTS - 4}
    (referral,) = stored(client)["referrals"]
    assert (referral["usageCounter"], len(referral["referredCustomers"])) == (4, 4)


def test_each_giveaway_is_given_once(client: Client):
    codes = [f"GIFT-{number}" for number in range(6)]
    pool = {"id": 2, "name": "Cinema", "codes": [{"code": code} for code in codes]}
    load(client, GIFT, giveawayPools=[pool])
    replies = race(client, profileId="p-{}")
    given = [effect["props"]["code"] for reply in replies for effect in reply.body["effects"]]
    assert sorted(given) == codes


def test_points_are_spent_once(client: Client):
    points = {"programId": 5, "profileIntegrationId": "p", "type": "addition", "amount": 25}
    load(client, SPEND, loyaltyPrograms=[{"id": 5, "name": "club"}], loyaltyTransactions=[points])
    replies = race(client, profileId="p")
    assert {reply.status for reply in replies} <= {200, 409}
    spent = effects(replies)["deductLoyaltyPoints"]
    assert 1 <= spent <= 2
    balances = client.call("GET", "/v1/loyalty_programs/5/profile/p/balances").body
    assert balances["balance"]["activePoints"] == 25 - 10 * spent


def test_one_session_is_closed_once(client: Client):
    load(client, CODE, coupons=[{"value": "ANY", "campaignId": 1, "usageLimit": 0}])
    replies = race(client, "the-one", profileId="p", couponCodes=["ANY"])
    statuses = Counter(reply.status for reply in replies)
    assert statuses[200] == 1
    assert set(statuses) <= {200, 400, 409}
    after = stored(client)
    assert after["coupons"][0]["usageCounter"] == 1
    assert after["customerProfiles"][0]["closedSessions"] == 1


@pytest.mark.parametrize("key", ["same", "own-{}"])
def test_an_idempotency_key_counts_once_however_many_send_it(client: Client, key: str):
    load(client, CODE, coupons=[{"value": "ANY", "campaignId": 1, "usageLimit": 0}])
    start = Barrier(3)
    body = {"customerSession": {"state": "closed", "couponCodes": ["ANY"], "cartItems": [item()]}}

    def close(number: int) -> Reply:
        start.wait(10)
        header = {"Idempotency-Key": key.format(number)}
        return client.call("PUT", "/v2/customer_sessions/s", body, **header)

    with ThreadPoolExecutor(3) as clients:
        replies = list(clients.map(close, range(3)))
    ones = [reply for reply in replies if reply.status == 200]
    assert len(ones) == (3 if key == "same" else 1)
    assert all(reply.body == ones[0].body for reply in ones)
    assert stored(client)["coupons"][0]["usageCounter"] == 1
