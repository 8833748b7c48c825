"""Points and tiers before and after a session, from an answer alone.

Source: Integration API, schemas Loyalty and LedgerInfo, whose tentative balances are those that an
open session would lead to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from sandbox.numbers import ZERO

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PointsRow:
    """A ledger: points that can be spent, and pending ones, before and after; its tier too."""

    program: str
    before: Decimal
    after: Decimal
    pending_before: Decimal
    pending_after: Decimal
    tier_before: str
    tier_after: str


def points_rows(answer: Json) -> list[PointsRow]:
    """Return the ledgers of an answer that has ``loyalty``: the customer's, then the cards'."""
    loyalty: Json = answer.get("loyalty") or {}
    tiers = {
        (effect["props"].get("programId"), effect["props"].get("subLedgerId") or ""): effect[
            "props"
        ]
        for effect in answer.get("effects") or []
        if effect["effectType"] == "changeLoyaltyTierLevel"
    }
    return [
        _row(title, ledger, tiers.get((program_id, subledger), {}))
        for program_id, subledger, title, ledger in _ledgers(loyalty)
    ]


def _ledgers(loyalty: Json) -> Iterator[tuple[int, str, str, Json]]:
    """Yield each ledger with its program, subledger and title."""
    for program in (loyalty.get("programs") or {}).values():
        title = str(program.get("title") or program.get("name") or "")
        yield program["id"], "", title, program.get("ledger") or {}
        for name, ledger in (program.get("subLedgers") or {}).items():
            yield program["id"], name, f"{title}, {name}", ledger
    for card in loyalty.get("cards") or []:
        title = f"{card.get('programTitle') or card.get('programName') or ''}, {card['identifier']}"
        yield card["programID"], "", title, card.get("ledger") or {}


def _row(title: str, ledger: Json, change: Json) -> PointsRow:
    tier = str((ledger.get("currentTier") or {}).get("name") or "")

    def balance(name: str, default: str = "") -> Decimal:
        return Decimal(ledger.get(name, ledger.get(default) if default else None) or ZERO)

    return PointsRow(
        program=title,
        before=balance("currentBalance"),
        after=balance("tentativeCurrentBalance", "currentBalance"),
        pending_before=balance("pendingBalance"),
        pending_after=balance("tentativePendingBalance", "pendingBalance"),
        tier_before=tier,
        tier_after=str(change.get("newTierName") or tier),
    )
