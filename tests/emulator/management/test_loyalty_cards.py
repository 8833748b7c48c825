"""Loyalty cards as the Management API lists and changes them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, item

CARDS = "/v1/loyalty_programs/6/cards"
FORMAT = {"validCharacters": ["A", "B"], "couponPattern": "CARD-######"}
EARN = {"id": "e", "type": "x-addLoyaltyPoints", "name": "p", "programId": 6, "value": 70}


@pytest.fixture
def shop(client: Client) -> Client:
    load(client)
    return client


def load(client: Client, **program: Any) -> None:
    ruleset = {"id": 11, "promotionRules": [{"title": "r", "blocks": [EARN]}]}
    reply = client.load(
        "cards",
        clock="2026-06-15T12:00:00Z",
        attributes=[{"entity": "LoyaltyCard", "name": "Color", "type": "string"}],
        customerProfiles=[{"integrationId": "ann"}, {"integrationId": "bob"}],
        campaigns=[{"id": 1, "name": "c", "ruleset": ruleset}],
        loyaltyPrograms=[
            {"id": 5, "name": "club"},
            {"id": 6, "name": "cards", "cardBased": True, "cardCodeSettings": FORMAT, **program},
        ],
        loyaltyCards=[
            {"programId": 6, "identifier": "FIRST", "profiles": ["ann"]},
            {"programId": 6, "identifier": "SECOND", "status": "inactive", "batchId": "old-ones"},
        ],
        loyaltyTransactions=[
            {"programId": 6, "cardIdentifier": "FIRST", "type": "addition", "amount": 40}
        ],
    )
    assert reply.status == 201, reply.body


def identifiers(client: Client, query: str = "") -> list[str]:
    reply = client.manage("GET", f"{CARDS}{query}")
    assert reply.status == 200, reply.body
    return [card["identifier"] for card in reply.body["data"]]


def card(client: Client, identifier: str = "FIRST") -> Any:
    return client.manage("GET", f"{CARDS}/{identifier}").body


def balance(client: Client, identifier: str = "FIRST") -> float:
    current: float = card(client, identifier)["ledger"]["currentBalance"]
    return current


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["FIRST", "SECOND"]),
        ("?sort=-id", ["SECOND", "FIRST"]),
        ("?pageSize=1&skip=1", ["SECOND"]),
        ("?identifier=SECOND", ["SECOND"]),
        ("?batchId=old-ones", ["SECOND"]),
        ("?profileId=1", ["FIRST"]),
        ("?profileId=2", []),
        ("?profileId=99", []),
    ],
)
def test_cards_are_listed_and_found(shop: Client, query: str, found: list[str]):
    assert identifiers(shop, query) == found


def test_a_card_is_shown_with_its_points(shop: Client):
    shown = card(shop)
    assert shown["ledger"]["currentBalance"] == 40
    assert shown["profiles"] == [{"integrationId": "ann", "timestamp": "2026-06-15T12:00:00Z"}]
    assert card(shop, "SECOND").items() >= {"status": "inactive", "batchId": "old-ones"}.items()


def test_cards_of_other_programs_are_not_found(shop: Client):
    assert shop.manage("GET", f"{CARDS}/THREE").status == 404
    assert shop.manage("GET", "/v1/loyalty_programs/5/cards").status == 400
    assert shop.manage("GET", "/v1/loyalty_programs/9/cards").status == 404


def test_a_card_can_be_blocked(shop: Client):
    body = {"status": "inactive", "blockReason": "lost", "attributes": {"Color": "red"}}
    reply = shop.manage("PUT", f"{CARDS}/FIRST", body)
    assert reply.body.items() >= body.items()
    assert reply.body["modified"] == "2026-06-15T12:00:00Z"
    again = shop.manage("PUT", f"{CARDS}/FIRST", {"attributes": {"Color": None}}).body
    assert (again["status"], "attributes" in again) == ("inactive", False)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/status"}),
        ({"status": "lost"}, {"/status"}),
        ({"attributes": {"Size": 1, "Color": 2}}, {"/attributes/Size", "/attributes/Color"}),
    ],
)
def test_an_update_that_makes_no_sense_is_refused(
    shop: Client, body: dict[str, Any], pointers: set[str]
):
    reply = shop.manage("PUT", f"{CARDS}/FIRST", body)
    assert (reply.status, set(reply.faults)) == (400, pointers)


def test_a_deleted_card_takes_its_points_along(shop: Client):
    assert shop.manage("DELETE", f"{CARDS}/FIRST").status == 204
    assert shop.manage("GET", f"{CARDS}/FIRST").status == 404
    assert shop.manage("DELETE", f"{CARDS}/FIRST").status == 404
    assert shop.manage("GET", "/v1/loyalty_programs/6/transactions").body["data"] == []
    made = shop.call("POST", CARDS, {"cardIdentifier": "FIRST-"})
    assert made.status == 200
    assert balance(shop, "FIRST-") == 0


def test_points_are_added_to_a_card_and_deducted(shop: Client):
    assert shop.manage("PUT", f"{CARDS}/FIRST/add_points", {"points": 5}).status == 204
    assert shop.manage("PUT", f"{CARDS}/FIRST/deduct_points", {"points": 20}).status == 204
    assert balance(shop) == 25
    too_many = shop.manage("PUT", f"{CARDS}/FIRST/deduct_points", {"points": 26})
    assert (too_many.status, set(too_many.faults)) == (400, {"/points"})


def test_an_inactive_card_gets_no_points(shop: Client):
    reply = shop.manage("PUT", f"{CARDS}/SECOND/add_points", {"points": 5})
    assert reply.status == 400
    assert balance(shop, "SECOND") == 0


def test_a_cards_log_is_listed_newest_first(shop: Client):
    session = {"profileId": "ann", "loyaltyCards": ["FIRST"], "cartItems": [item()]}
    shop.put_session("s", state="closed", **session)
    earned, first = shop.manage("GET", f"{CARDS}/FIRST/logs").body["data"]
    assert (first["amount"], first["cardIdentifier"]) == (40, "FIRST")
    assert earned.items() >= {"amount": 70, "sessionId": 1, "applicationId": 1}.items()
    later = shop.manage("GET", f"{CARDS}/FIRST/logs?startDate=2026-07-01").body
    assert later == {"hasMore": False, "data": []}


def test_a_transfer_moves_everything_to_a_new_card_and_blocks_the_old_one(shop: Client):
    session = {"profileId": "ann", "loyaltyCards": ["FIRST"], "cartItems": [item()]}
    shop.put_session("s", state="closed", **session)
    body = {"newCardIdentifier": "NEW-ONE", "blockReason": "stolen"}
    assert shop.manage("PUT", f"{CARDS}/FIRST/transfer", body).status == 204
    old, new = card(shop), card(shop, "NEW-ONE")
    assert (old["ledger"]["currentBalance"], new["ledger"]["currentBalance"]) == (0, 110)
    assert (
        old.items()
        >= {
            "status": "inactive",
            "blockReason": "stolen",
            "newCardIdentifier": "NEW-ONE",
            "profiles": [],
        }.items()
    )
    assert (new["status"], new["oldCardIdentifier"]) == ("active", "FIRST")
    assert [one["integrationId"] for one in new["profiles"]] == ["ann"]


def test_points_of_a_transferred_card_are_taken_back_from_the_new_one(client: Client):
    load(client, returnPolicy="within_balance")
    session = {"profileId": "ann", "loyaltyCards": ["FIRST"], "cartItems": [item()]}
    client.put_session("s", state="closed", **session)
    client.manage("PUT", f"{CARDS}/FIRST/transfer", {"newCardIdentifier": "NEW-ONE"})
    assert client.put_session("s", state="cancelled").status == 200
    assert balance(client, "NEW-ONE") == 40


def test_a_card_that_was_transferred_stays_blocked(shop: Client):
    shop.manage("PUT", f"{CARDS}/FIRST/transfer", {"newCardIdentifier": "NEW-ONE"})
    reply = shop.manage("PUT", f"{CARDS}/FIRST", {"status": "active"})
    assert (reply.status, set(reply.faults)) == (400, {"/status"})
    again = shop.manage("PUT", f"{CARDS}/FIRST/transfer", {"newCardIdentifier": "OTHER"})
    assert again.status == 400


def test_a_transfer_needs_an_identifier_that_no_card_has(shop: Client):
    shop.manage("PUT", f"{CARDS}/FIRST/transfer", {"newCardIdentifier": "NEW-ONE"})
    reply = shop.manage("PUT", f"{CARDS}/SECOND/transfer", {"newCardIdentifier": "NEW-ONE"})
    assert (reply.status, set(reply.faults)) == (400, {"/newCardIdentifier"})


def test_a_batch_has_cards_of_the_programs_format(shop: Client):
    body = {"numberOfCards": 10, "batchId": "june", "status": "inactive"}
    reply = shop.manage("POST", f"{CARDS}/batch", body)
    assert reply.body == {"numberOfCardsGenerated": 10, "batchId": "june"}
    made = identifiers(shop, "?batchId=june")
    assert len(set(made)) == 10
    assert all(one.startswith("CARD-") and set(one[5:]) <= {"A", "B"} for one in made)
    assert card(shop, made[0])["status"] == "inactive"


def test_a_batch_may_have_a_format_of_its_own_and_gets_an_id(shop: Client):
    settings = {"validCharacters": ["1"], "couponPattern": "XX-#"}
    body = {"numberOfCards": 1, "cardCodeSettings": settings}
    batch_id = shop.manage("POST", f"{CARDS}/batch", body).body["batchId"]
    assert identifiers(shop, f"?batchId={batch_id}") == ["XX-1"]
    refused = shop.manage("POST", f"{CARDS}/batch", body)
    assert (refused.status, set(refused.faults)) == (400, {"/cardCodeSettings"})


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/numberOfCards"}),
        ({"numberOfCards": 20_001}, {"/numberOfCards"}),
        ({"numberOfCards": 0, "batchId": "no!"}, {"/numberOfCards", "/batchId"}),
        ({"numberOfCards": 65}, {"/cardCodeSettings"}),
    ],
)
def test_a_batch_that_cannot_be_made_is_refused(
    shop: Client, body: dict[str, Any], pointers: set[str]
):
    reply = shop.manage("POST", f"{CARDS}/batch", body)
    assert (reply.status, set(reply.faults)) == (400, pointers)
    assert identifiers(shop) == ["FIRST", "SECOND"]


def test_a_program_without_a_format_makes_no_batch(client: Client):
    load(client, cardCodeSettings=None)
    reply = client.manage("POST", f"{CARDS}/batch", {"numberOfCards": 1})
    assert (reply.status, set(reply.faults)) == (400, {"/cardCodeSettings"})


def test_an_export_keeps_what_became_of_cards(shop: Client):
    shop.manage("PUT", f"{CARDS}/FIRST/transfer", {"newCardIdentifier": "NEW-ONE"})
    before = card(shop), card(shop, "NEW-ONE")
    bundle = shop.send("GET", "/sandbox/v1/workspaces/cards").body
    shop.load("cards", **bundle)
    assert (card(shop), card(shop, "NEW-ONE")) == before
