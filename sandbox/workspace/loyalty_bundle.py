"""Loyalty cards, transactions and tiers as bundles hold them.

Format: conformance README, section 2. What has become of points is worked out by replaying the
transactions; an export says it itself, below ``x-runtime``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from sandbox.engine.loyalty.accounts import add, settle, still_open, subtract
from sandbox.engine.loyalty.programs import IMMEDIATE, ON_ACTION, UNLIMITED, Program
from sandbox.engine.loyalty.transactions import (
    Account,
    AccountKey,
    CardStatus,
    LinkedProfile,
    LoyaltyCard,
    LoyaltyMembership,
    TierPlace,
    Transaction,
    make_uuid,
)
from sandbox.engine.model import Attributes, Model, Time
from sandbox.errors import Fault
from sandbox.numbers import ZERO, Number
from sandbox.shapes import is_time
from sandbox.workspace.entities import PointsState, Runtime
from sandbox.workspace.loyalty_records import LoyaltyState


class BundledCard(Model, frozen=True):
    """A card; its profiles are integration ids, or registrations as the vendor shows them."""

    program_id: int
    identifier: str
    status: CardStatus = "active"
    profiles: list[str | LinkedProfile] = []
    id: int | None = None
    created: Time | None = None
    modified: Time | None = None
    attributes: Attributes = {}
    batch_id: str | None = None
    block_reason: str | None = None
    old_card_identifier: str | None = None
    new_card_identifier: str | None = None


class BundledTransaction(Model, frozen=True):
    """A transaction; `start_date` and `expiry_date` are times, or the vendor's words."""

    program_id: int
    type: Literal["addition", "subtraction"]
    amount: Number
    sub_ledger_id: str = ""
    profile_integration_id: str = ""
    card_identifier: str = ""
    created: Time | None = None
    start_date: str | None = None
    expiry_date: str | None = None
    validity_duration: str | None = None
    name: str = ""
    transaction_uuid: str | None = msgspec.field(default=None, name="transactionUUID")
    customer_session_id: str = ""
    campaign_id: int | None = None
    ruleset_id: int | None = None
    rule_name: str | None = None
    import_id: int | None = None


class BundledTier(Model, frozen=True):
    """The tier of a customer as it stands now."""

    program_id: int
    profile_integration_id: str
    tier: str
    sub_ledger_id: str = ""
    start_date: Time | None = None
    expiry_date: Time | None = None


class BundledLoyalty(NamedTuple):
    """What a bundle says of loyalty."""

    cards: Sequence[BundledCard]
    transactions: Sequence[BundledTransaction]
    tiers: Sequence[BundledTier]


def read_loyalty(
    bundle: BundledLoyalty,
    programs: Mapping[int, Program],
    runtime: Runtime,
    now: datetime,
    faults: list[Fault],
) -> LoyaltyState:
    """Return the state to store; what is wrong is added to `faults`, and nothing is returned then.

    `runtime` wins over what replaying the transactions would give.
    """
    reading = _Reading(programs, runtime, now, faults)
    cards = reading.cards(bundle.cards)
    transactions = reading.transactions(
        bundle.transactions, {AccountKey(card.program_id, card.identifier) for card in cards}
    )
    tiers = reading.tiers(bundle.tiers)
    if faults:
        return LoyaltyState()
    known = {state.transaction_uuid for state in runtime.points}
    members = {
        AccountKey(member.program_id, member.owner): LoyaltyMembership(
            joined=member.joined, settled=member.settled
        )
        for member in runtime.members
    }
    after = {transaction.transaction_uuid: transaction for transaction in transactions}
    for key, of_account in _by_account(transactions).items():
        new = [t for t in of_account if t.transaction_uuid not in known]
        if new:
            stored = tuple(t for t in of_account if t.transaction_uuid in known)
            account = still_open(Account(members.get(key, LoyaltyMembership()), stored))
            replayed = replay(programs[key.program_id], account, new, now)
            members[key] = replayed.membership
            after |= {t.transaction_uuid: t for t in replayed.transactions}
    for (key, subledger), place in tiers.items():
        membership = members.get(key, LoyaltyMembership(settled=now))
        members[key] = replace(membership, tiers={**membership.tiers, subledger: place})
    return LoyaltyState(list(after.values()), members, cards)


