"""What ledgers hold at any time, and what tier an account is heading for. Pure.

A ledger's past is worked out of its transactions: what was spent is known from where subtractions
took it, and debts are repaid anew. Source: reference/engine/08, sections 8.2 and 8.4; Integration
API, schemas LoyaltyBalance and ProjectedTier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from sandbox.engine.loyalty.accounts import balances_of, settle
from sandbox.engine.loyalty.balances import balances, repaid, with_remaining
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.transactions import Account, Transaction
from sandbox.numbers import ZERO, plain

PointsStatus = Literal["active", "pending", "expired"]


class Totals(NamedTuple):
    """All that has become of a ledger's points at one time."""

    active: Decimal
    pending: Decimal
    spent: Decimal
    expired: Decimal
    negative: Decimal


def totals_at(transactions: Iterable[Transaction], time: datetime) -> Totals:
    """Return a ledger's balances at a time, given all transactions that it ever had.

    Points that were taken back with their session are not spent, and spent ones that came back
    are not either.
    """
    ledger = repaid(_as_of(transactions, time), time)
    active, pending, negative = balances(ledger, time)
    expired = (t.remaining for t in ledger if _is_unused(t) and t.is_expired(time))
    spent = ZERO
    for transaction in ledger:
        if transaction.type == "subtraction" and not transaction.rolls_back:
            spent += transaction.amount
        elif transaction.type == "addition" and transaction.rolls_back:
            spent -= transaction.amount
    return Totals(active, pending, plain(max(spent, ZERO)), sum(expired, ZERO), negative)


def unused(account: Account, status: PointsStatus, now: datetime) -> list[Transaction]:
    """Return the additions of a settled account with points left that have this status."""
    has_status = {
        "active": Transaction.is_active,
        "pending": Transaction.is_pending,
        "expired": Transaction.is_expired,
    }[status]
    return [t for t in account.transactions if _is_unused(t) and has_status(t, now)]


class Projection(NamedTuple):
    """Where a ledger will stand when its tier is re-evaluated; `tier` None is no tier.

    `missing` is how many points more would keep the present tier, 0 if it is kept anyway.
    """

    points: Decimal
    tier: str | None
    missing: Decimal


def projection(program: Program, account: Account, subledger: str) -> Projection | None:
    """Return what becomes of a settled account's tier if nothing happens until it expires."""
    place = account.membership.tiers.get(subledger)
    if place is None or place.expiry_date is None:
        return None
    then = settle(program, account, place.expiry_date)
    points = balances_of(then, subledger, place.expiry_date).active
    following = then.membership.tiers.get(subledger)
    name = following.name if following else None
    rank, before = program.rank(name or ""), program.rank(place.name)
    missing = program.tiers[before].min_points - points if rank < before else ZERO
    return Projection(points, name, missing)


def _as_of(transactions: Iterable[Transaction], time: datetime) -> list[Transaction]:
    """Return a ledger's transactions before any debt was repaid."""
    made = [t for t in transactions if t.created <= time]
    taken: dict[str, Decimal] = defaultdict(Decimal)
    for transaction in made:
        for spent in transaction.spent:
            taken[spent.transaction_uuid] += spent.amount
    return [with_remaining(t, max(t.amount - _used(t, taken), ZERO)) for t in made]


def _used(transaction: Transaction, taken: dict[str, Decimal]) -> Decimal:
    if transaction.type == "addition":
        return taken[transaction.transaction_uuid]
    return sum((spent.amount for spent in transaction.spent), ZERO)


def _is_unused(transaction: Transaction) -> bool:
    return transaction.type == "addition" and transaction.remaining > ZERO
