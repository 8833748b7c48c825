"""Points and tiers, before and after."""

from __future__ import annotations

from decimal import Decimal

from sandbox.insight.points import points_rows

LEDGER = {
    "currentBalance": 100,
    "pendingBalance": 0,
    "tentativeCurrentBalance": Decimal("112.5"),
    "tentativePendingBalance": 7,
    "currentTier": {"name": "Silver"},
}
LOYALTY = {"programs": {"1": {"id": 1, "title": "Club", "ledger": LEDGER}}}


def test_balances_are_those_before_and_after():
    (row,) = points_rows({"loyalty": LOYALTY})
    assert (row.before, row.after) == (100, Decimal("112.5"))
    assert (row.pending_before, row.pending_after) == (0, 7)
    assert (row.tier_before, row.tier_after) == ("Silver", "Silver")


def test_a_change_of_tier_shows_both():
    effect = {
        "effectType": "changeLoyaltyTierLevel",
        "props": {"programId": 1, "previousTierName": "Silver", "newTierName": "Gold"},
    }
    (row,) = points_rows({"loyalty": LOYALTY, "effects": [effect]})
    assert (row.tier_before, row.tier_after) == ("Silver", "Gold")


def test_subledgers_and_cards_have_rows_of_their_own():
    program = {"id": 1, "title": "Club", "ledger": LEDGER, "subLedgers": {"shoes": LEDGER}}
    card = {"programID": 2, "programTitle": "Cards", "identifier": "c-1", "ledger": LEDGER}
    rows = points_rows({"loyalty": {"programs": {"1": program}, "cards": [card]}})
    assert [row.program for row in rows] == ["Club", "Club, shoes", "Cards, c-1"]


def test_an_answer_without_loyalty_has_none():
    assert points_rows({"effects": []}) == []


def test_without_tentative_balances_nothing_changes():
    ledger = {"currentBalance": 5}
    (row,) = points_rows({"loyalty": {"programs": {"1": {"id": 1, "ledger": ledger}}}})
    assert (row.before, row.after) == (5, 5)
