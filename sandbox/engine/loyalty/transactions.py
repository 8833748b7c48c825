"""Transactions of loyalty ledgers, and the account that they make up.

An account is all that one customer profile, or one loyalty card, has in one program: the main
ledger (subledger "") and the subledgers. Amounts are points. Source: Management API, schema
LoyaltyProgramTransaction; reference/engine/08, sections 8.2 and 8.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import NAMESPACE_OID, uuid5

import msgspec

from sandbox.engine.model import Attributes, Model, Time
from sandbox.numbers import ZERO, Number


def make_uuid(*parts: str) -> str:
    """Return the UUID that these texts give, always the same."""
    return str(uuid5(NAMESPACE_OID, "\n".join(parts)))


class AccountKey(NamedTuple):
    """Whose account: `owner` is a profile's integration id, or the identifier of a card.

    A program is for profiles or for cards, so the two cannot be confused.
    """

    program_id: int
    owner: str


class Spent(Model, frozen=True):
    """Points that a subtraction took from one addition, which expire, or would have, then."""

    transaction_uuid: str = msgspec.field(name="transactionUUID")
    amount: Number
    expiry_date: Time | None = None


class Transaction(Model, frozen=True):
    """One transaction. It belongs to a profile or to a card; the other field is "".

    `start_date` None means active at once, `expiry_date` None never. While it `awaits_activation`
    an addition has no start, and `validity_duration` is how long it is valid from then on.
    `remaining` is, of an addition, what is neither spent nor taken back, and of a subtraction that
    `creates_negative_balance`, what is not repaid yet; of any other it is 0. `spent` says where
    the points of a subtraction came from, `rolls_back` which transaction this one undoes.
    """

    transaction_uuid: str = msgspec.field(name="transactionUUID")
    program_id: int
    type: Literal["addition", "subtraction"]
    amount: Number
    created: Time
    sub_ledger_id: str = ""
    profile_integration_id: str = ""
    card_identifier: str = ""
    name: str = ""
    start_date: Time | None = None
    expiry_date: Time | None = None
    awaits_activation: bool = False
    validity_duration: str | None = None
    creates_negative_balance: bool = False
    rolls_back: str = ""
    customer_session_id: str = ""
    campaign_id: int | None = None
    ruleset_id: int | None = None
    rule_name: str | None = None
    import_id: int | None = None
    remaining: Number = ZERO
    spent: list[Spent] = []

    @property
    def account(self) -> AccountKey:
        return AccountKey(self.program_id, self.profile_integration_id or self.card_identifier)

    @property
    def starts(self) -> datetime:
        """When it takes effect: never before it was made."""
        return self.created if self.start_date is None else max(self.created, self.start_date)

    def has_started(self, now: datetime) -> bool:
        return not self.awaits_activation and self.starts <= now

    def is_pending(self, now: datetime) -> bool:
        return not self.has_started(now) and not self.is_expired(now)

    def is_active(self, now: datetime) -> bool:
        return self.has_started(now) and not self.is_expired(now)

    def is_expired(self, now: datetime) -> bool:
        return self.expiry_date is not None and self.expiry_date <= now


class TierPlace(Model, frozen=True):
    """The tier that a ledger is in. It has dates once it has had an active point."""

    name: str
    start_date: Time | None = None
    expiry_date: Time | None = None


class LoyaltyMembership(Model, frozen=True):
    """What a program knows of an account besides its transactions.

    `tiers` are by subledger, as of `settled`; they move on with time from there.
    """

    joined: Time | None = None
    settled: Time | None = None
    tiers: dict[str, TierPlace] = {}


class Account(NamedTuple):
    """A membership with those of its transactions that still matter, oldest first.

    These are the additions with points left and the negative points that are not repaid.
    """

    membership: LoyaltyMembership = LoyaltyMembership()
    transactions: tuple[Transaction, ...] = ()

    def of(self, subledger: str) -> list[Transaction]:
        return [t for t in self.transactions if t.sub_ledger_id == subledger]

    @property
    def subledgers(self) -> set[str]:
        """Every ledger with points or a tier; the main ledger is always there."""
        return {"", *self.membership.tiers, *(t.sub_ledger_id for t in self.transactions)}


class LinkedProfile(Model, frozen=True):
    """A profile that is linked to a card."""

    integration_id: str
    timestamp: Time


CardStatus = Literal["active", "inactive"]


class LoyaltyCard(Model, frozen=True):
    """One card of a card-based program.

    A card that was transferred names the one that has its points now, and that one names it.
    """

    program_id: int
    identifier: str
    id: int
    created: Time
    status: CardStatus = "active"
    profiles: list[LinkedProfile] = []
    modified: Time | None = None
    attributes: Attributes = {}
    batch_id: str | None = None
    block_reason: str | None = None
    old_card_identifier: str | None = None
    new_card_identifier: str | None = None


class LoyaltyFacts(msgspec.Struct, frozen=True):
    """The accounts that an evaluation may look at, and the cards that the session names.

    `transactions` are those that a rollback undoes, by UUID, as they are stored.
    """

    accounts: Mapping[AccountKey, Account] = {}
    cards: tuple[LoyaltyCard, ...] = ()
    transactions: Mapping[str, Transaction] = {}


NO_LOYALTY = LoyaltyFacts()
