"""Loyalty programs as CSV files."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest

from tests.client import Client, Reply

CLUB = "/v1/loyalty_programs/5"
CARDS = "/v1/loyalty_programs/6"


def posted(amount: int, **fields: Any) -> dict[str, Any]:
    given = {"programId": 5, "profileIntegrationId": "ann", "created": "2026-06-14T12:00:00Z"}
    return {**given, "type": "addition", "amount": amount, **fields}


@pytest.fixture
def shop(client: Client) -> Client:
    card = {"profileIntegrationId": "", "programId": 6, "cardIdentifier": "CARD-1"}
    reply = client.load(
        "files",
        clock="2026-06-15T12:00:00Z",
        customerProfiles=[{"integrationId": "ann"}, {"integrationId": "bob"}],
        loyaltyPrograms=[
            {
                "id": 5,
                "name": "club",
                "allowSubledger": True,
                "programJoinPolicy": "points_earned",
                "tiers": [{"id": 1, "name": "Bronze", "minPoints": 10}],
            },
            {"id": 6, "name": "cards", "cardBased": True, "usersPerCardLimit": 3},
        ],
        loyaltyCards=[
            {"programId": 6, "identifier": "CARD-1", "profiles": ["ann", "bob"]},
            {"programId": 6, "identifier": "CARD-2", "batchId": "june", "blockReason": "lost"},
        ],
        loyaltyTransactions=[
            posted(100),
            posted(5, profileIntegrationId="bob", subLedgerId="bonus"),
            posted(30, type="subtraction", name="used", transactionUUID="u-1", campaignId=4),
            posted(7, startDate="2026-07-01T00:00:00Z", expiryDate="2026-08-01T00:00:00Z"),
            posted(40, **card),
        ],
    )
    assert reply.status == 201, reply.body
    return client


def rows(reply: Reply) -> list[dict[str, str]]:
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "application/csv"
    return list(csv.DictReader(StringIO(reply.body)))


def test_balances_have_a_row_for_each_ledger(shop: Client):
    ann, bob, bonus = rows(shop.manage("GET", f"{CLUB}/export_customer_balances"))
    assert ann == {
        "loyaltyProgramID": "5",
        "loyaltySubledger": "",
        "profileIntegrationID": "ann",
        "currentBalance": "70",
        "pendingBalance": "7",
        "expiredBalance": "0",
        "spentBalance": "30",
        "negativeBalance": "0",
        "currentTier": "Bronze",
    }
    assert (bob["profileIntegrationID"], bob["currentBalance"], bob["currentTier"]) == (
        "bob",
        "0",
        "",
    )
    assert (bonus["loyaltySubledger"], bonus["currentBalance"]) == ("bonus", "5")


def test_balances_that_are_not_asked_for_are_empty(shop: Client):
    ann = rows(shop.manage("GET", f"{CLUB}/export_customer_balance?balances=spentBalance"))[0]
    assert (ann["currentBalance"], ann["spentBalance"], ann["pendingBalance"]) == ("70", "30", "")
    reply = shop.manage("GET", f"{CLUB}/export_customer_balances?balances=all")
    assert (reply.status, list(reply.faults)) == (400, ["balances"])


def test_balances_are_those_of_a_time(shop: Client):
    later = rows(shop.manage("GET", f"{CLUB}/export_customer_balances?endDate=2026-09-01"))[0]
    assert (later["currentBalance"], later["expiredBalance"]) == ("70", "7")


def test_tiers_have_a_row_for_each_ledger_that_has_one(shop: Client):
    (ann,) = rows(shop.manage("GET", f"{CLUB}/export_customers_tiers"))
    assert ann == {
        "programid": "5",
        "subledgerid": "",
        "customerprofileid": "ann",
        "tiername": "Bronze",
        "startdate": "2026-06-14T12:00:00Z",
        "expirydate": "",
    }
    assert rows(shop.manage("GET", f"{CLUB}/export_customers_tiers?tierNames=Gold")) == []
    assert rows(shop.manage("GET", f"{CLUB}/export_customers_tiers?subledgerIds=bonus")) == []


def test_join_dates_are_those_of_members(shop: Client):
    ann, _ = rows(shop.manage("GET", f"{CLUB}/export_join_dates"))
    assert ann == {
        "loyaltyProgramID": "5",
        "profileIntegrationID": "ann",
        "joinDate": "2026-06-14T12:00:00Z",
    }


DAY = "rangeStart=2026-06-14&rangeEnd=2026-06-15"


def test_a_log_has_a_row_for_each_transaction(shop: Client):
    pending, used, _ = rows(
        shop.manage("GET", f"{CLUB}/profile/ann/export_log?{DAY}&dateFormat=excel")
    )
    assert (pending["startdate"], pending["expirydate"]) == (
        "2026-07-01 00:00:00",
        "2026-08-01 00:00:00",
    )
    assert used == {
        "customerprofileid": "ann",
        "customersessionid": "",
        "rulesetid": "",
        "rulename": "",
        "programid": "5",
        "type": "subtraction",
        "name": "used",
        "subledgerid": "",
        "startdate": "immediate",
        "expirydate": "unlimited",
        "id": used["id"],
        "created": "2026-06-14 12:00:00",
        "amount": "30",
        "archived": "false",
        "campaignid": "4",
        "flags": "",
        "transactionuuid": "u-1",
        "validityduration": "",
    }


def test_a_log_needs_a_range(shop: Client):
    reply = shop.manage("GET", f"{CLUB}/profile/ann/export_log")
    assert (reply.status, set(reply.faults)) == (400, {"rangeStart", "rangeEnd"})
    none = "rangeStart=2026-05-14&rangeEnd=2026-05-15"
    assert rows(shop.manage("GET", f"{CLUB}/profile/ann/export_log?{none}")) == []


def test_a_cards_log_names_the_card(shop: Client):
    (entry,) = rows(shop.manage("GET", f"{CARDS}/cards/CARD-1/export_log?{DAY}"))
    assert (entry["cardidentifier"], entry["amount"]) == ("CARD-1", "40")


def test_card_balances_have_a_row_for_each_card_with_points(shop: Client):
    (card,) = rows(shop.manage("GET", f"{CARDS}/export_card_balances"))
    assert (
        card.items()
        >= {
            "loyaltyProgramID": "6",
            "cardIdentifier": "CARD-1",
            "cardState": "active",
            "currentBalance": "40",
        }.items()
    )


def test_cards_have_a_row_each(shop: Client):
    first, second = rows(shop.manage("GET", f"{CARDS}/cards/export"))
    assert first == {
        "identifier": "CARD-1",
        "created": "2026-06-15T12:00:00Z",
        "status": "active",
        "userpercardlimit": "3",
        "customerprofileids": "['ann', 'bob']",
        "blockreason": "",
        "generated": "false",
        "batchid": "",
        "attributes": "{}",
    }
    assert (second["batchid"], second["generated"], second["blockreason"]) == (
        "june",
        "true",
        "lost",
    )
    assert rows(shop.manage("GET", f"{CARDS}/cards/export?batchId=june")) == [second]
    assert rows(shop.manage("GET", f"{CARDS}/cards/export?createdBefore=2026-06-01")) == []


def test_files_of_programs_of_the_other_kind_are_refused(shop: Client):
    assert shop.manage("GET", f"{CARDS}/export_customer_balances").status == 400
    assert shop.manage("GET", f"{CARDS}/export_join_dates").status == 400
    assert shop.manage("GET", f"{CLUB}/export_card_balances").status == 400
    assert shop.manage("GET", f"{CLUB}/cards/export").status == 400
