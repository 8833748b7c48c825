"""Points, tiers, join dates and cards from CSV files."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client
from tests.emulator.management.codes import upload

CLUB = "/v1/loyalty_programs/5"
CARDS = "/v1/loyalty_programs/6"
TIERS = [{"id": 1, "name": "Bronze", "minPoints": 10}, {"id": 2, "name": "Gold", "minPoints": 50}]


@pytest.fixture
def shop(client: Client) -> Client:
    load(client)
    return client


def load(client: Client, **program: Any) -> None:
    club = {
        "id": 5,
        "name": "club",
        "allowSubledger": True,
        "programJoinPolicy": "points_earned",
        "tiers": TIERS,
        "tiersExpirationPolicy": "tier_start_date",
        "tiersExpireIn": "1Y",
        "tiersDowngradePolicy": "one_down",
    }
    reply = client.load(
        "imports",
        clock="2026-06-15T12:00:00Z",
        customerProfiles=[{"integrationId": "ann"}, {"integrationId": "bob"}],
        attributes=[{"entity": "LoyaltyCard", "name": "Color", "type": "string"}],
        loyaltyPrograms=[
            club | program,
            {"id": 6, "name": "cards", "cardBased": True, "usersPerCardLimit": 2},
        ],
        loyaltyCards=[{"programId": 6, "identifier": "CARD-1"}],
    )
    assert reply.status == 201, reply.body


def ledger(client: Client, profile_id: str, query: str = "?includeTiers=true") -> Any:
    return client.manage("GET", f"{CLUB}/profile/{profile_id}/ledger_balances{query}").body


def test_points_of_a_file_are_added(shop: Client):
    text = (
        "customerprofileid,amount,startdate,expirydate,subledgerid,reason\n"
        "ann,60.5,,,,sorry\n"
        "bob,10,2026-07-01T00:00:00Z,2026-08-01T00:00:00Z,bonus,\n"
        "new,3,immediate,unlimited,,\n"
    )
    reply = upload(shop, "POST", f"{CLUB}/import_points", text)
    assert reply.status == 200, reply.body
    assert reply.body.items() >= {"entity": "LoyaltyPoints", "amount": 3, "userId": 1}.items()
    ann = ledger(shop, "ann")["balance"]
    assert (ann["activePoints"], ann["currentTier"]["name"]) == (60.5, "Gold")
    assert ledger(shop, "bob")["subledgerBalances"]["bonus"]["pendingPoints"] == 10
    assert ledger(shop, "new")["balance"]["activePoints"] == 3
    log = shop.manage("GET", f"{CLUB}/transactions?loyaltyTransactionType=import").body["data"]
    assert [entry["name"] for entry in log] == ["", "", "sorry"]
    assert {entry["importId"] for entry in log} == {reply.body["id"]}


def test_points_can_wait_for_their_activation(shop: Client):
    text = "customerprofileid,amount,startdate,validityDuration\nann,5,on_action,30D\n"
    assert upload(shop, "POST", f"{CLUB}/import_points", text).status == 200
    (entry,) = shop.manage("GET", f"{CLUB}/transactions").body["data"]
    assert (entry["startDate"], entry["validityDuration"]) == ("on_action", "30D")


def test_points_of_cards_name_the_card(shop: Client):
    text = "identifier,amount\nCARD-1,5\n"
    assert upload(shop, "POST", f"{CARDS}/import_points", text).status == 200
    card = shop.manage("GET", f"{CARDS}/cards/CARD-1").body
    assert card["ledger"]["currentBalance"] == 5
    refused = upload(shop, "POST", f"{CARDS}/import_points", "identifier,amount\nCARD-9,5\n")
    assert (refused.status, set(refused.faults)) == (400, {"/upFile/2/identifier"})


def test_a_file_with_faults_adds_nothing_and_names_them_all(client: Client):
    load(client, allowSubledger=False)
    text = (
        "customerprofileid,amount,startdate,expirydate,validityduration,subledgerid\n"
        "ann,5,,,,\n"
        ",x,,,,\n"
        "ann,0,soon,,,bonus\n"
        "ann,1,,2026-06-01,,\n"
        "ann,1,,2026-07-01,3D,\n"
        "ann,1,,,later,\n"
    )
    reply = upload(client, "POST", f"{CLUB}/import_points", text)
    assert reply.status == 400
    assert set(reply.faults) == {
        "/upFile/3/customerprofileid",
        "/upFile/3/amount",
        "/upFile/4/amount",
        "/upFile/4/startdate",
        "/upFile/4/subledgerid",
        "/upFile/5/expirydate",
        "/upFile/6/validityduration",
        "/upFile/7/validityduration",
    }
    assert client.manage("GET", f"{CLUB}/transactions").body["data"] == []


def test_tiers_of_a_file_are_assigned(shop: Client):
    text = (
        "subledgerid,customerprofileid,tiername,expirydate\n"
        ",ann,Gold,2026-12-24T00:00:00Z\n"
        "bonus,bob,Bronze,2027-01-01T00:00:00Z\n"
    )
    reply = upload(shop, "POST", f"{CLUB}/import_customers_tiers", text)
    assert reply.body.items() >= {"entity": "CustomersTiers", "amount": 2}.items()
    tier = ledger(shop, "ann")["balance"]["currentTier"]
    assert (
        tier.items()
        >= {
            "name": "Gold",
            "startDate": "2026-06-15T12:00:00Z",
            "expiryDate": "2026-12-24T00:00:00Z",
        }.items()
    )


def test_the_tier_that_a_customer_is_in_gets_another_expiry_date(shop: Client):
    shop.manage("PUT", f"{CLUB}/profile/ann/add_points", {"points": 20})
    shop.send("PUT", "/sandbox/v1/workspaces/imports/clock", {"now": "2026-06-20T12:00:00Z"})
    text = "customerprofileid,tiername,expirydate\nann,Bronze,2026-12-24\n"
    upload(shop, "POST", f"{CLUB}/import_customers_tiers", text)
    tier = ledger(shop, "ann")["balance"]["currentTier"]
    assert tier["startDate"] == "2026-06-15T12:00:00Z"
    assert tier["expiryDate"] == "2026-12-24T00:00:00Z"


def test_tiers_that_cannot_be_assigned_are_refused(shop: Client):
    text = (
        "customerprofileid,tiername,expirydate\n"
        "nobody,Silver,2026-01-01\n"
        "ann,Gold,\n"
        "ann,Gold,2027-01-01\n"
    )
    reply = upload(shop, "POST", f"{CLUB}/import_customers_tiers", text)
    assert reply.status == 400
    assert set(reply.faults) == {
        "/upFile/2/customerprofileid",
        "/upFile/2/tiername",
        "/upFile/2/expirydate",
        "/upFile/3/expirydate",
    }
    assert "currentTier" not in ledger(shop, "ann")["balance"]


def test_tiers_need_a_program_whose_tiers_expire(client: Client):
    load(client, tiersDowngradePolicy=None)
    text = "customerprofileid,tiername,expirydate\nann,Gold,2027-01-01\n"
    reply = upload(client, "POST", f"{CLUB}/import_customers_tiers", text)
    assert (reply.status, set(reply.faults)) == (400, {"loyaltyProgramId"})


def test_join_dates_of_a_file_replace_those_that_are_there(shop: Client):
    shop.manage("PUT", f"{CLUB}/profile/ann/add_points", {"points": 20})
    text = (
        "customerprofileid,newjoindate\nann,2024-03-21T07:32:14Z\nbob,2025-04-16T21:12:37+02:00\n"
    )
    reply = upload(shop, "POST", f"{CLUB}/import_join_dates", text)
    assert reply.body.items() >= {"entity": "JoinDates", "amount": 2}.items()
    exported = shop.manage("GET", f"{CLUB}/export_join_dates").body
    assert exported.splitlines()[1:] == [
        "5,ann,2024-03-21T07:32:14Z",
        "5,bob,2025-04-16T19:12:37Z",
    ]


def test_join_dates_need_customers_and_dates(shop: Client):
    text = "customerprofileid,newjoindate\nnobody,2024-03-21\nann,\n"
    reply = upload(shop, "POST", f"{CLUB}/import_join_dates", text)
    assert (reply.status, set(reply.faults)) == (
        400,
        {"/upFile/2/customerprofileid", "/upFile/3/newjoindate"},
    )
    assert upload(shop, "POST", f"{CARDS}/import_join_dates", text).status == 400


def test_cards_of_a_file_are_made(shop: Client):
    text = (
        "identifier,state,customerprofileids,attributes\n"
        'NEW-1,active,ann;bob,"{""Color"": ""red""}"\n'
        "NEW-2,inactive,,\n"
    )
    reply = upload(shop, "POST", f"{CARDS}/import_cards", text)
    assert reply.body.items() >= {"entity": "LoyaltyCards", "amount": 2}.items()
    card = shop.manage("GET", f"{CARDS}/cards/NEW-1").body
    assert [profile["integrationId"] for profile in card["profiles"]] == ["ann", "bob"]
    assert (card["status"], card["attributes"]) == ("active", {"Color": "red"})
    assert shop.manage("GET", f"{CARDS}/cards/NEW-2").body["status"] == "inactive"


def test_cards_that_cannot_be_made_are_refused(shop: Client):
    text = (
        "identifier,state,customerprofileids,attributes\n"
        "CARD-1,active,,\n"
        "NEW-1,lost,ann;bob;cem,\n"
        'NEW-1,active,,"{""Size"": 1}"\n'
        "a b,active,,\n"
        ",,,\n"
        "NEW-2,active,,{\n"
    )
    reply = upload(shop, "POST", f"{CARDS}/import_cards", text)
    assert reply.status == 400
    assert set(reply.faults) == {
        "/upFile/2/identifier",
        "/upFile/3/state",
        "/upFile/3/customerprofileids",
        "/upFile/4/identifier",
        "/upFile/4/attributes/Size",
        "/upFile/5/identifier",
        "/upFile/7/attributes",
    }
    assert shop.manage("GET", f"{CARDS}/cards").body["data"][0]["identifier"] == "CARD-1"
