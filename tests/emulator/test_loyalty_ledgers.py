"""Balances, logs and points of profiles and cards, and what changes them without a rule."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client

PROGRAM = "/v1/loyalty_programs/5"
OF_P = f"{PROGRAM}/profile/p"
OF_CARD = f"{PROGRAM}/cards/CARD-1"
ZERO = {"activePoints": 0, "pendingPoints": 0, "spentPoints": 0, "expiredPoints": 0}
UUID = "00000000-0000-4000-8000-00000000000"


def loaded(client: Client, *transactions: Any, program: Any = None, **parts: Any) -> Client:
    club = {"id": 5, "name": "club", "allowSubledger": True, **(program or {})}
    bundle = {
        "clock": "2026-06-15T12:00:00Z",
        "loyaltyPrograms": [club],
        "customerProfiles": [{"integrationId": "p"}],
        "loyaltyTransactions": list(transactions),
        **parts,
    }
    reply = client.load("ledgers", **bundle)
    assert reply.status == 201, reply.body
    return client


def posted(amount: int, number: int = 0, kind: str = "addition", **fields: Any) -> dict[str, Any]:
    owner = {} if "cardIdentifier" in fields else {"profileIntegrationId": "p"}
    return {
        "programId": 5,
        "type": kind,
        "amount": amount,
        "created": f"2026-06-0{number + 1}T00:00:00Z",
        "transactionUUID": f"{UUID}{number}",
        **owner,
        **fields,
    }


def on_card(client: Client, *transactions: Any) -> Client:
    card = {"programId": 5, "identifier": "CARD-1", "profiles": ["p"]}
    return loaded(client, *transactions, program={"cardBased": True}, loyaltyCards=[card])


def balance(client: Client, query: str = "") -> dict[str, Any]:
    reply = client.call("GET", f"{OF_P}/balances{query}")
    assert reply.status == 200, reply.body
    found: dict[str, Any] = reply.body["balance"]
    return found


def test_balances_are_those_of_the_end_date(client: Client):
    loaded(
        client,
        posted(50, 0, expiryDate="2026-06-20T00:00:00Z"),
        posted(20, 1, "subtraction"),
        posted(10, 2, startDate="2026-06-18T00:00:00Z"),
    )
    assert balance(client) == {
        "activePoints": 30,
        "pendingPoints": 10,
        "spentPoints": 20,
        "expiredPoints": 0,
        "negativePoints": 0,
    }
    assert balance(client, "?endDate=2026-06-01T12:00:00Z")["activePoints"] == 50
    later = balance(client, "?endDate=2026-06-20")
    assert (later["activePoints"], later["expiredPoints"]) == (10, 30)


def test_a_filter_leaves_the_main_ledger_and_one_subledger(client: Client):
    loaded(client, posted(5), posted(7, 1, subLedgerId="a"), posted(9, 2, subLedgerId="b"))
    reply = client.call("GET", f"{OF_P}/balances?subledgerId=b").body
    assert reply["balance"]["activePoints"] == 5
    assert list(reply["subledgerBalances"]) == ["b"]


def test_a_customer_without_points_has_zeros(client: Client):
    loaded(client)
    reply = client.call("GET", f"{OF_P}/balances")
    assert reply.body == {"balance": ZERO | {"negativePoints": 0}, "subledgerBalances": {}}


def test_tiers_are_shown_when_they_are_asked_for(client: Client):
    program = {
        "tiers": [
            {"id": 1, "name": "Bronze", "minPoints": 100},
            {"id": 2, "name": "Silver", "minPoints": 200},
        ],
        "tiersExpirationPolicy": "tier_start_date",
        "tiersExpireIn": "1M",
        "tiersDowngradePolicy": "balance_based",
    }
    dated = posted(60, 1, expiryDate="2026-06-25T00:00:00Z")
    loaded(client, posted(150, 0), dated, program=program)
    assert "currentTier" not in balance(client)
    shown = balance(client, "?includeTiers=true&includeProjectedTier=true")
    assert shown["currentTier"]["name"] == "Silver"
    assert "nextTierName" not in shown
    assert shown["projectedTier"] == {
        "projectedActivePoints": 150,
        "stayInTierPoints": 50,
        "projectedTierName": "Bronze",
    }


def log(client: Client, query: str = "", holder: str = OF_P) -> list[Any]:
    reply = client.call("GET", f"{holder}/transactions{query}")
    assert reply.status == 200, reply.body
    found: list[Any] = reply.body["data"]
    return found


def test_the_log_shows_the_newest_first_in_the_vendors_words(client: Client):
    waiting = posted(10, 1, startDate="on_action", validityDuration="30D", name="w")
    loaded(client, posted(50, 0, expiryDate="2026-06-20T00:00:00Z", ruleName="r"), waiting)
    second, first = log(client)
    assert first["id"] < second["id"]
    assert (first["startDate"], first["expiryDate"]) == ("immediate", "2026-06-20T00:00:00Z")
    second.pop("id")
    assert second == {
        "transactionUUID": f"{UUID}1",
        "created": "2026-06-02T00:00:00Z",
        "programId": 5,
        "type": "addition",
        "name": "w",
        "startDate": "on_action",
        "expiryDate": "unlimited",
        "subledgerId": "",
        "amount": 10,
        "validityDuration": "30D",
        "flags": {"createsNegativeBalance": False},
    }


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("?pageSize=2", [4, 3]),
        ("?pageSize=2&skip=2", [2, 1]),
        ("?subledgerId=bonus", [3]),
        ("?loyaltyTransactionType=manual", [4, 1]),
        ("?loyaltyTransactionType=session", [3]),
        ("?loyaltyTransactionType=import", [2]),
        (f"?transactionUUIDs={UUID}0&transactionUUIDs={UUID}3", [4, 1]),
        ("?customerSessionIDs=s", [3]),
        ("?startDate=2026-06-02&endDate=2026-06-03T00:00:00Z", [3, 2]),
        ("?awaitsActivation=true", [4]),
    ],
)
def test_the_log_can_be_filtered_and_paged(client: Client, query: str, amounts: list[int]):
    loaded(
        client,
        posted(1, 0),
        posted(2, 1, importId=3),
        posted(3, 2, subLedgerId="bonus", customerSessionId="s"),
        posted(4, 3, startDate="on_action"),
    )
    assert [entry["amount"] for entry in log(client, query)] == amounts


def test_a_page_says_whether_there_is_more(client: Client):
    loaded(client, *(posted(1, number) for number in range(3)))
    first = client.call("GET", f"{OF_P}/transactions?pageSize=2").body
    last = client.call("GET", f"{OF_P}/transactions?pageSize=2&skip=2").body
    assert (first["hasMore"], last["hasMore"]) == (True, False)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        (f"{OF_P}/transactions?awaitsActivation=false", "awaitsActivation"),
        (f"{OF_P}/transactions?pageSize=0", "pageSize"),
        (f"{OF_P}/transactions?pageSize=1001", "pageSize"),
        (f"{OF_P}/transactions?skip=-1", "skip"),
        (f"{OF_P}/transactions?startDate=yesterday", "startDate"),
        (f"{OF_P}/transactions?loyaltyTransactionType=gift", "loyaltyTransactionType"),
        (f"{OF_P}/points?status=gone", "status"),
        (f"{OF_P}/points?sort=amount", "sort"),
        (f"{OF_P}/balances?includeTiers=perhaps", "includeTiers"),
        ("/v1/loyalty_programs/club/profile/p/balances", "loyaltyProgramId"),
        (f"{OF_CARD}/balances", "loyaltyProgramId"),
    ],
)
def test_what_cannot_be_asked_is_refused(client: Client, path: str, parameter: str):
    loaded(client)
    reply = client.call("GET", path)
    assert reply.status == 400
    assert list(reply.faults) == [parameter]


@pytest.mark.parametrize("what", ["balances", "transactions", "points"])
@pytest.mark.parametrize("holder", ["9/profile/p", "5/profile/nobody"])
def test_unknown_programs_and_customers_are_not_found(client: Client, holder: str, what: str):
    loaded(client)
    assert client.call("GET", f"/v1/loyalty_programs/{holder}/{what}").status == 404


def test_points_are_what_is_left_of_them(client: Client):
    loaded(client, posted(50, 0), posted(30, 1), posted(60, 2, "subtraction"))
    (left,) = client.call("GET", f"{OF_P}/points").body["data"]
    assert (left["transactionUUID"], left["amount"]) == (f"{UUID}1", 20)


def test_points_can_be_sorted_and_asked_for_by_status(client: Client):
    loaded(
        client,
        posted(1, 0, expiryDate="2026-08-01T00:00:00Z"),
        posted(2, 1, expiryDate="2026-07-01T00:00:00Z"),
        posted(3, 2),
        posted(4, 3, startDate="2026-12-01T00:00:00Z"),
        posted(5, 4, expiryDate="2026-06-10T00:00:00Z"),
    )

    def amounts(query: str) -> list[int]:
        data = client.call("GET", f"{OF_P}/points{query}").body["data"]
        return [entry["amount"] for entry in data]

    assert amounts("") == [1, 2, 3]
    assert amounts("?sort=expiryDate") == [2, 1, 3]
    assert amounts("?sort=-expiryDate") == [3, 1, 2]
    assert amounts("?sort=-startDate") == [3, 2, 1]
    assert amounts("?status=pending") == [4]
    assert amounts("?status=expired") == [5]


def test_deleting_one_ledger_leaves_the_others(client: Client):
    loaded(client, posted(5), posted(7, 1, subLedgerId="bonus"), posted(2, 2, "subtraction"))
    path = f"{OF_P}/delete_transactions"
    assert client.call("POST", path, {"scope": "SelectedSubledgers"}).status == 400
    wanted = {"scope": "SelectedSubledgers", "subledgerIds": [""]}
    assert client.call("POST", path, wanted).status == 204
    reply = client.call("GET", f"{OF_P}/balances").body
    assert reply["balance"] == ZERO | {"negativePoints": 0}
    assert reply["subledgerBalances"]["bonus"]["activePoints"] == 7


def test_a_misspelt_field_deletes_no_ledger(client: Client):
    loaded(client, posted(5))
    sent = {"scope": "AllSubledgers", "subledgerIDs": ["bonus"]}
    reply = client.call("POST", f"{OF_P}/delete_transactions", sent)
    assert list(reply.faults) == ["/subledgerIDs"]
    assert balance(client)["activePoints"] == 5


def test_a_customer_joins_once_and_a_card_never(client: Client):
    loaded(client, program={"programJoinPolicy": "points_earned"})
    assert client.call("POST", f"{OF_P}/join").status == 200
    assert client.call("POST", f"{OF_P}/join").status == 400
    reply = client.put_session("s", "", ["loyalty"], profileId="p")
    program = reply.body["loyalty"]["programs"]["5"]
    assert program["joinDate"] == "2026-06-15T12:00:00Z"
    on_card(client)
    assert client.call("POST", f"{OF_P}/join").status == 400


def test_points_are_activated_by_transaction(client: Client):
    waiting = posted(10, 0, startDate="on_action", validityDuration="1M", customerSessionId="s")
    loaded(client, waiting, posted(20, 1, startDate="on_action"), posted(30, 2))
    activate = f"{PROGRAM}/activate_points"
    (entry,) = client.call("POST", activate, {"transactionUUIDs": [f"{UUID}0"]}).body[
        "ledgerEntries"
    ]
    assert entry == {
        "created": "2026-06-01T00:00:00Z",
        "programID": 5,
        "customerProfileID": "p",
        "customerSessionID": "s",
        "type": "addition",
        "amount": 10,
        "startDate": "2026-06-15T12:00:00Z",
        "expiryDate": "2026-07-15T12:00:00Z",
        "name": "",
        "subLedgerID": "",
        "flags": {"createsNegativeBalance": False},
        "validityDuration": "1M",
    }
    assert balance(client)["pendingPoints"] == 20
    again = client.call("POST", activate, {"transactionUUIDs": [f"{UUID}0", f"{UUID}2"]})
    assert list(again.faults) == ["/transactionUUIDs/0", "/transactionUUIDs/1"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"transactionUUIDs": [f"{UUID}9"]}, 404),
        ({"sessionId": "nowhere"}, 404),
        ({"transactionUUIDs": []}, 400),
        ({"transactionUUIDs": [f"{UUID}0", f"{UUID}0"]}, 400),
    ],
)
def test_only_points_that_wait_can_be_activated(client: Client, sent: Any, status: int):
    loaded(client, posted(10, 0, startDate="on_action"))
    assert client.call("POST", f"{PROGRAM}/activate_points", sent).status == status


def test_a_card_has_balances_a_log_and_points_of_its_own(client: Client):
    on_card(client, posted(10, 0, cardIdentifier="CARD-1"))
    reply = client.call("GET", f"{OF_CARD}/balances").body
    assert reply["balance"]["activePoints"] == 10
    assert [profile["integrationId"] for profile in reply["profiles"]] == ["p"]
    (entry,) = log(client, holder=OF_CARD)
    assert entry["cardIdentifier"] == "CARD-1"
    assert "flags" not in entry
    (points,) = client.call("GET", f"{OF_CARD}/points").body["data"]
    assert points["amount"] == 10


def test_points_on_a_card_name_the_customer_whose_session_earned_them(client: Client):
    blocks = [{"id": "e", "type": "x-addLoyaltyPoints", "name": "n", "programId": 5, "value": 3}]
    ruleset = {"id": 11, "promotionRules": [{"title": "r", "blocks": blocks}]}
    card = {"programId": 5, "identifier": "CARD-1"}
    loaded(
        client,
        program={"cardBased": True},
        loyaltyCards=[card],
        campaigns=[{"id": 1, "name": "c", "ruleset": ruleset}],
    )
    client.put_session("s", profileId="p", loyaltyCards=["CARD-1"], state="closed")
    (points,) = client.call("GET", f"{OF_CARD}/points").body["data"]
    assert (points["customerProfileID"], points["customerSessionId"]) == ("p", "s")
