"""What profiles and cards have in loyalty programs: balances, logs, joining, activation.

Source: reference/api/09-endpoints.md, section 9.2; reference/engine/08, sections 8.2 to 8.5;
decisions S112 to S115.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from sandbox.engine.loyalty.accounts import activate, join, settle
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.statements import PointsStatus, Totals, totals_at, unused
from sandbox.engine.loyalty.transactions import Account, AccountKey, LoyaltyCard, Transaction
from sandbox.errors import Fault, Refused
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.loyalty_records import LedgerEntry
from sandbox.workspace.profiles import ensure_profile
from sandbox.workspace.workspace import Workspace

Origin = Literal["manual", "session", "import"]
PointsOrder = Literal["startDate", "expiryDate", "-startDate", "-expiryDate"]


class Holder(NamedTuple):
    """Who has points in a program: a profile, or a card."""

    program: Program
    key: AccountKey
    card: LoyaltyCard | None = None


class Statement(NamedTuple):
    """An account as it is now, and what each of its ledgers held at the time that was asked for."""

    account: Account
    ledgers: Mapping[str, Totals]


class EntryFilter(NamedTuple):
    """Which entries of a ledger to list; None leaves a property alone, times are included."""

    subledgers: Collection[str] | None = None
    session_ids: Collection[str] | None = None
    uuids: Collection[str] | None = None
    origin: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def takes(self, transaction: Transaction) -> bool:
        return (
            (self.subledgers is None or transaction.sub_ledger_id in self.subledgers)
            and (self.session_ids is None or transaction.customer_session_id in self.session_ids)
            and (self.uuids is None or transaction.transaction_uuid in self.uuids)
            and (self.origin is None or origin_of(transaction) == self.origin)
            and (self.start is None or self.start <= transaction.created)
            and (self.end is None or transaction.created <= self.end)
        )


def origin_of(transaction: Transaction) -> Origin:
    """Return where a transaction comes from (decision F30)."""
    if transaction.import_id is not None:
        return "import"
    return "session" if transaction.customer_session_id else "manual"


def find_program(workspace: Workspace, program_id: int, *, card_based: bool) -> Program:
    """Return a program of one kind; raises UnknownEntityError, and Refused for the other kind."""
    program = any_program(workspace, program_id)
    if program.settings.card_based is not card_based:
        kind = "profiles, not for cards" if card_based else "cards, not for profiles"
        details = f"The loyalty program {program_id} is for {kind}"
        raise Refused([Fault("Invalid value", details, parameter="loyaltyProgramId")])
    return program


def profile_holder(workspace: Workspace, program_id: int, profile_id: str) -> Holder:
    """Return a profile as one who has points, even none; raises UnknownEntityError, Refused."""
    program = find_program(workspace, program_id, card_based=False)
    key, connection = AccountKey(program_id, profile_id), workspace.reading
    is_known = workspace.records.profile(connection, profile_id) is not None
    if not is_known and not workspace.records.loyalty.entries(connection, key):
        raise UnknownEntityError("customer profile", profile_id)
    return Holder(program, key)


def card_holder(
    workspace: Workspace, program_id: int, identifier: str, connection: Connection | None = None
) -> Holder:
    """Return a card as one that has points; raises UnknownEntityError, Refused."""
    program = find_program(workspace, program_id, card_based=True)
    cards = workspace.records.loyalty.cards(connection or workspace.reading, [identifier])
    card = next((card for card in cards if card.program_id == program_id), None)
    if card is None:
        raise UnknownEntityError("loyalty card", identifier)
    return Holder(program, AccountKey(program_id, identifier), card)


def statement(workspace: Workspace, holder: Holder, time: datetime | None) -> Statement:
    """Return what a holder's ledgers held at a time, or hold now; the main one is always there."""
    now = workspace.clock.now()
    ledgers: dict[str, list[Transaction]] = {"": []}
    for entry in workspace.records.loyalty.entries(workspace.reading, holder.key):
        ledgers.setdefault(entry.transaction.sub_ledger_id, []).append(entry.transaction)
    return Statement(
        _settled(workspace, holder, now),
        {name: totals_at(ledgers[name], time or now) for name in sorted(ledgers)},
    )


def entries(
    workspace: Workspace, holder: Holder, wanted: EntryFilter, *, waiting: bool
) -> list[LedgerEntry]:
    """Return a holder's log, newest first (decision S119).

    `waiting`: only points that await their activation.
    """
    now = workspace.clock.now()
    return [
        entry
        for entry in reversed(workspace.records.loyalty.entries(workspace.reading, holder.key))
        if wanted.takes(entry.transaction)
        and (not waiting or awaits_activation(entry.transaction, now))
    ]


