"""Accounts over time and through changes. Pure: each function returns the account that results.

`settle` lets time pass: points become active, repay debts and expire, tiers move, the customer
joins. Everything else settles first, so that it sees the account as it is at its own time.
Source: reference/engine/08, sections 8.2 to 8.6.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from sandbox.engine.durations import move, parse_duration
from sandbox.engine.loyalty.balances import Balances, Purse, balances, repaid
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.tiers import tier_at
from sandbox.engine.loyalty.transactions import Account, LoyaltyMembership, TierPlace, Transaction
from sandbox.numbers import ZERO, plain


def settle(program: Program, account: Account, now: datetime) -> Account:
    """Return the account as it is `now`; one that was settled later is returned as it is."""
    membership = account.membership
    if membership.settled is not None and now < membership.settled:
        return account
    joined = membership.joined or _activated(program, account.transactions, now)
    tiers = _tiers(program, account, joined, now)
    settled = LoyaltyMembership(joined=joined, settled=now, tiers=tiers)
    return Account(settled, _repaid(account, now))


def add(
    program: Program, account: Account, additions: Sequence[Transaction], now: datetime
) -> Account:
    """Add points, all at the same time; `remaining` of each is its amount."""
    account = settle(program, account, now)
    membership = account.membership
    if membership.joined is None and program.settings.program_join_policy == "points_earned":
        membership = replace(membership, joined=now)
    return settle(program, Account(membership, (*account.transactions, *additions)), now)


def subtract(
    program: Program, account: Account, subtractions: Sequence[Transaction], now: datetime
) -> Account:
    """Take points away, all at the same time.

    They come from where `spent` says, or, if it says nothing, from active points in the order of
    spending; one that `creates_negative_balance` takes none. What is missing becomes negative.
    """
    account = settle(program, account, now)
    purse = Purse(account.transactions, now)
    recorded = []
    for subtraction in subtractions:
        spent = subtraction.spent
        purse.take_as_before(spent)
        if not spent and not subtraction.creates_negative_balance:
            spent = purse.take(subtraction.sub_ledger_id, subtraction.amount)
        missing = subtraction.amount - sum((taken.amount for taken in spent), ZERO)
        recorded.append(
            replace(
                subtraction,
                spent=spent,
                remaining=plain(missing),
                creates_negative_balance=missing > ZERO,
            )
        )
    transactions = (*purse.transactions(), *recorded)
    return settle(program, Account(account.membership, transactions), now)


def move_expiry(
    program: Program, account: Account, expiry_dates: Mapping[str, datetime], now: datetime
) -> Account:
    """Give additions, named by their UUID, new expiry dates."""
    account = settle(program, account, now)
    transactions = [
        replace(t, expiry_date=expiry_dates.get(t.transaction_uuid, t.expiry_date))
        for t in account.transactions
    ]
    return settle(program, Account(account.membership, tuple(transactions)), now)


def activate(program: Program, account: Account, uuids: Collection[str], now: datetime) -> Account:
    """Let points that await their activation begin `now`, for as long as they are to last.

    Raises ValueError when that would be beyond the calendar.
    """
    account = settle(program, account, now)
    transactions = [
        _activated_now(program, t, now) if t.transaction_uuid in uuids else t
        for t in account.transactions
    ]
    return settle(program, Account(account.membership, tuple(transactions)), now)


def _activated_now(program: Program, addition: Transaction, now: datetime) -> Transaction:
    expiry, lasts = addition.expiry_date, addition.validity_duration
    if expiry is None and lasts is not None:
        expiry = move(now, parse_duration(lasts), program.zone)
    return replace(addition, awaits_activation=False, start_date=now, expiry_date=expiry)


def join(program: Program, account: Account, now: datetime) -> Account:
    """Let a customer who has not joined the program join it `now`."""
    account = settle(program, account, now)
    membership = replace(account.membership, joined=account.membership.joined or now)
    return settle(program, Account(membership, account.transactions), now)


def without_ledgers(
    program: Program, account: Account, subledgers: Collection[str], now: datetime
) -> Account:
    """Return the account without all that these ledgers have."""
    tiers = {name: t for name, t in account.membership.tiers.items() if name not in subledgers}
    kept = tuple(t for t in account.transactions if t.sub_ledger_id not in subledgers)
    return settle(program, Account(replace(account.membership, tiers=tiers), kept), now)


def balances_of(account: Account, subledger: str, now: datetime) -> Balances:
    return balances(account.of(subledger), now)


def still_open(account: Account) -> Account:
    """Return the account without the transactions that no longer matter."""
    return account._replace(transactions=tuple(t for t in account.transactions if t.remaining))


def _activated(
    program: Program, transactions: Iterable[Transaction], now: datetime
) -> datetime | None:
    """Return when points first became active, if that is what makes the customer join."""
    if program.settings.program_join_policy != "points_activated":
        return None
    starts = [t.starts for t in transactions if t.type == "addition" and t.has_started(now)]
    return min(starts, default=None)


def _tiers(
    program: Program, account: Account, joined: datetime | None, now: datetime
) -> dict[str, TierPlace]:
    """Return the tier of each ledger that has one; cards have none."""
    if not program.tiers or program.settings.card_based:
        return {}
    membership = account.membership
    places = {
        subledger: tier_at(
            program,
            membership.tiers.get(subledger),
            joined,
            account.of(subledger),
            membership.settled,
            now,
        )
        for subledger in account.subledgers
    }
    return {subledger: place for subledger, place in places.items() if place is not None}


def _repaid(account: Account, now: datetime) -> tuple[Transaction, ...]:
    if not any(t.type == "subtraction" and t.remaining for t in account.transactions):
        return account.transactions
    after = {
        t.transaction_uuid: t
        for subledger in account.subledgers
        for t in repaid(account.of(subledger), now)
    }
    return tuple(after[t.transaction_uuid] for t in account.transactions)
