"""Loyalty programs, their dashboards and their logs as the Management API shows them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client

PROGRAM = "/v1/loyalty_programs/5"


def posted(kind: str, amount: int, day: int, **fields: Any) -> dict[str, Any]:
    return {
        "programId": 5,
        "profileIntegrationId": "ann",
        "type": kind,
        "amount": amount,
        "created": f"2026-06-{day:02}T10:00:00Z",
        **fields,
    }


@pytest.fixture
def shop(client: Client) -> Client:
    """Points of ann and bob, on the 11th and the 13th of June."""
    reply = client.load(
        "programs",
        clock="2026-06-15T12:00:00Z",
        customerProfiles=[{"integrationId": "ann"}, {"integrationId": "bob"}],
        loyaltyPrograms=[
            {
                "id": 5,
                "name": "club",
                "title": "Club",
                "allowSubledger": True,
                "programJoinPolicy": "points_earned",
                "tiers": [{"id": 1, "name": "Bronze", "minPoints": 10}],
                "x-note": "kept",
            },
            {"id": 6, "name": "cards", "cardBased": True},
        ],
        loyaltyTransactions=[
            posted("addition", 100, 11, name="welcome"),
            posted("addition", 50, 13, profileIntegrationId="bob", subLedgerId="bonus"),
            posted("addition", 7, 13, rulesetId=1, customerSessionId="s", startDate="on_action"),
            posted("subtraction", 30, 13),
        ],
    )
    assert reply.status == 201, reply.body
    return client


def test_programs_are_listed(shop: Client):
    body = shop.manage("GET", "/v1/loyalty_programs").body
    assert body["totalResultSize"] == 2
    assert [program["name"] for program in body["data"]] == ["club", "cards"]


def test_a_program_has_its_settings_and_what_only_the_bundle_knows(shop: Client):
    program = shop.manage("GET", PROGRAM).body
    assert program["tiers"] == [
        {
            "id": 1,
            "name": "Bronze",
            "minPoints": 10,
            "programID": 5,
            "created": "2026-06-15T12:00:00Z",
        }
    ]
    expected = {
        "id": 5,
        "accountID": 1,
        "title": "Club",
        "timezone": "UTC",
        "cardBased": False,
        "defaultValidity": "unlimited",
        "defaultPending": "immediate",
        "subscribedApplications": [1],
        "x-note": "kept",
    }
    assert program.items() >= expected.items()
    assert shop.manage("GET", "/v1/loyalty_programs/9").status == 404


def dashboard(client: Client, query: str = "") -> Any:
    days = "?rangeStart=2026-06-11&rangeEnd=2026-06-20"
    return client.manage("GET", f"{PROGRAM}/dashboard{days}{query}").body


def test_a_dashboard_has_each_day_that_is_over(shop: Client):
    body = dashboard(shop)
    assert body["totalResultSize"] == 4
    assert [day["date"][:10] for day in body["data"]] == [f"2026-06-{n}" for n in range(11, 15)]


def test_a_day_has_the_balances_at_its_end_and_what_happened(shop: Client):
    first, _, third, _ = dashboard(shop)["data"]
    assert (first["totalActivePoints"], first["newMembers"]) == (100, 1)
    assert third == {
        "date": "2026-06-13T23:59:59.999999Z",
        "totalActivePoints": 120,
        "totalPendingPoints": 7,
        "totalSpentPoints": 30,
        "totalExpiredPoints": 0,
        "totalNegativePoints": 0,
        "totalMembers": 2,
        "newMembers": 1,
        "spentPoints": {"createdManually": 30, "createdViaRuleEngine": 0},
        "earnedPoints": {"createdManually": 50, "createdViaRuleEngine": 7},
    }


def test_a_dashboard_can_look_at_one_ledger(shop: Client):
    bonus, main = dashboard(shop, "&subledgerId=bonus"), dashboard(shop, "&subledgerId=")
    assert [body["data"][-1]["totalActivePoints"] for body in (bonus, main)] == [50, 70]


def test_statistics_are_those_of_now(shop: Client):
    shop.manage("PUT", f"{PROGRAM}/profile/ann/add_points", {"points": 5})
    now = shop.manage("GET", f"{PROGRAM}/statistics").body
    assert (now["date"], now["totalActivePoints"]) == ("2026-06-15T12:00:00Z", 125)
    assert now["earnedPoints"] == {"createdManually": 5, "createdViaRuleEngine": 0}


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", {"rangeStart", "rangeEnd"}),
        ("?rangeStart=2026-06-11", {"rangeEnd"}),
        ("?rangeStart=2020-01-01&rangeEnd=2026-01-01", {"rangeStart"}),
    ],
)
def test_the_range_of_a_dashboard_is_there_and_not_too_long(
    shop: Client, query: str, parameters: set[str]
):
    reply = shop.manage("GET", f"{PROGRAM}/dashboard{query}")
    assert (reply.status, set(reply.faults)) == (400, parameters)


@pytest.mark.parametrize(
    "query",
    [
        "?rangeStart=0001-01-01&rangeEnd=0001-02-01",
        "?rangeStart=9999-12-31T23:59:59-12:00&rangeEnd=9999-12-31T23:59:59Z",
        "?rangeStart=2026-06-14&rangeEnd=2026-06-01",
    ],
)
def test_a_range_in_which_no_day_has_ended_has_no_days(shop: Client, query: str):
    assert shop.manage("GET", f"{PROGRAM}/dashboard{query}").body["data"] == []


def amounts(client: Client, query: str = "") -> list[int]:
    reply = client.manage("GET", f"{PROGRAM}/transactions{query}")
    assert reply.status == 200, reply.body
    return [entry["amount"] for entry in reply.body["data"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [30, 7, 50, 100]),
        ("?pageSize=1&skip=1", [7]),
        ("?subledgerId=bonus", [50]),
        ("?subledgerId=", [30, 7, 100]),
        ("?loyaltyTransactionType=session", [7]),
        ("?customerSessionIDs=s", [7]),
        ("?startDate=2026-06-12", [30, 7, 50]),
        ("?endDate=2026-06-12", [100]),
        ("?awaitsActivation=true", [7]),
    ],
)
def test_a_programs_transactions_are_listed_newest_first(
    shop: Client, query: str, found: list[int]
):
    assert amounts(shop, query) == found


def test_a_transaction_says_whose_it_is(shop: Client):
    entry = shop.manage("GET", f"{PROGRAM}/transactions?endDate=2026-06-12").body["data"][0]
    assert len(entry.pop("transactionUUID")) == 36
    assert entry == {
        "id": entry["id"],
        "created": "2026-06-11T10:00:00Z",
        "programId": 5,
        "type": "addition",
        "amount": 100,
        "name": "welcome",
        "startDate": "immediate",
        "expiryDate": "unlimited",
        "subledgerId": "",
        "customerProfileId": "ann",
        "flags": {"createsNegativeBalance": False},
    }


def test_what_awaits_its_activation_cannot_be_left_out(shop: Client):
    reply = shop.manage("GET", f"{PROGRAM}/transactions?awaitsActivation=false")
    assert (reply.status, list(reply.faults)) == (400, ["awaitsActivation"])
