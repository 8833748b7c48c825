"""Returning items and reopening sessions, through HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.client import Client, Reply, coupon_campaign, item

COUPON = {"value": "TEN", "campaignId": 1, "usageLimit": 1}
NOW = "2026-06-15T12:00:00Z"


def campaign(id: int, *blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    rules = [{"title": f"rule {id}", "blocks": list(blocks)}]
    return {
        "id": id,
        "name": f"Campaign {id}",
        "ruleset": {"id": id * 10, "promotionRules": rules},
        **fields,
    }


def discount(value: Any, target: str = "cart") -> dict[str, Any]:
    return {
        "id": "d",
        "type": "awardDiscount",
        "name": "off",
        "value": value,
        "target": {"type": target},
    }


def give_back(
    client: Client, query: str = "", content: list[str] | None = None, **item: Any
) -> Reply:
    body = {"return": {"returnedCartItems": [item]}, "responseContent": content or []}
    return client.call("POST", f"/v2/customer_sessions/s/returns{query}", body)


def kinds(reply: Reply) -> list[tuple[str, float]]:
    effects = reply.body["effects"]
    return [(e["effectType"], e["props"].get("value")) for e in effects]


def close(client: Client, *items: dict[str, Any], **fields: Any) -> Reply:
    return client.put_session(
        "s", profileId="p", state="closed", cartItems=list(items) or [item(60), item(40)], **fields
    )


def test_a_return_shows_itself_and_those_before(client: Client):
    client.load("returns", clock=NOW)
    close(client, item(60), item(20, 2, sku="B"))
    first = give_back(client, content=["previousReturns", "event"], sku="B", quantity=1)
    second = give_back(client, content=["previousReturns", "customerSession"], position=0)
    assert first.body["previousReturns"] == []
    made = first.body["return"]
    assert second.body["previousReturns"] == [made]
    assert made["returnedCartItems"] == [{"position": 1, "sku": "B", "quantity": 1}]
    assert (made["sessionIntegrationId"], made["profileIntegrationId"]) == ("s", "p")
    assert first.body["event"]["type"] == "talon_session_partially_returned"
    assert made["eventId"] == first.body["event"]["id"]
    session = second.body["customerSession"]
    assert (session["state"], session["total"], session["updateCount"]) == (
        "partially_returned",
        20,
        3,
    )


def test_a_dry_return_changes_nothing(client: Client):
    client.load("returns", campaigns=[campaign(1, discount(5, "allItems"))])
    close(client)
    dry = give_back(client, "?dry=true", ["customerSession", "event"], position=0)
    assert kinds(dry) == [("rollbackDiscount", 5)]
    assert dry.body["customerSession"]["state"] == "partially_returned"
    assert (dry.body["return"]["id"], dry.body["event"]["id"]) == (0, 0)
    stored = client.get_session("s").body
    assert stored["customerSession"]["state"] == "closed"
    assert len(stored["effects"]) == 2
    assert kinds(give_back(client, position=0)) == [("rollbackDiscount", 5)]


def test_a_return_leaves_net_effects(client: Client):
    client.load("returns", campaigns=[campaign(1, discount(5, "allItems"))])
    close(client)
    give_back(client, position=0)
    effects = client.get_session("s").body["effects"]
    assert [(e["effectType"], e["props"]["position"]) for e in effects] == [
        ("setDiscountPerItem", 1)
    ]


def test_a_campaign_that_wants_it_is_evaluated_anew(client: Client):
    share = discount("{{$Session.Total * 10%}}")
    client.load(
        "anew",
        campaigns=[campaign(1, share, reevaluateOnReturn=True), campaign(2, share)],
    )
    close(client)
    reply = give_back(client, "?runRuleEngine=true", ["triggeredCampaigns"], position=1)
    assert kinds(reply) == [("rollbackDiscount", 10), ("setDiscount", 6)]
    assert [c["id"] for c in reply.body["triggeredCampaigns"]] == [1]
    cancelled = client.put_session("s", state="cancelled")
    assert sorted(kinds(cancelled)) == [("rollbackDiscount", 6), ("rollbackDiscount", 10)]


def test_without_the_rule_engine_a_return_evaluates_nothing(client: Client):
    share = discount("{{$Session.Total * 10%}}")
    client.load("anew", campaigns=[campaign(1, share, reevaluateOnReturn=True)])
    close(client)
    assert kinds(give_back(client, position=1)) == []


def test_its_own_redemption_does_not_stand_in_the_way_of_evaluating_anew(client: Client):
    budget = [{"action": "setDiscount", "limit": 10}, {"action": "redeemCoupon", "limit": 1}]
    anew = coupon_campaign(reevaluateOnReturn=True, limits=budget)
    client.load("anew", campaigns=[anew], coupons=[COUPON])
    close(client, couponCodes=["TEN"])
    reply = give_back(client, "?runRuleEngine=true", ["coupons"], position=1)
    assert ("setDiscount", 6) in kinds(reply)
    assert reply.body["coupons"][0]["usageCounter"] == 1
    bundle = client.send("GET", "/sandbox/v1/workspaces/anew").body
    assert {c["action"]: c["counter"] for c in bundle["limitCounters"]} == {
        "setDiscount": 6,
        "redeemCoupon": 1,
    }
    client.put_session("s", state="cancelled")
    bundle = client.send("GET", "/sandbox/v1/workspaces/anew").body
    assert "limitCounters" not in bundle
    assert bundle["coupons"][0]["usageCounter"] == 0


def test_evaluating_anew_does_not_give_a_second_time_what_stays(client: Client):
    free = {"id": "f", "type": "awardItem", "sku": "MUG", "name": "mug", "quantity": "1"}
    pool = {"id": 2, "name": "Cinema", "codes": [{"code": "A"}, {"code": "B"}]}
    award = {
        "id": "g",
        "type": "awardGiveaway",
        "giveawayPool": {"id": 2, "name": "Cinema"},
        "profile": "Current",
    }
    client.load(
        "anew",
        giveawayPools=[pool],
        campaigns=[campaign(1, discount(5), free, award, reevaluateOnReturn=True)],
    )
    close(client)
    reply = give_back(client, "?runRuleEngine=true", position=1)
    assert kinds(reply) == [("rollbackDiscount", 5), ("setDiscount", 5)]
    codes = client.send("GET", "/sandbox/v1/workspaces/anew").body["giveawayPools"][0]["codes"]
    assert [code["used"] for code in codes] == [True, False]


POINTS = {"id": 5, "name": "club", "defaultPending": "10D", "returnPolicy": "only_pending"}


def points(value: Any) -> dict[str, Any]:
    return {"id": "e", "type": "x-addLoyaltyPoints", "name": "p", "programId": 5, "value": value}


def test_pending_points_are_earned_anew(client: Client):
    anew = campaign(1, points("{{$Session.Total}}"), reevaluateOnReturn=True)
    client.load("anew", clock=NOW, loyaltyPrograms=[POINTS], campaigns=[anew])
    close(client)
    reply = give_back(client, "?runRuleEngine=true", ["loyalty"], position=1)
    assert kinds(reply) == [("rollbackAddedLoyaltyPoints", 100), ("addLoyaltyPoints", 60)]
    assert reply.body["loyalty"]["programs"]["5"]["ledger"]["pendingBalance"] == 60


def test_points_that_stay_are_not_earned_twice(client: Client):
    anew = campaign(1, points("{{$Session.Total}}"), reevaluateOnReturn=True)
    program = POINTS | {"defaultPending": "immediate"}
    client.load("anew", clock=NOW, loyaltyPrograms=[program], campaigns=[anew])
    close(client)
    reply = give_back(client, "?runRuleEngine=true", ["loyalty"], position=1)
    assert kinds(reply) == []
    assert reply.body["loyalty"]["programs"]["5"]["ledger"]["currentBalance"] == 100


@pytest.mark.parametrize("operation", ["returns", "reopen"])
def test_a_session_that_is_not_there_is_not_found(client: Client, operation: str):
    client.load("nothing")
    method = "POST" if operation == "returns" else "PUT"
    body = {"return": {"returnedCartItems": [{"position": 0}]}}
    assert client.call(method, f"/v2/customer_sessions/ghost/{operation}", body).status == 404


def test_content_that_returns_do_not_have_is_refused(client: Client):
    client.load("returns")
    close(client)
    reply = give_back(client, content=["ruleFailureReasons"], position=0)
    assert (reply.status, list(reply.faults)) == (400, ["/responseContent/0"])


def test_reopening_with_the_same_key_happens_once(client: Client):
    client.load("reopen")
    close(client)
    path = "/v2/customer_sessions/s/reopen"
    first = client.call("PUT", path, **{"Idempotency-Key": "k"})
    again = client.call("PUT", path, **{"Idempotency-Key": "k"})
    assert (first.status, again.body) == (200, first.body)
    assert client.call("PUT", path).status == 400


def test_a_reopened_session_can_be_cancelled_without_rolling_back_twice(client: Client):
    client.load("reopen", campaigns=[coupon_campaign()], coupons=[COUPON])
    close(client, couponCodes=["TEN"])
    client.call("PUT", "/v2/customer_sessions/s/reopen")
    assert client.put_session("s", state="cancelled").body["effects"] == []
    bundle = client.send("GET", "/sandbox/v1/workspaces/reopen").body
    assert bundle["coupons"][0]["usageCounter"] == 0


def test_an_export_restores_returns(client: Client):
    client.load("returns", clock=NOW, campaigns=[campaign(1, discount(5, "allItems"))])
    close(client)
    made = give_back(client, position=0).body["return"]
    bundle = client.send("GET", "/sandbox/v1/workspaces/returns").body
    client.load("copy", **bundle)
    reply = give_back(client, content=["previousReturns"], position=1)
    assert reply.body["previousReturns"] == [made]
    assert kinds(reply) == [("rollbackDiscount", 5)]


def test_an_event_says_what_became_of_a_session(client: Client):
    client.load("events", clock=NOW)
    close(client)
    reply = client.put_session("s", content=["event"], state="cancelled")
    assert reply.body["event"]["type"] == "talon_session_revoked"
    runtime = client.send("GET", "/sandbox/v1/workspaces/events").body["x-runtime"]
    assert [event["type"] for event in runtime["events"]] == [
        "talon_session_created",
        "talon_session_closed",
        "talon_session_revoked",
    ]


def test_parallel_updates_of_one_session_are_all_stored_or_refused(client: Client):
    client.load("crowd", campaigns=[campaign(1, discount(1, "allItems"))])
    large = [item(1, 100) for _ in range(20)]

    def update(number: int) -> int:
        return client.put_session("s", profileId="p", cartItems=large).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(update, range(24)))
    assert set(statuses) <= {200, 409}
    session = client.get_session("s").body["customerSession"]
    assert session["updateCount"] == statuses.count(200)


def test_a_dry_update_of_a_huge_cart_is_like_any_other(client: Client):
    client.load("huge", campaigns=[campaign(1, discount(1, "allItems"))])
    reply = client.put_session("s", "?dry=true", cartItems=[item(1, 5000), item(1, 5000)])
    assert len(reply.body["effects"]) == 10_000
