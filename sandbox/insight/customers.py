"""A customer as people want to see one: from the vendor's inventory, sessions and transactions.

Shapes: Integration API, schemas CustomerInventory and LoyaltyProgramTransaction; Management API,
schema ApplicationSession. Money is in the Application's currency, with all digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

import pandas as pd

from sandbox.insight.campaign_list import worth_words
from sandbox.insight.money import MINUS, exact, moment
from sandbox.numbers import ZERO

Json: TypeAlias = Mapping[str, Any]

_STATES = {
    "open": "open",
    "closed": "ordered",
    "partially_returned": "partly returned",
    "cancelled": "cancelled",
}
_PROGRESS = {
    "not_started": "not started",
    "inprogress": "on the way",
    "completed": "completed",
    "expired": "ran out",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer has in one loyalty program."""

    program_id: int
    title: str
    points: Decimal
    pending: Decimal
    tier: str
    next_tier: str
    to_next_tier: Decimal


def customer_name(profile: Json) -> str:
    """Return what people call a customer: the attribute that says it, or the id."""
    name = (profile.get("attributes") or {}).get("name")
    return str(name or profile.get("integrationId") or "")


def standings(inventory: Json) -> list[Standing]:
    """Return one standing a loyalty program that the customer is a member of."""
    programs: Iterable[Json] = ((inventory.get("loyalty") or {}).get("programs") or {}).values()
    return [_standing(program) for program in programs]


def _standing(program: Json) -> Standing:
    ledger: Json = program.get("ledger") or {}
    return Standing(
        program_id=int(program["id"]),
        title=str(program.get("title") or program.get("name") or ""),
        points=Decimal(ledger.get("currentBalance") or ZERO),
        pending=Decimal(ledger.get("pendingBalance") or ZERO),
        tier=str((ledger.get("currentTier") or {}).get("name") or ""),
        next_tier=str(ledger.get("nextTierName") or ""),
        to_next_tier=Decimal(ledger.get("pointsToNextTier") or ZERO),
    )


def sessions_frame(sessions: Sequence[Json], timezone: str) -> pd.DataFrame:
    """Return one row a session: when, which, its state, items, codes and totals."""
    return pd.DataFrame(
        [
            (
                moment(_time(session["created"]), timezone),
                session["integrationId"],
                _STATES.get(session["state"], session["state"]),
                _items(session.get("cartItems") or []),
                session.get("coupon") or "",
                Decimal(session["total"]),
            )
            for session in sessions
        ],
        columns=["When", "Session", "State", "Items", "Code", "Total"],
    )


def _items(items: Sequence[Json]) -> str:
    """Return what a cart holds: “Blouse, Socks (3)”."""
    return ", ".join(
        f"{item.get('name') or item['sku']}"
        + (f" ({item['quantity']})" if item["quantity"] > 1 else "")
        for item in items
    )


def transactions_frame(transactions: Sequence[Json], timezone: str) -> pd.DataFrame:
    """Return one row an addition or subtraction of points, as given."""
    return pd.DataFrame(
        [
            (
                moment(_time(entry["created"]), timezone),
                _signed(entry),
                entry.get("name") or "",
                _counts_from(str(entry.get("startDate") or ""), timezone),
                _until(str(entry.get("expiryDate") or ""), timezone),
                entry.get("customerSessionId") or "by hand",
            )
            for entry in transactions
        ],
        columns=["When", "Points", "Why", "Count from", "Until", "Session"],
    )


def _signed(entry: Json) -> str:
    sign = MINUS if entry["type"] == "subtraction" else "+"
    return f"{sign}{exact(Decimal(entry['amount']))}"


def _counts_from(date: str, timezone: str) -> str:
    words = {"immediate": "at once", "on_action": "when activated", "": ""}
    return words[date] if date in words else moment(_time(date), timezone)


def _until(date: str, timezone: str) -> str:
    words = {"unlimited": "for good", "": ""}
    return words[date] if date in words else moment(_time(date), timezone)


def achievements_frame(achievements: Sequence[Json], timezone: str) -> pd.DataFrame:
    """Return one row an achievement that the customer can take part in."""
    return pd.DataFrame([_achievement(one, timezone) for one in achievements], columns=_ACHIEVEMENT)


_ACHIEVEMENT = ["Achievement", "Progress", "Target", "State", "Ends"]


def _achievement(achievement: Json, timezone: str) -> tuple[object, ...]:
    progress: Json = achievement.get("currentProgress") or {}
    ends = progress.get("endDate")
    return (
        achievement.get("title") or achievement["name"],
        exact(Decimal(progress.get("progress") or ZERO)),
        exact(Decimal(achievement.get("target") or ZERO)),
        _PROGRESS.get(progress.get("status", ""), progress.get("status", "")),
        moment(_time(ends), timezone) if ends else "",
    )


def coupons_frame(coupons: Sequence[Json], currency: str, timezone: str) -> pd.DataFrame:
    """Return one row a coupon that the customer has reserved, or that is for nobody else."""
    return pd.DataFrame(
        [
            (
                coupon["value"],
                coupon.get("profileRedemptionCount") or 0,
                _uses_left(coupon),
                worth_words(coupon, currency),
                moment(_time(coupon["expiryDate"]), timezone) if coupon.get("expiryDate") else "",
            )
            for coupon in coupons
        ],
        columns=["Code", "Used by them", "Uses left", "Left on it", "Expires"],
    )


def _uses_left(coupon: Json) -> str:
    limit = coupon.get("usageLimit") or 0
    return str(max(0, limit - (coupon.get("usageCounter") or 0))) if limit else "no limit"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
