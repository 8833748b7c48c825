"""Points, cards and progress in answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, item

PROGRAM = {"id": 5, "name": "points_club", "title": "Points Club", "allowSubledger": True}
EARN = {"id": "e", "type": "x-addLoyaltyPoints", "name": "p", "programId": 5, "value": 70}
TIERS = [
    {"id": 1, "name": "Bronze", "minPoints": 100},
    {"id": 2, "name": "Silver", "minPoints": 200},
]


def load(client: Client, *blocks: dict[str, Any], program: Any = None, **parts: Any) -> Client:
    ruleset = {"id": 11, "promotionRules": [{"title": "r", "blocks": list(blocks)}]}
    reply = client.load(
        "points",
        clock="2026-06-15T12:00:00Z",
        loyaltyPrograms=[PROGRAM | (program or {})],
        campaigns=[{"id": 1, "name": "c", "ruleset": ruleset}],
        **parts,
    )
    assert reply.status == 201, reply.body
    return client


def addition(amount: int, **fields: Any) -> dict[str, Any]:
    given = {"programId": 5, "profileIntegrationId": "p", "type": "addition", "amount": amount}
    return given | fields


def test_a_ledger_shows_stored_and_tentative_balances(client: Client):
    stored = [addition(100), addition(30, startDate="2026-07-01T00:00:00Z")]
    load(client, EARN, loyaltyTransactions=stored)
    reply = client.put_session("s", "", ["loyalty"], profileId="p", cartItems=[item()])
    assert reply.body["loyalty"] == {
        "programs": {
            "5": {
                "id": 5,
                "name": "points_club",
                "title": "Points Club",
                "ledger": {
                    "currentBalance": 100,
                    "pendingBalance": 30,
                    "negativeBalance": 0,
                    "expiredBalance": 0,
                    "spentBalance": 0,
                    "tentativeCurrentBalance": 170,
                    "tentativePendingBalance": 30,
                    "tentativeNegativeBalance": 0,
                },
                "subLedgers": {},
            }
        }
    }


def test_a_subledger_that_only_this_session_fills_is_shown(client: Client):
    load(client, EARN | {"subLedgerId": "bonus"})
    reply = client.put_session("s", "", ["loyalty"], profileId="p", cartItems=[item()])
    bonus = reply.body["loyalty"]["programs"]["5"]["subLedgers"]["bonus"]
    assert (bonus["currentBalance"], bonus["tentativeCurrentBalance"]) == (0, 70)


def test_a_tier_shows_its_dates_in_the_programs_zone(client: Client):
    program = {
        "timezone": "Europe/Berlin",
        "tiers": TIERS,
        "tiersExpirationPolicy": "tier_start_date",
        "tiersExpireIn": "1Y",
        "tiersDowngradePolicy": "one_down",
    }
    load(client, program=program, loyaltyTransactions=[addition(130)])
    reply = client.put_session("s", "", ["loyalty"], profileId="p", cartItems=[item()])
    ledger = reply.body["loyalty"]["programs"]["5"]["ledger"]
    assert ledger["currentTier"] == {
        "id": 1,
        "name": "Bronze",
        "startDate": "2026-06-15T14:00:00+02:00",
        "expiryDate": "2027-06-15T14:00:00+02:00",
        "downgradePolicy": "one_down",
    }
    assert (ledger["pointsToNextTier"], ledger["nextTierName"]) == (70, "Silver")


def test_a_tier_can_last_until_the_end_of_time(client: Client):
    tier = {
        "programId": 5,
        "profileIntegrationId": "p",
        "tier": "Bronze",
        "startDate": "2026-01-01T00:00:00Z",
        "expiryDate": "9999-12-31T23:59:59Z",
    }
    program = {
        "timezone": "Europe/Berlin",
        "tiers": TIERS,
        "tiersExpirationPolicy": "customer_attribute",
    }
    load(client, program=program, loyaltyTiers=[tier])
    reply = client.put_session("s", "", ["loyalty"], profileId="p", cartItems=[item()])
    shown = reply.body["loyalty"]["programs"]["5"]["ledger"]["currentTier"]
    assert shown["expiryDate"] == "9999-12-31T23:59:59Z"


def test_a_card_shows_its_own_ledgers(client: Client):
    card = {"programId": 5, "identifier": "CARD-1", "profiles": ["p"]}
    load(client, EARN, program={"cardBased": True, "usersPerCardLimit": 2}, loyaltyCards=[card])
    reply = client.put_session(
        "s", "", ["loyalty"], profileId="p", loyaltyCards=["CARD-1"], cartItems=[item()]
    )
    loyalty = reply.body["loyalty"]
    assert loyalty["programs"] == {}
    (shown,) = loyalty["cards"]
    ledger = shown.pop("ledger")
    assert (ledger["currentBalance"], ledger["tentativeCurrentBalance"]) == (0, 70)
    assert shown == {
        "id": 1,
        "created": "2026-06-15T12:00:00Z",
        "programID": 5,
        "programName": "points_club",
        "programTitle": "Points Club",
        "status": "active",
        "identifier": "CARD-1",
        "usersPerCardLimit": 2,
        "profiles": [{"integrationId": "p", "timestamp": "2026-06-15T12:00:00Z"}],
        "subledgers": {},
    }


def test_nobody_has_no_points_and_no_progress(client: Client):
    load(client, achievements=[{"id": 8, "name": "Three", "target": 3}])
    reply = client.put_session("s", "", ["loyalty", "achievements"], cartItems=[item()])
    assert reply.body["loyalty"] == {"programs": {}}
    assert reply.body["achievements"] == []


@pytest.mark.parametrize("state", ["open", "closed"])
def test_achievements_show_stored_progress(client: Client, state: str):
    step = {
        "id": "a",
        "type": "updateAchievementProgress",
        "operator": "increaseBy",
        "value": "1",
        "achievement": {"id": 8, "name": "Three", "title": "Three", "target": 3},
    }
    achievement = {"id": 8, "name": "Three", "title": "T", "description": "d", "target": 3}
    load(client, step, achievements=[achievement | {"period": "1D"}])
    reply = client.put_session(
        "s", "", ["achievements"], profileId="p", state=state, cartItems=[item()]
    )
    started = {
        "status": "inprogress",
        "progress": 1,
        "startDate": "2026-06-15T12:00:00Z",
        "endDate": "2026-06-16T12:00:00Z",
    }
    nothing = {"status": "not_started", "progress": 0}
    assert reply.body["achievements"] == [
        achievement
        | {
            "recurrencePolicy": "no_recurrence",
            "activationPolicy": "user_action",
            "isCappedByTarget": False,
            "allowRollbackAfterCompletion": False,
            "currentProgress": started if state == "closed" else nothing,
        }
    ]