def replay(
    program: Program, account: Account, transactions: Iterable[Transaction], now: datetime
) -> Account:
    """Return what transactions make of an account by `now`; those that they closed are in it.

    Subtractions beyond the balance of their time leave negative points (decision S69).
    """
    closed: list[Transaction] = []
    in_order = sorted(transactions, key=lambda t: t.created)
    for (kind, created), run in groupby(in_order, key=lambda t: (t.type, t.created)):
        post = add if kind == "addition" else subtract
        account = post(program, account, list(run), min(created, now))
        closed += (t for t in account.transactions if not t.remaining)
        account = still_open(account)
    account = settle(program, account, now)
    return account._replace(transactions=(*closed, *account.transactions))


def _by_account(transactions: Iterable[Transaction]) -> dict[AccountKey, list[Transaction]]:
    found: dict[AccountKey, list[Transaction]] = {}
    for transaction in transactions:
        found.setdefault(transaction.account, []).append(transaction)
    return found


def transaction_uuid(index: int, given: str | None) -> str:
    """Return the UUID of the bundle's transaction at `index`, made up if it has none."""
    return given or make_uuid("loyaltyTransactions", str(index))


class _Reading:
    """One bundle's loyalty being read. What is wrong is collected and reads as nothing."""

    def __init__(
        self,
        programs: Mapping[int, Program],
        runtime: Runtime,
        now: datetime,
        faults: list[Fault],
    ) -> None:
        self._programs = programs
        self._points = {state.transaction_uuid: state for state in runtime.points}
        self._now = now
        self._faults = faults

    def cards(self, cards: Iterable[BundledCard]) -> list[LoyaltyCard]:
        read: list[LoyaltyCard] = []
        seen: set[tuple[int, str]] = set()
        for index, card in enumerate(cards):
            pointer = f"/loyaltyCards/{index}"
            program = self._program(card.program_id, pointer)
            if program is not None and not program.settings.card_based:
                details = f"The loyalty program {card.program_id} is not card-based"
                self._fault("Invalid value", details, f"{pointer}/programId")
            if (card.program_id, card.identifier) in seen:
                details = f"Another card has the identifier “{card.identifier}”"
                self._fault("Duplicate", details, f"{pointer}/identifier")
            seen.add((card.program_id, card.identifier))
            read.append(self._card(index + 1, card))
        return read

    def _card(self, number: int, card: BundledCard) -> LoyaltyCard:
        created = card.created or self._now
        return LoyaltyCard(
            program_id=card.program_id,
            identifier=card.identifier,
            id=card.id or number,
            created=created,
            status=card.status,
            modified=card.modified,
            attributes=card.attributes,
            batch_id=card.batch_id,
            block_reason=card.block_reason,
            old_card_identifier=card.old_card_identifier,
            new_card_identifier=card.new_card_identifier,
            profiles=[
                LinkedProfile(integration_id=profile, timestamp=created)
                if isinstance(profile, str)
                else profile
                for profile in card.profiles
            ],
        )

    def transactions(
        self, transactions: Iterable[BundledTransaction], cards: Collection[AccountKey]
    ) -> list[Transaction]:
        read: list[Transaction] = []
        seen: set[str] = set()
        for index, transaction in enumerate(transactions):
            pointer = f"/loyaltyTransactions/{index}"
            self._check_owner(transaction, cards, pointer)
            if transaction.amount <= ZERO:
                self._fault("Invalid value", "Must be more than 0", f"{pointer}/amount")
            uuid = transaction_uuid(index, transaction.transaction_uuid)
            if uuid in seen:
                details = f"Another transaction has the UUID {uuid}"
                self._fault("Duplicate", details, f"{pointer}/transactionUUID")
            seen.add(uuid)
            read.append(self._transaction(uuid, transaction, pointer))
        return read

    def _check_owner(
        self, transaction: BundledTransaction, cards: Collection[AccountKey], pointer: str
    ) -> None:
        program = self._program(transaction.program_id, pointer)
        if program is None:
            return
        profile, card = transaction.profile_integration_id, transaction.card_identifier
        if program.settings.card_based and (transaction.program_id, card) not in cards:
            details = f"There is no card “{card}”" if card else "“cardIdentifier” is required"
            self._fault("Unknown" if card else "Missing", details, f"{pointer}/cardIdentifier")
        if not program.settings.card_based and (card or not profile):
            details = "“profileIntegrationId” is required, the program is for profiles"
            self._fault("Missing", details, f"{pointer}/profileIntegrationId")

    def _transaction(self, uuid: str, transaction: BundledTransaction, pointer: str) -> Transaction:
        is_addition = transaction.type == "addition"
        state = self._points.get(
            uuid,
            PointsState(
                transaction_uuid=uuid, remaining=transaction.amount if is_addition else ZERO
            ),
        )
        card_based = bool(transaction.card_identifier)
        start, expiry = transaction.start_date, transaction.expiry_date
        return Transaction(
            transaction_uuid=uuid,
            program_id=transaction.program_id,
            type=transaction.type,
            amount=transaction.amount,
            created=transaction.created or self._now,
            sub_ledger_id=transaction.sub_ledger_id,
            profile_integration_id="" if card_based else transaction.profile_integration_id,
            card_identifier=transaction.card_identifier,
            name=transaction.name,
            start_date=self._time(start, (IMMEDIATE, ON_ACTION), f"{pointer}/startDate"),
            expiry_date=self._time(expiry, (UNLIMITED,), f"{pointer}/expiryDate"),
            awaits_activation=start == ON_ACTION,
            validity_duration=transaction.validity_duration,
            creates_negative_balance=not is_addition and state.remaining > ZERO,
            rolls_back=state.rolls_back,
            customer_session_id=transaction.customer_session_id,
            campaign_id=transaction.campaign_id,
            ruleset_id=transaction.ruleset_id,
            rule_name=transaction.rule_name,
            import_id=transaction.import_id,
            remaining=state.remaining,
            spent=state.spent,
        )

    def tiers(self, tiers: Iterable[BundledTier]) -> dict[tuple[AccountKey, str], TierPlace]:
        read: dict[tuple[AccountKey, str], TierPlace] = {}
        for index, tier in enumerate(tiers):
            pointer = f"/loyaltyTiers/{index}"
            program = self._program(tier.program_id, pointer)
            if program is not None and program.rank(tier.tier) < 0:
                details = f"The loyalty program {tier.program_id} has no tier “{tier.tier}”"
                self._fault("Unknown", details, f"{pointer}/tier")
            key = AccountKey(tier.program_id, tier.profile_integration_id)
            read[key, tier.sub_ledger_id] = TierPlace(
                name=tier.tier, start_date=tier.start_date, expiry_date=tier.expiry_date
            )
        return read

    def _program(self, program_id: int, pointer: str) -> Program | None:
        program = self._programs.get(program_id)
        if program is None:
            details = f"There is no loyalty program {program_id}"
            self._fault("Unknown", details, f"{pointer}/programId")
        return program

    def _time(self, text: str | None, words: tuple[str, ...], pointer: str) -> datetime | None:
        if text is None or text in words:
            return None
        if is_time(text):
            return msgspec.convert(text, datetime)
        wanted = " or ".join(f"“{word}”" for word in words)
        details = f"An RFC 3339 time with a zone, or {wanted}, was expected"
        self._fault("Invalid time", details, pointer)
        return None

    def _fault(self, title: str, details: str, pointer: str) -> None:
        self._faults.append(Fault(title, details, pointer))
