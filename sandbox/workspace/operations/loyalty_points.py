"""Points that people add and deduct by hand.

Source: Management API, operations addLoyaltyPoints and removeLoyaltyPoints, and those for cards;
decision S215.
"""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Annotated, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection

from sandbox.engine.checked import checked_duration
from sandbox.engine.durations import Duration
from sandbox.engine.loyalty.accounts import balances_of, settle
from sandbox.engine.loyalty.changes import AddPoints, DeductPoints
from sandbox.engine.loyalty.posting import MAX_POINTS
from sandbox.engine.loyalty.programs import IMMEDIATE, ON_ACTION, UNLIMITED, Program
from sandbox.engine.loyalty.terms import Term, make_term
from sandbox.engine.loyalty.transactions import Transaction, make_uuid
from sandbox.engine.model import Model, Time
from sandbox.errors import Fault, Refused
from sandbox.numbers import ZERO, Number, plain, plain_text
from sandbox.workspace.errors import invalid
from sandbox.workspace.operations.loyalty import Holder
from sandbox.workspace.workspace import Workspace

Subledger = Annotated[str, msgspec.Meta(max_length=64)]
Reason = Annotated[str, msgspec.Meta(max_length=255)]


class PointsToDeduct(Model, frozen=True):
    """Points to take from a ledger; "" is the main one."""

    points: Number
    name: Reason = ""
    subledger_id: Subledger = ""
    application_id: int | None = None


class PointsToAdd(PointsToDeduct, frozen=True):
    """Points to give; what is not said of their term is the program's default."""

    validity_duration: str | None = None
    valid_until: Time | None = None
    pending_duration: str | None = None
    pending_until: Time | None = None


class _Span(NamedTuple):
    """How long points wait or last: a duration, a word, or what the program says."""

    is_given: bool = False
    duration: Duration | None = None


def add_points(workspace: Workspace, holder: Holder, wanted: PointsToAdd) -> None:
    """Add points to a profile, or a card; raises Refused."""
    now, faults = workspace.clock.now(), _faults(workspace, holder, wanted)
    term = _term(holder.program, wanted, now, faults)
    if faults or term is None:
        raise Refused(faults)
    transaction = msgspec.structs.replace(
        _transaction(holder, wanted, now, "addition"),
        start_date=term.start,
        expiry_date=term.expiry,
        awaits_activation=term.awaits_activation,
        validity_duration=str(term.lasts) if term.lasts else None,
        remaining=plain(wanted.points),
    )
    with workspace.writing() as connection:
        workspace.records.loyalty.apply(connection, [AddPoints(transaction=transaction)])


def deduct_points(workspace: Workspace, holder: Holder, wanted: PointsToDeduct) -> None:
    """Take active points from a profile, or a card; raises Refused where there are too few."""
    now, faults = workspace.clock.now(), _faults(workspace, holder, wanted)
    if faults:
        raise Refused(faults)
    transaction = _transaction(holder, wanted, now, "subtraction")
    with workspace.writing() as connection:
        _check_balance(workspace, connection, holder, wanted, now)
        workspace.records.loyalty.apply(connection, [DeductPoints(transaction=transaction)])


def _transaction(
    holder: Holder, wanted: PointsToDeduct, now: datetime, kind: Literal["addition", "subtraction"]
) -> Transaction:
    is_card = holder.card is not None
    return Transaction(
        transaction_uuid=make_uuid(token_hex(16)),
        program_id=holder.program.settings.id,
        type=kind,
        amount=plain(wanted.points),
        created=now,
        sub_ledger_id=wanted.subledger_id,
        profile_integration_id="" if is_card else holder.key.owner,
        card_identifier=holder.key.owner if is_card else "",
        name=wanted.name,
    )


def _faults(workspace: Workspace, holder: Holder, wanted: PointsToDeduct) -> list[Fault]:
    faults = []
    if not ZERO < wanted.points <= MAX_POINTS:
        details = f"Points are more than 0 and at most {MAX_POINTS}"
        faults.append(Fault("Invalid value", details, "/points"))
    settings = holder.program.settings
    if wanted.subledger_id and not settings.allow_subledger:
        details = f"The loyalty program {settings.id} has no subledgers"
        faults.append(Fault("Invalid value", details, "/subledgerId"))
    if wanted.application_id not in (None, workspace.application.settings.id):
        details = f"There is no Application “{wanted.application_id}”"
        faults.append(Fault("Unknown", details, "/applicationId"))
    if holder.card is not None and holder.card.status != "active":
        faults.append(Fault("Invalid value", f"The card {holder.card.identifier} is not active"))
    return faults


def _check_balance(
    workspace: Workspace,
    connection: Connection,
    holder: Holder,
    wanted: PointsToDeduct,
    now: datetime,
) -> None:
    account = workspace.records.loyalty.account(connection, holder.key)
    settled = settle(holder.program, account, now)
    active = balances_of(settled, wanted.subledger_id, now).active
    if wanted.points > active:
        details = f"Only {plain_text(active)} active points can be deducted"
        raise Refused([Fault("Invalid value", details, "/points")])


def _term(program: Program, wanted: PointsToAdd, now: datetime, faults: list[Fault]) -> Term | None:
    """Return when points are active; what is wrong with that is added to `faults`."""
    pending = _span(
        wanted.pending_duration, wanted.pending_until, "pending", (IMMEDIATE, ON_ACTION), faults
    )
    validity = _span(wanted.validity_duration, wanted.valid_until, "valid", (UNLIMITED,), faults)
    wait = wanted.pending_duration or program.settings.default_pending
    if faults:
        return None
    try:
        return make_term(
            program,
            now,
            start=wanted.pending_until,
            expiry=wanted.valid_until,
            waits=wanted.pending_until is None and wait == ON_ACTION,
            pending=pending.duration if pending.is_given else program.pending,
            lasts=validity.duration if validity.is_given else program.validity,
        )
    except ValueError as error:
        faults.append(invalid(error))
        return None


def _span(
    text: str | None,
    until: datetime | None,
    name: Literal["pending", "valid"],
    words: tuple[str, ...],
    faults: list[Fault],
) -> _Span:
    field = "pendingDuration" if name == "pending" else "validityDuration"
    if text is None:
        return _Span()
    if until is not None:
        details = f"Either “{field}” or “{name}Until” is possible, not both"
        faults.append(Fault("Invalid value", details, f"/{field}"))
    if text in words:
        return _Span(True)
    return _Span(True, checked_duration(text, f"/{field}", faults))
