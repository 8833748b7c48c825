"""Read and write the points, memberships and cards of one workspace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, insert, select, update

from sandbox.engine.loyalty.accounts import without_ledgers
from sandbox.engine.loyalty.changes import LoyaltyChange, apply_changes, changes_by_account
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.transactions import (
    Account,
    AccountKey,
    LoyaltyCard,
    LoyaltyFacts,
    LoyaltyMembership,
    Transaction,
)
from sandbox.numbers import encode_json
from sandbox.workspace import tables
from sandbox.workspace.listing import Listing
from sandbox.workspace.store import Lookup, data_of, decoder, delete_rows, put, put_entities

_TRANSACTIONS = tables.loyalty_transactions
_MEMBERS = tables.loyalty_members
_CARDS = tables.loyalty_cards

_TRANSACTION = decoder(Transaction)
_MEMBERSHIP = decoder(LoyaltyMembership)
_CARD = decoder(LoyaltyCard)

_OPEN = Lookup(
    select(_TRANSACTIONS.c.data)
    .where(
        _TRANSACTIONS.c.workspace == bindparam("workspace"),
        _TRANSACTIONS.c.owner == bindparam("owner"),
        _TRANSACTIONS.c.is_open,
    )
    .order_by(_TRANSACTIONS.c.number),
    read=_TRANSACTION.decode,
)
_BY_UUID = data_of(_TRANSACTIONS, "workspace", "uuid", read=_TRANSACTION.decode)
_MEMBERSHIP_DATA = data_of(_MEMBERS, "workspace", "owner", "program_id", read=_MEMBERSHIP.decode)
_CARD_DATA = data_of(_CARDS, "workspace", "identifier", read=_CARD.decode)


class LedgerEntry(NamedTuple):
    """A transaction with its internal id."""

    number: int
    transaction: Transaction


@dataclass(frozen=True, slots=True)
class LoyaltyState:
    """Everything that is stored of loyalty; transactions are oldest first."""

    transactions: Sequence[Transaction] = ()
    members: Mapping[AccountKey, LoyaltyMembership] = field(default_factory=dict)
    cards: Sequence[LoyaltyCard] = ()


class LoyaltyRecords:
    """The loyalty state of the workspace named `workspace`; `programs` are its Application's."""

    def __init__(self, workspace: str, programs: Mapping[int, Program]) -> None:
        self._workspace = workspace
        self._programs = programs

    def facts(
        self, connection: Connection, profile_ids: Iterable[str], card_ids: Iterable[str]
    ) -> LoyaltyFacts:
        """Return the accounts of profiles and of cards, and the cards."""
        cards = self.cards(connection, card_ids)
        accounts: dict[AccountKey, Account] = {}
        for profile_id in dict.fromkeys(profile_ids):
            if profile_id:
                accounts |= self._accounts(connection, profile_id, of_cards=False)
        for card in cards:
            accounts |= self._accounts(connection, card.identifier, of_cards=True)
        return LoyaltyFacts(accounts, cards)

    def facts_to_undo(self, connection: Connection, uuids: Iterable[str]) -> LoyaltyFacts:
        """Return the transactions with these UUIDs, and the accounts that they belong to."""
        transactions = self.transactions(connection, uuids)
        keys = {transaction.account for transaction in transactions.values()}
        accounts = {key: self.account(connection, key) for key in keys}
        return LoyaltyFacts(accounts, transactions=transactions)

    def cards(self, connection: Connection, card_ids: Iterable[str]) -> tuple[LoyaltyCard, ...]:
        """Return the cards with these identifiers, of whichever program."""
        return tuple(
            card
            for identifier in dict.fromkeys(card_ids)
            for card in _CARD_DATA.values(connection, self._workspace, identifier)
        )

    def cards_of(self, connection: Connection, profile_id: str) -> list[LoyaltyCard]:
        """Return the cards that are linked to a profile."""
        rows = select(_CARDS.c.data).where(_CARDS.c.workspace == self._workspace)
        cards = map(_CARD.decode, connection.execute(rows).scalars())
        return [
            card for card in cards if any(p.integration_id == profile_id for p in card.profiles)
        ]

    def transactions(self, connection: Connection, uuids: Iterable[str]) -> dict[str, Transaction]:
        """Return the transactions with these UUIDs."""
        found = (_BY_UUID.value(connection, self._workspace, uuid) for uuid in uuids)
        return {found_one.transaction_uuid: found_one for found_one in found if found_one}

    def account(self, connection: Connection, key: AccountKey) -> Account:
        """Return one account; one that nobody has heard of is empty."""
        transactions = self._open(connection, key.owner)
        return self._account(connection, key, transactions)

    def entries(self, connection: Connection, key: AccountKey) -> list[LedgerEntry]:
        """Return all that was ever posted to an account, oldest first."""
        table = _TRANSACTIONS
        rows = (
            select(table.c.number, table.c.data)
            .where(
                table.c.workspace == self._workspace,
                table.c.owner == key.owner,
                table.c.program_id == key.program_id,
            )
            .order_by(table.c.number)
        )
        return [
            LedgerEntry(number, _TRANSACTION.decode(data))
            for number, data in connection.execute(rows)
        ]

    def log(self, connection: Connection, program_id: int) -> Listing[LedgerEntry]:
        """Return all that was ever posted in a program, newest first."""
        rows = (
            select(_TRANSACTIONS.c.number, _TRANSACTIONS.c.data)
            .where(
                _TRANSACTIONS.c.workspace == self._workspace,
                _TRANSACTIONS.c.program_id == program_id,
            )
            .order_by(_TRANSACTIONS.c.number.desc())
        )
        return Listing(
            connection, rows, lambda number, data: LedgerEntry(number, _TRANSACTION.decode(data))
        )

    def memberships(self, connection: Connection, program_id: int) -> dict[str, LoyaltyMembership]:
        """Return what a program knows of its accounts, by owner."""
        rows = select(_MEMBERS.c.owner, _MEMBERS.c.data).where(
            _MEMBERS.c.workspace == self._workspace, _MEMBERS.c.program_id == str(program_id)
        )
        return {owner: _MEMBERSHIP.decode(data) for owner, data in connection.execute(rows)}

    def of_session(
        self, connection: Connection, program_id: int, session_id: str
    ) -> list[Transaction]:
        """Return the transactions of a session in one program that still matter."""
        rows = select(_TRANSACTIONS.c.data).where(
            _TRANSACTIONS.c.workspace == self._workspace,
            _TRANSACTIONS.c.program_id == program_id,
            _TRANSACTIONS.c.is_open,
        )
        found = [_TRANSACTION.decode(data) for (data,) in connection.execute(rows)]
        return [t for t in found if t.customer_session_id == session_id]

    def delete_ledgers(
        self, connection: Connection, key: AccountKey, subledgers: Collection[str], now: datetime
    ) -> None:
        """Delete everything that these ledgers of an account hold, spent points included."""
        account = self.account(connection, key)
        after = without_ledgers(self._programs[key.program_id], account, subledgers, now)
        numbers = [
            entry.number
            for entry in self.entries(connection, key)
            if entry.transaction.sub_ledger_id in subledgers
        ]
        for number in numbers:
            delete_rows(connection, _TRANSACTIONS, number=number)
        kept = {t.transaction_uuid for t in after.transactions}
        before = account._replace(
            transactions=tuple(t for t in account.transactions if t.transaction_uuid in kept)
        )
        self.put_account(connection, key, before, after)

    def put_card(self, connection: Connection, card: LoyaltyCard) -> None:
        key = self._key(identifier=card.identifier, program_id=str(card.program_id))
        put(connection, _CARDS, key, data=encode_json(card))

    def add_cards(self, connection: Connection, cards: Iterable[LoyaltyCard]) -> None:
        """Store cards that are not there."""
        put_entities(
            connection,
            _CARDS,
            [
                (self._key(identifier=card.identifier, program_id=str(card.program_id)), card)
                for card in cards
            ],
        )

    def program_cards(self, connection: Connection, program_id: int) -> Listing[LoyaltyCard]:
        """Return the cards of a program by identifier."""
        rows = (
            select(_CARDS.c.data)
            .where(_CARDS.c.workspace == self._workspace, _CARDS.c.program_id == str(program_id))
            .order_by(_CARDS.c.identifier)
        )
        return Listing(connection, rows, _CARD.decode)

    def card_identifiers(self, connection: Connection, program_id: int) -> set[str]:
        rows = select(_CARDS.c.identifier).where(
            _CARDS.c.workspace == self._workspace, _CARDS.c.program_id == str(program_id)
        )
        return set(connection.execute(rows).scalars())

    def delete_card(self, connection: Connection, card: LoyaltyCard) -> None:
        """Delete a card with all that was posted to it."""
        program_id = card.program_id
        delete_rows(
            connection,
            _TRANSACTIONS,
            workspace=self._workspace,
            owner=card.identifier,
            program_id=program_id,
        )
        delete_rows(
            connection, _MEMBERS, **self._member_key(AccountKey(program_id, card.identifier))
        )
        key = self._key(identifier=card.identifier, program_id=str(program_id))
        delete_rows(connection, _CARDS, **key)

    def move_account(self, connection: Connection, program_id: int, old: str, new: str) -> None:
        """Give one card all that was posted to another, which has nothing then."""
        key = AccountKey(program_id, old)
        membership = self._membership(connection, key)
        if membership is not None:
            delete_rows(connection, _MEMBERS, **self._member_key(key))
            moved = self._member_key(AccountKey(program_id, new))
            put(connection, _MEMBERS, moved, data=encode_json(membership))
        for entry in self.entries(connection, key):
            transaction = replace(entry.transaction, card_identifier=new)
            connection.execute(
                update(_TRANSACTIONS)
                .where(_TRANSACTIONS.c.number == entry.number)
                .values(owner=new, data=encode_json(transaction))
            )

    def apply(self, connection: Connection, changes: Iterable[LoyaltyChange]) -> None:
        """Store changes of points, account by account."""
        for key, of_account in changes_by_account(changes).items():
            before = self.account(connection, key)
            after = apply_changes(self._programs[key.program_id], before, of_account)
            self.put_account(connection, key, before, after)

    def load(self, connection: Connection, state: LoyaltyState) -> None:
        """Write what a bundle holds; nothing may be there."""
        self._insert(connection, state.transactions)
        put_entities(
            connection,
            _MEMBERS,
            [(self._member_key(key), membership) for key, membership in state.members.items()],
        )
        self.add_cards(connection, state.cards)

    def state(self, connection: Connection) -> LoyaltyState:
        """Return everything, as an export needs it."""
        transactions = connection.execute(
            select(_TRANSACTIONS.c.data)
            .where(_TRANSACTIONS.c.workspace == self._workspace)
            .order_by(_TRANSACTIONS.c.number)
        )
        members = connection.execute(
            select(_MEMBERS).where(_MEMBERS.c.workspace == self._workspace)
        )
        cards = connection.execute(
            select(_CARDS.c.data).where(_CARDS.c.workspace == self._workspace)
        )
        return LoyaltyState(
            transactions=[_TRANSACTION.decode(data) for (data,) in transactions],
            members={
                AccountKey(int(row["program_id"]), row["owner"]): _MEMBERSHIP.decode(row["data"])
                for row in members.mappings()
            },
            cards=[_CARD.decode(data) for (data,) in cards],
        )

    def _accounts(
        self, connection: Connection, owner: str, *, of_cards: bool
    ) -> dict[AccountKey, Account]:
        transactions = self._open(connection, owner)
        return {
            (key := AccountKey(program_id, owner)): self._account(connection, key, transactions)
            for program_id, program in self._programs.items()
            if program.settings.card_based is of_cards
        }

    def _open(self, connection: Connection, owner: str) -> tuple[Transaction, ...]:
        return _OPEN.values(connection, self._workspace, owner)

    def _account(
        self, connection: Connection, key: AccountKey, transactions: Iterable[Transaction]
    ) -> Account:
        """Return an account, given all open transactions of its owner."""
        return Account(
            self._membership(connection, key) or LoyaltyMembership(),
            tuple(t for t in transactions if t.program_id == key.program_id),
        )

    def put_account(
        self, connection: Connection, key: AccountKey, before: Account, after: Account
    ) -> None:
        """Write what has become of an account: transactions that are new or not the same."""
        known = {t.transaction_uuid: t for t in before.transactions}
        self._insert(connection, [t for t in after.transactions if t.transaction_uuid not in known])
        changed = [
            {"found_workspace": self._workspace, "found_uuid": t.transaction_uuid, **_content(t)}
            for t in after.transactions
            if t.transaction_uuid in known and t is not known[t.transaction_uuid]
        ]
        if changed:
            connection.execute(_UPDATE, changed)
        if after.membership != before.membership:
            data = encode_json(after.membership)
            put(connection, _MEMBERS, self._member_key(key), data=data)

    def _insert(self, connection: Connection, transactions: Iterable[Transaction]) -> None:
        rows = [
            {
                "workspace": self._workspace,
                "uuid": transaction.transaction_uuid,
                "program_id": transaction.program_id,
                "owner": transaction.account.owner,
                **_content(transaction),
            }
            for transaction in transactions
        ]
        if rows:
            connection.execute(insert(_TRANSACTIONS), rows)

    def _membership(self, connection: Connection, key: AccountKey) -> LoyaltyMembership | None:
        program_id = str(key.program_id)
        return _MEMBERSHIP_DATA.value(connection, self._workspace, key.owner, program_id)

    def _member_key(self, key: AccountKey) -> Mapping[str, str]:
        return self._key(owner=key.owner, program_id=str(key.program_id))

    def _key(self, **key: str) -> Mapping[str, str]:
        return {"workspace": self._workspace, **key}


_UPDATE = (
    update(_TRANSACTIONS)
    .where(
        _TRANSACTIONS.c.workspace == bindparam("found_workspace"),
        _TRANSACTIONS.c.uuid == bindparam("found_uuid"),
    )
    .values(is_open=bindparam("is_open"), data=bindparam("data"))
)


def _content(transaction: Transaction) -> dict[str, Any]:
    return {"is_open": bool(transaction.remaining), "data": encode_json(transaction)}
