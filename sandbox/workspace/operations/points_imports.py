"""Points from files: all lines of a file are stored, or none.

Source: Management API, importLoyaltyPoints; decision S223.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import Connection

from sandbox.engine.checked import checked_duration
from sandbox.engine.loyalty.changes import AddPoints
from sandbox.engine.loyalty.posting import MAX_POINTS
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.terms import make_term
from sandbox.engine.loyalty.transactions import Transaction, make_uuid
from sandbox.errors import Fault, Refused
from sandbox.numbers import ZERO, plain
from sandbox.workspace.code_ids import next_code_id
from sandbox.workspace.operations.code_imports import Import
from sandbox.workspace.operations.loyalty_imports import Place
from sandbox.workspace.profiles import ensure_profile
from sandbox.workspace.workspace import Workspace


class PointsRow(NamedTuple):
    """Points for a profile, or a card; without `expiry` and `lasts` they last for ever."""

    place: Place
    owner: str
    amount: Decimal | None
    start: datetime | None
    waits: bool
    expiry: datetime | None
    lasts: str | None
    subledger: str
    reason: str


def import_points(
    workspace: Workspace, program: Program, rows: Sequence[PointsRow], faults: Sequence[Fault]
) -> Import:
    """Add points; profiles that are not there come to be. Raises Refused with every fault."""
    records, now = workspace.records, workspace.clock.now()
    found = list(faults)
    with workspace.writing() as connection:
        import_id = next_code_id(connection, workspace.name, "import")
        added = [
            _points(workspace, connection, program, row, import_id, now, found) for row in rows
        ]
        if found:
            raise Refused(found)
        if not program.settings.card_based:
            for owner in dict.fromkeys(row.owner for row in rows):
                ensure_profile(records, connection, owner, now)
        records.loyalty.apply(connection, [AddPoints(transaction=one) for one in added if one])
    return Import(import_id, len(rows))


def _points(
    workspace: Workspace,
    connection: Connection,
    program: Program,
    row: PointsRow,
    import_id: int,
    now: datetime,
    faults: list[Fault],
) -> Transaction | None:
    """Return the transaction of a row; what is wrong with it is added to `faults`."""
    settings, place, before = program.settings, row.place, len(faults)
    if row.amount is not None and not ZERO < row.amount <= MAX_POINTS:
        details = f"points are more than 0 and at most {MAX_POINTS}"
        faults.append(place.fault("amount", details))
    if row.subledger and not settings.allow_subledger:
        faults.append(place.fault("subledgerid", "the loyalty program has no subledgers"))
    if row.lasts is not None and row.expiry is not None:
        details = "either an expiry date or a duration is possible, not both"
        faults.append(place.fault("validityduration", details))
    if settings.card_based and row.owner:
        cards = workspace.records.loyalty.cards(connection, [row.owner])
        if not any(card.program_id == settings.id for card in cards):
            details = f"there is no loyalty card “{row.owner}”"
            faults.append(place.fault("identifier", details, "Unknown"))
    lasts = None
    if row.lasts is not None:
        lasts = checked_duration(row.lasts, f"{place.pointer}/validityduration", faults)
    if len(faults) > before or row.amount is None:
        return None
    try:
        term = make_term(
            program,
            now,
            start=row.start,
            expiry=row.expiry,
            waits=row.waits,
            pending=None,
            lasts=lasts,
        )
    except ValueError as error:
        faults.append(place.fault("expirydate", str(error)))
        return None
    amount = plain(row.amount)
    return Transaction(
        transaction_uuid=make_uuid(token_hex(16)),
        program_id=settings.id,
        type="addition",
        amount=amount,
        created=now,
        sub_ledger_id=row.subledger,
        profile_integration_id="" if settings.card_based else row.owner,
        card_identifier=row.owner if settings.card_based else "",
        name=row.reason,
        import_id=import_id,
        start_date=term.start,
        expiry_date=term.expiry,
        awaits_activation=term.awaits_activation,
        validity_duration=str(term.lasts) if term.lasts else None,
        remaining=amount,
    )
