"""Changes of loyalty accounts as data, and what a run of them makes of an account.

They happen when a session closes. None has an inverse of its own: what cancelling takes back or
returns depends on the account at that time (`sandbox.engine.loyalty.rollback`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import TypeAlias

import msgspec

from sandbox.engine.loyalty.accounts import add, move_expiry, subtract
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.transactions import Account, AccountKey, Transaction
from sandbox.engine.model import Model, Time


class AddPoints(Model, frozen=True, tag="addPoints"):
    transaction: Transaction

    @property
    def account(self) -> AccountKey:
        return self.transaction.account

    @property
    def time(self) -> datetime:
        return self.transaction.created

    def inverse(self) -> None:
        return None


class DeductPoints(Model, frozen=True, tag="deductPoints"):
    transaction: Transaction

    @property
    def account(self) -> AccountKey:
        return self.transaction.account

    @property
    def time(self) -> datetime:
        return self.transaction.created

    def inverse(self) -> None:
        return None


class NewExpiry(Model, frozen=True):
    """A transaction's new expiry date, and its former one if it had any."""

    transaction_uuid: str = msgspec.field(name="transactionUUID")
    new_expiry_date: Time
    previous_expiry_date: Time | None = None


class MoveExpiry(Model, frozen=True, tag="moveExpiry"):
    """Give points new expiry dates, for good: cancelling does not take it back (decision S62)."""

    account: AccountKey
    time: Time
    moved: list[NewExpiry]

    def inverse(self) -> None:
        return None


LoyaltyChange: TypeAlias = AddPoints | DeductPoints | MoveExpiry


def changes_by_account(
    changes: Iterable[LoyaltyChange],
) -> dict[AccountKey, list[LoyaltyChange]]:
    found: dict[AccountKey, list[LoyaltyChange]] = {}
    for change in changes:
        found.setdefault(change.account, []).append(change)
    return found


def apply_changes(program: Program, account: Account, changes: Iterable[LoyaltyChange]) -> Account:
    """Return an account after changes of it, in their order; what they closed is still in it."""
    for (kind, time), group in groupby(changes, key=lambda change: (type(change), change.time)):
        run = list(group)
        posted = [c.transaction for c in run if not isinstance(c, MoveExpiry)]
        if kind is AddPoints:
            account = add(program, account, posted, time)
        elif kind is DeductPoints:
            account = subtract(program, account, posted, time)
        else:
            dates = {
                moved.transaction_uuid: moved.new_expiry_date
                for change in run
                if isinstance(change, MoveExpiry)
                for moved in change.moved
            }
            account = move_expiry(program, account, dates, time)
    return account
