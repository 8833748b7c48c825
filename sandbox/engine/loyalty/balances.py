"""Balances of one ledger at a time: what is active, how it is spent, how debts are repaid.

Points that become active repay negative points first (decision E39), at the moment at which both
are there. `repaid` works that out for any later time, so nothing has to happen when a date passes.
Source: reference/engine/08, sections 8.2, 8.3 and 8.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from sandbox.engine.loyalty.transactions import Spent, Transaction
from sandbox.numbers import ZERO, plain

_NEVER = datetime.max.replace(tzinfo=UTC)


class Balances(NamedTuple):
    """Points of one ledger; at most one of `active` and `negative` is more than 0."""

    active: Decimal = ZERO
    pending: Decimal = ZERO
    negative: Decimal = ZERO


def balances(transactions: Iterable[Transaction], now: datetime) -> Balances:
    """Return a ledger's balances at `now`."""
    active = pending = negative = ZERO
    for transaction in repaid(list(transactions), now):
        if not transaction.remaining or transaction.is_expired(now):
            continue
        has_started = transaction.has_started(now)
        if transaction.type == "subtraction":
            negative += transaction.remaining if has_started else ZERO
        elif has_started:
            active += transaction.remaining
        else:
            pending += transaction.remaining
    return Balances(active, pending, negative)


def repaid(transactions: Sequence[Transaction], now: datetime) -> Sequence[Transaction]:
    """Return a ledger's transactions after everything that was repaid by `now`, in their order."""
    debts = [t for t in transactions if t.type == "subtraction" and t.remaining]
    if not debts:
        return transactions
    left = {t.transaction_uuid: t.remaining for t in transactions}
    points = (t for t in transactions if t.type == "addition" and t.has_started(now))
    for addition in sorted(points, key=lambda t: t.starts):
        for debt in debts:
            moment = max(addition.starts, debt.created)
            if moment <= now and not addition.is_expired(moment):
                paid = min(left[addition.transaction_uuid], left[debt.transaction_uuid])
                left[addition.transaction_uuid] -= paid
                left[debt.transaction_uuid] -= paid
    return [with_remaining(t, left[t.transaction_uuid]) for t in transactions]


class Purse:
    """The points of an account at one time, while several subtractions take from them."""

    def __init__(self, transactions: Iterable[Transaction], now: datetime) -> None:
        self._transactions = tuple(transactions)
        self._now = now
        self._additions = {
            t.transaction_uuid: t for t in self._transactions if t.type == "addition"
        }
        self._left = {uuid: t.remaining for uuid, t in self._additions.items()}
        self._waiting: dict[str, list[Transaction]] = {}

    def find(self, uuid: str) -> Transaction | None:
        """Return an addition that has points left, as it was at first."""
        return self._additions[uuid] if self._left.get(uuid) else None

    def take_from(self, uuid: str, amount: Decimal) -> Spent:
        """Take `amount` of one addition, or what is left of it, also when it is pending."""
        return self._take(self._additions[uuid], min(amount, self._left[uuid]))

    def take(self, subledger: str, amount: Decimal) -> list[Spent]:
        """Take active points: fewer than `amount` when there are fewer.

        The earliest expiry first, unlimited last; of the same expiry, what was awarded first.
        """
        if subledger not in self._waiting:
            self._waiting[subledger] = self._in_order(subledger)
        waiting = self._waiting[subledger]
        spent = []
        while waiting and amount > ZERO:
            addition = waiting[-1]
            taken = min(self._left[addition.transaction_uuid], amount)
            if taken:
                spent.append(self._take(addition, taken))
                amount -= taken
            if not self._left[addition.transaction_uuid]:
                waiting.pop()
        return spent

    def take_as_before(self, spent: Iterable[Spent]) -> None:
        """Take what was found by another purse over the same points."""
        for taken in spent:
            self._left[taken.transaction_uuid] -= taken.amount

    def transactions(self) -> tuple[Transaction, ...]:
        """Return all transactions with what remains of each."""
        return tuple(
            with_remaining(t, self._left[t.transaction_uuid]) if t.type == "addition" else t
            for t in self._transactions
        )

    def _take(self, addition: Transaction, amount: Decimal) -> Spent:
        self._left[addition.transaction_uuid] -= amount
        return Spent(
            transaction_uuid=addition.transaction_uuid,
            amount=amount,
            expiry_date=addition.expiry_date,
        )

    def _in_order(self, subledger: str) -> list[Transaction]:
        """Return active additions; the last one is to be spent first."""
        active = [
            t
            for t in self._additions.values()
            if t.sub_ledger_id == subledger and t.is_active(self._now)
        ]
        return sorted(active, key=lambda t: (t.expiry_date or _NEVER, t.created))[::-1]


def with_remaining(transaction: Transaction, remaining: Decimal) -> Transaction:
    """Return a transaction of which so much remains."""
    unchanged = transaction.remaining == remaining
    return transaction if unchanged else replace(transaction, remaining=plain(remaining))
