"""Points, tiers, join dates and cards of loyalty programs from CSV files. Decision S223."""

from __future__ import annotations

from decimal import Decimal

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.csv_files import Line, imported, read_lines
from sandbox.emulator.management.loyalty_programs import program_in_path
from sandbox.emulator.management.uploads import uploaded_text
from sandbox.emulator.parameters import path_number
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import storing
from sandbox.engine.loyalty.programs import IMMEDIATE, ON_ACTION, UNLIMITED, Program
from sandbox.engine.times import in_utc
from sandbox.workspace.operations import loyalty_imports, points_imports
from sandbox.workspace.operations.loyalty import find_program
from sandbox.workspace.operations.loyalty_imports import (
    CardRow,
    JoinRow,
    Place,
    TierRow,
)
from sandbox.workspace.operations.points_imports import PointsRow
from sandbox.workspace.workspace import Workspace

_PROFILE = "customerprofileid"
_CARD = "identifier"
_POINTS = ("amount", "startdate", "expirydate", "validityduration", "subledgerid", "reason")
_MOST = Decimal(10) ** 15


def import_points(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/loyalty_programs/{loyaltyProgramId}/import_points"""
    program = program_in_path(workspace, incoming)
    incoming.flag("notificationsEnabled")
    owner = _CARD if program.settings.card_based else _PROFILE
    lines, faults = read_lines(
        uploaded_text(incoming), (_PROFILE, _CARD, *_POINTS), [owner, "amount"]
    )
    rows = [_points(line, owner) for line in lines]
    done = points_imports.import_points(workspace, program, rows, faults)
    return ok(imported(workspace, "LoyaltyPoints", done))


def import_tiers(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/loyalty_programs/{loyaltyProgramId}/import_customers_tiers"""
    program = _of_profiles(workspace, incoming)
    columns = ("subledgerid", _PROFILE, "tiername", "expirydate")
    lines, faults = read_lines(uploaded_text(incoming), columns, columns[1:])
    rows = [
        TierRow(
            _place(line),
            line.required(_PROFILE),
            line.text("subledgerid") or "",
            line.required("tiername"),
            in_utc(line.time("expirydate")) if line.required("expirydate") else None,
        )
        for line in lines
    ]
    done = loyalty_imports.import_tiers(workspace, program, rows, faults)
    return ok(imported(workspace, "CustomersTiers", done))


def import_join_dates(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/loyalty_programs/{loyaltyProgramId}/import_join_dates"""
    program = _of_profiles(workspace, incoming)
    columns = (_PROFILE, "newjoindate")
    lines, faults = read_lines(uploaded_text(incoming), columns, columns)
    rows = [
        JoinRow(
            _place(line),
            line.required(_PROFILE),
            in_utc(line.time("newjoindate")) if line.required("newjoindate") else None,
        )
        for line in lines
    ]
    done = loyalty_imports.import_join_dates(workspace, program, rows, faults)
    return ok(imported(workspace, "JoinDates", done))


def import_cards(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/loyalty_programs/{loyaltyProgramId}/import_cards"""
    program = find_program(workspace, path_number(incoming, "loyaltyProgramId"), card_based=True)
    columns = (_CARD, "state", "customerprofileids", "attributes")
    lines, faults = read_lines(uploaded_text(incoming), columns, columns[:2])
    rows = [
        CardRow(
            _place(line),
            line.required(_CARD),
            line.required("state"),
            _ids(line.text("customerprofileids")),
            line.attributes(),
        )
        for line in lines
    ]
    done = loyalty_imports.import_cards(workspace, program, rows, faults)
    return ok(imported(workspace, "LoyaltyCards", done))


def _of_profiles(workspace: Workspace, incoming: Incoming) -> Program:
    return find_program(workspace, path_number(incoming, "loyaltyProgramId"), card_based=False)


def _place(line: Line) -> Place:
    return Place(line.pointer, line.number)


def _points(line: Line, owner: str) -> PointsRow:
    """Return the points of a line; what is wrong with it is noted there."""
    start, expiry = line.text("startdate"), line.text("expirydate")
    return PointsRow(
        place=_place(line),
        owner=line.required(owner),
        amount=line.amount("amount", _MOST) if line.required("amount") else None,
        start=None if start in (IMMEDIATE, ON_ACTION) else in_utc(line.time("startdate")),
        waits=start == ON_ACTION,
        expiry=None if expiry == UNLIMITED else in_utc(line.time("expirydate")),
        lasts=line.text("validityduration"),
        subledger=line.text("subledgerid") or "",
        reason=line.text("reason") or "",
    )


def _ids(text: str | None) -> list[str]:
    parts = (part.strip() for part in (text or "").split(";"))
    return list(dict.fromkeys(part for part in parts if part))


_PROGRAM = "/v1/loyalty_programs/{loyaltyProgramId}"

ROUTES: Routes = {
    f"{_PROGRAM}/import_points": {"POST": storing(import_points, is_heavy=True)},
    f"{_PROGRAM}/import_customers_tiers": {"POST": storing(import_tiers, is_heavy=True)},
    f"{_PROGRAM}/import_join_dates": {"POST": storing(import_join_dates, is_heavy=True)},
    f"{_PROGRAM}/import_cards": {"POST": storing(import_cards, is_heavy=True)},
}
