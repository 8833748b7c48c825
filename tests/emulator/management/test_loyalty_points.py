"""Points that people look at, add and deduct by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client

PROFILE = "/v1/loyalty_programs/5/profile/ann"
TIERS = [{"id": 1, "name": "Bronze", "minPoints": 10}, {"id": 2, "name": "Silver", "minPoints": 50}]


@pytest.fixture
def shop(client: Client) -> Client:
    load(client)
    return client


def load(client: Client, **program: Any) -> None:
    reply = client.load(
        "points",
        clock="2026-06-15T12:00:00Z",
        customerProfiles=[{"integrationId": "ann"}],
        loyaltyPrograms=[
            {"id": 5, "name": "club", "allowSubledger": True, "tiers": TIERS, **program},
            {"id": 6, "name": "cards", "cardBased": True},
        ],
    )
    assert reply.status == 201, reply.body


def add(client: Client, points: float, **fields: Any) -> None:
    reply = client.manage("PUT", f"{PROFILE}/add_points", {"points": points, **fields})
    assert (reply.status, reply.body) == (204, None)


def balance(client: Client, query: str = "") -> Any:
    return client.manage("GET", f"{PROFILE}/ledger_balances{query}").body["balance"]


def last(client: Client) -> Any:
    return client.manage("GET", f"{PROFILE}/ledger_transactions").body["data"][0]


def test_points_that_are_added_are_there_at_once(shop: Client):
    add(shop, 12.5, name="sorry")
    assert balance(shop)["activePoints"] == 12.5
    assert (
        last(shop).items()
        >= {
            "type": "addition",
            "amount": 12.5,
            "name": "sorry",
            "startDate": "immediate",
            "expiryDate": "unlimited",
        }.items()
    )
    assert balance(shop, "?includeTiers=true")["currentTier"]["name"] == "Bronze"


def test_rules_see_points_that_were_added(shop: Client):
    add(shop, 12)
    reply = shop.put_session("s", "?dry=true", ["loyalty"], profileId="ann")
    assert reply.body["loyalty"]["programs"]["5"]["ledger"]["currentBalance"] == 12


def test_points_can_be_pending_and_expire(shop: Client):
    add(shop, 10, pendingDuration="2D", validityDuration="3D")
    assert balance(shop)["pendingPoints"] == 10
    entry = last(shop)
    assert (entry["startDate"], entry["expiryDate"]) == (
        "2026-06-17T12:00:00Z",
        "2026-06-20T12:00:00Z",
    )


def test_points_can_have_dates(shop: Client):
    add(shop, 10, pendingUntil="2026-07-01T00:00:00Z", validUntil="2026-08-01T00:00:00Z")
    entry = last(shop)
    assert (entry["startDate"], entry["expiryDate"]) == (
        "2026-07-01T00:00:00Z",
        "2026-08-01T00:00:00Z",
    )


def test_points_can_wait_for_their_activation(shop: Client):
    add(shop, 10, pendingDuration="on_action", validityDuration="3D")
    waiting = shop.manage("GET", f"{PROFILE}/ledger_transactions?awaitsActivation=true").body
    (entry,) = waiting["data"]
    assert (entry["startDate"], entry["validityDuration"]) == ("on_action", "3D")


def test_what_is_not_said_is_the_programs(client: Client):
    load(client, defaultPending="1D", defaultValidity="1M")
    add(client, 10)
    add(client, 7, pendingDuration="immediate", validityDuration="unlimited")
    assert last(client)["expiryDate"] == "unlimited"
    assert (balance(client)["pendingPoints"], balance(client)["activePoints"]) == (10, 7)


def test_points_go_to_a_subledger(shop: Client):
    add(shop, 10, subledgerId="bonus", applicationId=1)
    body = shop.manage("GET", f"{PROFILE}/ledger_balances").body
    assert body["subledgerBalances"]["bonus"]["activePoints"] == 10
    assert body["balance"]["activePoints"] == 0


def test_points_are_deducted(shop: Client):
    add(shop, 10)
    reply = shop.manage("PUT", f"{PROFILE}/deduct_points", {"points": 4, "name": "used"})
    assert reply.status == 204
    assert (balance(shop)["activePoints"], balance(shop)["spentPoints"]) == (6, 4)
    assert (last(shop)["type"], last(shop)["name"]) == ("subtraction", "used")


def test_only_active_points_can_be_deducted(shop: Client):
    add(shop, 10)
    add(shop, 10, pendingDuration="1D")
    reply = shop.manage("PUT", f"{PROFILE}/deduct_points", {"points": 11})
    assert (reply.status, reply.faults) == (
        400,
        {"/points": "Only 10 active points can be deducted"},
    )
    assert balance(shop)["activePoints"] == 10


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/points"}),
        ({"points": "10"}, {"/points"}),
        ({"points": 0}, {"/points"}),
        ({"points": -1, "applicationId": 9}, {"/points", "/applicationId"}),
        ({"points": 1_000_000_000_000}, {"/points"}),
        ({"points": 1, "validityDuration": "soon"}, {"/validityDuration"}),
        ({"points": 1, "pendingDuration": "-1D"}, {"/pendingDuration"}),
        (
            {"points": 1, "pendingDuration": "1D", "pendingUntil": "2026-07-01T00:00:00Z"},
            {"/pendingDuration"},
        ),
        ({"points": 1, "validUntil": "2026-06-01T00:00:00Z"}, {""}),
        ({"points": 1, "validityDuration": "999999Y"}, {""}),
        ({"points": 1, "validUntil": "tomorrow"}, {"/validUntil"}),
    ],
)
def test_points_that_make_no_sense_are_refused(
    shop: Client, body: dict[str, Any], pointers: set[str]
):
    reply = shop.manage("PUT", f"{PROFILE}/add_points", body)
    assert (reply.status, set(reply.faults)) == (400, pointers)
    assert balance(shop)["activePoints"] == 0


def test_a_program_without_subledgers_has_none(client: Client):
    load(client, allowSubledger=False)
    body = {"points": 1, "subledgerId": "bonus"}
    reply = client.manage("PUT", f"{PROFILE}/add_points", body)
    assert (reply.status, set(reply.faults)) == (400, {"/subledgerId"})


def test_points_need_somebody_and_a_program_for_profiles(shop: Client):
    body = {"points": 1}
    nobody = shop.manage("PUT", "/v1/loyalty_programs/5/profile/nobody/add_points", body)
    no_program = shop.manage("PUT", "/v1/loyalty_programs/9/profile/ann/add_points", body)
    of_cards = shop.manage("PUT", "/v1/loyalty_programs/6/profile/ann/add_points", body)
    assert (nobody.status, no_program.status, of_cards.status) == (404, 404, 400)


def test_a_ledger_is_shown_whole(shop: Client):
    add(shop, 20, validityDuration="1M")
    add(shop, 5, pendingDuration="1D")
    add(shop, 3, subledgerId="bonus")
    shop.manage("PUT", f"{PROFILE}/deduct_points", {"points": 4})
    body = shop.manage("GET", PROFILE).body
    ledger = body["ledger"]
    assert {name: ledger[name] for name in ledger if name.startswith("total")} == {
        "total": 16,
        "totalActivePoints": 16,
        "totalPendingPoints": 5,
        "totalSpentPoints": 4,
        "totalExpiredPoints": 0,
        "totalNegativePoints": 0,
    }
    assert [entry["amount"] for entry in ledger["transactions"]] == [4, 5, 20]
    assert [entry["amount"] for entry in ledger["expiringPoints"]] == [16]
    assert [entry["amount"] for entry in ledger["pendingPoints"]] == [5]
    assert ledger["currentTier"]["name"] == "Bronze"
    assert body["subLedgers"]["bonus"]["totalActivePoints"] == 3