def points(
    workspace: Workspace,
    holder: Holder,
    status: PointsStatus,
    wanted: EntryFilter,
    order: PointsOrder | None,
) -> list[LedgerEntry]:
    """Return the additions of which points are left, with `remaining` of them; oldest first."""
    now = workspace.clock.now()
    numbers = {
        entry.transaction.transaction_uuid: entry.number
        for entry in workspace.records.loyalty.entries(workspace.reading, holder.key)
    }
    found = [
        LedgerEntry(numbers[transaction.transaction_uuid], transaction)
        for transaction in unused(_settled(workspace, holder, now), status, now)
        if wanted.takes(transaction)
    ]
    return found if order is None else _sorted(found, order)


def delete_transactions(
    workspace: Workspace, holder: Holder, subledgers: Collection[str] | None
) -> None:
    """Delete everything that was posted to these ledgers of a holder, or to all; for good."""
    records = workspace.records.loyalty
    with workspace.writing() as connection:
        if subledgers is None:
            account = records.account(connection, holder.key)
            posted = {e.transaction.sub_ledger_id for e in records.entries(connection, holder.key)}
            subledgers = account.subledgers | posted
        records.delete_ledgers(connection, holder.key, subledgers, workspace.clock.now())


def join_program(workspace: Workspace, program_id: int, profile_id: str) -> None:
    """Let a profile join a program; it comes to be if there is none.

    Raises UnknownEntityError, and Refused when it has joined before.
    """
    program = find_program(workspace, program_id, card_based=False)
    now, records = workspace.clock.now(), workspace.records
    with workspace.writing() as connection:
        ensure_profile(records, connection, profile_id, now)
        key = AccountKey(program_id, profile_id)
        account = records.loyalty.account(connection, key)
        if settle(program, account, now).membership.joined is not None:
            details = f"“{profile_id}” has joined the loyalty program {program_id} before"
            raise Refused([Fault("Duplicate", details, parameter="integrationId")])
        records.loyalty.put_account(connection, key, account, join(program, account, now))


def activate_session(workspace: Workspace, program_id: int, session_id: str) -> list[Transaction]:
    """Activate all points of a session that await it; raises UnknownEntityError, Refused."""
    with workspace.writing() as connection:
        any_program(workspace, program_id)
        records, now = workspace.records, workspace.clock.now()
        found = records.loyalty.of_session(connection, program_id, session_id)
        if not found and records.session(connection, session_id) is None:
            raise UnknownEntityError("customer session", session_id)
        waiting = [t for t in found if awaits_activation(t, now)]
        return _activated(workspace, connection, waiting)


def activate_transactions(
    workspace: Workspace, program_id: int, uuids: Sequence[str]
) -> list[Transaction]:
    """Activate points by transaction, all or none; raises UnknownEntityError, Refused."""
    with workspace.writing() as connection:
        any_program(workspace, program_id)
        known = workspace.records.loyalty.transactions(connection, uuids)
        faults = []
        for index, uuid in enumerate(uuids):
            found = known.get(uuid)
            if found is None or found.program_id != program_id:
                raise UnknownEntityError("transaction", uuid)
            if not awaits_activation(found, workspace.clock.now()):
                details = "The points of this transaction do not await their activation"
                faults.append(Fault("Invalid value", details, f"/transactionUUIDs/{index}"))
        if faults:
            raise Refused(faults)
        return _activated(workspace, connection, [known[uuid] for uuid in uuids])


def _activated(
    workspace: Workspace, connection: Connection, waiting: Sequence[Transaction]
) -> list[Transaction]:
    """Activate points and return their transactions as they are then."""
    records, now = workspace.records.loyalty, workspace.clock.now()
    uuids = {t.transaction_uuid for t in waiting}
    for key in {t.account: None for t in waiting}:
        account = records.account(connection, key)
        program = workspace.application.programs[key.program_id]
        try:
            after = activate(program, account, uuids, now)
        except ValueError as error:
            raise Refused([Fault("Invalid value", str(error))]) from None
        records.put_account(connection, key, account, after)
    stored = records.transactions(connection, uuids)
    return [stored[t.transaction_uuid] for t in waiting]


def any_program(workspace: Workspace, program_id: int) -> Program:
    """Return a program of either kind; raises UnknownEntityError."""
    program = workspace.application.programs.get(program_id)
    if program is None:
        raise UnknownEntityError("loyalty program", program_id)
    return program


def _settled(workspace: Workspace, holder: Holder, now: datetime) -> Account:
    account = workspace.records.loyalty.account(workspace.reading, holder.key)
    return settle(holder.program, account, now)


def awaits_activation(transaction: Transaction, now: datetime) -> bool:
    return (
        transaction.awaits_activation
        and bool(transaction.remaining)
        and not transaction.is_expired(now)
    )


def _sorted(found: list[LedgerEntry], order: PointsOrder) -> list[LedgerEntry]:
    """Return entries in an order; no expiry date, or no start yet, is later than any date."""

    def position(entry: LedgerEntry) -> tuple[bool, float]:
        transaction = entry.transaction
        if order.endswith("expiryDate"):
            time = transaction.expiry_date
        else:
            time = None if transaction.awaits_activation else transaction.starts
        return time is None, time.timestamp() if time else 0

    return sorted(found, key=position, reverse=order.startswith("-"))
