"""Points, tiers and cards as answers show them.

Source: Integration API, schemas Loyalty, LoyaltyProgramLedgers, LedgerInfo, LoyaltyCard; reference/
api/09-endpoints.md, section 9.2; decisions A71, A72, F18, F32.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.emulator.answers import known
from sandbox.engine.loyalty.accounts import balances_of, settle
from sandbox.engine.loyalty.balances import Balances
from sandbox.engine.loyalty.points import PointsKey, with_points
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.transactions import (
    Account,
    AccountKey,
    LoyaltyCard,
    LoyaltyFacts,
    TierPlace,
)
from sandbox.numbers import ZERO, plain


class LoyaltyContent:
    """What answers show of loyalty at one time.

    `points` are what an open session would still change, which makes the tentative balances.
    """

    def __init__(
        self,
        programs: Mapping[int, Program],
        facts: LoyaltyFacts,
        points: Mapping[PointsKey, Decimal],
        now: datetime,
    ) -> None:
        self._programs = programs
        self._facts = facts
        self._points = points
        self._now = now

    def loyalty(self, profile_id: str, *, with_cards: bool) -> dict[str, Any]:
        """Return a profile's programs, and the session's cards if it has any."""
        cards = [self.card(card) for card in self._facts.cards]
        of_profiles = [p for p in self._programs.values() if not p.settings.card_based]
        programs = {
            str(program.settings.id): self._program(program, profile_id)
            for program in of_profiles
            if profile_id
        }
        return ({"cards": cards} if with_cards else {}) | {"programs": programs}

    def _program(self, program: Program, profile_id: str) -> dict[str, Any]:
        key = AccountKey(program.settings.id, profile_id)
        account = self._account(program, key)
        settings, joined = program.settings, account.membership.joined
        content: dict[str, Any] = {
            "id": settings.id,
            "title": settings.title,
            "name": settings.name,
        }
        if joined is not None:
            content["joinDate"] = _local(joined, program)
        ledgers = self._ledgers(program, key, account)
        content["ledger"] = ledgers.pop("")
        return content | ({"subLedgers": ledgers} if program.settings.allow_subledger else {})

    def card(self, card: LoyaltyCard) -> dict[str, Any]:
        """Return a card (schema LoyaltyCard)."""
        program = self._programs[card.program_id]
        key = AccountKey(card.program_id, card.identifier)
        ledgers = self._ledgers(program, key, self._account(program, key))
        optional = {
            "modified": card.modified,
            "attributes": card.attributes or None,
            "batchId": card.batch_id,
            "blockReason": card.block_reason,
            "oldCardIdentifier": card.old_card_identifier,
            "newCardIdentifier": card.new_card_identifier,
        }
        return {
            "id": card.id,
            "created": card.created,
            "programID": card.program_id,
            "programName": program.settings.name,
            "programTitle": program.settings.title,
            "status": card.status,
            "identifier": card.identifier,
            "usersPerCardLimit": program.settings.users_per_card_limit,
            "profiles": card.profiles,
            "ledger": ledgers.pop(""),
            "subledgers": ledgers,
        } | known(optional)

    def _account(self, program: Program, key: AccountKey) -> Account:
        return settle(program, self._facts.accounts.get(key, Account()), self._now)

    def _ledgers(
        self, program: Program, key: AccountKey, account: Account
    ) -> dict[str, dict[str, Any]]:
        """Return each ledger; a subledger of which all balances are 0 is left out."""
        touched = {points.subledger for points in self._points if points.account == key}
        ledgers = {}
        for subledger in sorted(account.subledgers | touched):
            stored = balances_of(account, subledger, self._now)
            tentative = with_points(
                stored,
                self._points.get(PointsKey(key, subledger, pending=False), ZERO),
                self._points.get(PointsKey(key, subledger, pending=True), ZERO),
            )
            if subledger == "" or any(stored) or any(tentative):
                place = account.membership.tiers.get(subledger)
                tiers = tiers_content(program, place, stored.active)
                ledgers[subledger] = _balances(stored, tentative) | tiers
        return ledgers


def _balances(stored: Balances, tentative: Balances) -> dict[str, Any]:
    return {
        "currentBalance": plain(stored.active),
        "pendingBalance": plain(stored.pending),
        "negativeBalance": plain(stored.negative),
        "expiredBalance": ZERO,
        "spentBalance": ZERO,
        "tentativeCurrentBalance": plain(tentative.active),
        "tentativePendingBalance": plain(tentative.pending),
        "tentativeNegativeBalance": plain(tentative.negative),
    }


def tiers_content(program: Program, place: TierPlace | None, points: Decimal) -> dict[str, Any]:
    """Return a ledger's tier and the next one; cards have none."""
    if program.settings.card_based:
        return {}
    content: dict[str, Any] = {}
    if place is not None:
        content["currentTier"] = tier_content(program, place)
    following = program.tier_above(place.name if place else "")
    if following is not None:
        content["pointsToNextTier"] = plain(max(following.min_points - points, ZERO))
        content["nextTierName"] = following.name
    return content


def tier_content(program: Program, place: TierPlace) -> dict[str, Any]:
    """Return a tier (schema Tier); its dates are in the program's time zone."""
    tier = program.tier(place.name)
    content: dict[str, Any] = {"id": tier.id if tier else 0, "name": place.name}
    if place.start_date is not None:
        content["startDate"] = _local(place.start_date, program)
    if place.expiry_date is not None:
        content["expiryDate"] = _local(place.expiry_date, program)
    if program.settings.tiers_downgrade_policy is not None:
        content["downgradePolicy"] = program.settings.tiers_downgrade_policy
    return content


def _local(time: datetime, program: Program) -> datetime:
    """Return a time in the program's zone; the last day that there is may have no time there."""
    try:
        return time.astimezone(program.zone)
    except OverflowError:
        return time
