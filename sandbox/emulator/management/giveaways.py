"""The codes of giveaway pools as CSV files, in and out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.csv_files import Line, cell, csv_answer, imported, read_lines
from sandbox.emulator.management.uploads import uploaded_text
from sandbox.emulator.parameters import Period, created, path_number
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching, storing
from sandbox.engine.model import Giveaway
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.code_imports import Row, import_giveaways
from sandbox.workspace.workspace import Workspace

_EXPORTED = (
    "id",
    "poolid",
    "code",
    "startdate",
    "enddate",
    "attributes",
    "used",
    "importid",
    "created",
    "profileintegrationid",
    "profileid",
)
_IMPORTED = ("code", "startdate", "enddate", "attributes")


def import_file(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/giveaways/pools/{poolId}/import"""
    pool_id = _pool_in_path(workspace, incoming)
    lines, faults = read_lines(uploaded_text(incoming), _IMPORTED, ["code"], _EXPORTED)
    now = workspace.clock.now()
    rows = [Row(line.pointer, line.number, _giveaway(line, pool_id, now)) for line in lines]
    return ok(imported(workspace, "Giveaway", import_giveaways(workspace, rows, faults)))


def export_file(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/giveaways/pools/{poolId}/export"""
    pool_id = _pool_in_path(workspace, incoming)
    return csv_answer(_EXPORTED, _rows(workspace, pool_id, created(incoming)))


def _pool_in_path(workspace: Workspace, incoming: Incoming) -> int:
    """Return the id of the pool that a path names; raises UnknownEntityError."""
    pool_id = path_number(incoming, "poolId")
    if all(pool.id != pool_id for pool in workspace.application.definition.giveaway_pools):
        raise UnknownEntityError("giveaway pool", pool_id)
    return pool_id


def _giveaway(line: Line, pool_id: int, now: datetime) -> Giveaway:
    """Return the code of a line; what is wrong with it is noted there."""
    start, end = line.dates("startdate", "enddate")
    return Giveaway(
        id=0,
        created=now,
        code=line.required("code"),
        pool_id=pool_id,
        start_date=start,
        end_date=end,
        attributes=line.attributes(),
    )


def _rows(workspace: Workspace, pool_id: int, period: Period) -> Iterator[list[str]]:
    records, connection = workspace.records, workspace.reading
    for giveaway in records.giveaways.all(connection):
        if giveaway.pool_id != pool_id or giveaway.created not in period:
            continue
        recipient_id = giveaway.profile_integration_id
        profile = records.profile(connection, recipient_id) if recipient_id else None
        values: tuple[Any, ...] = (
            giveaway.id,
            giveaway.pool_id,
            giveaway.code,
            giveaway.start_date,
            giveaway.end_date,
            giveaway.attributes,
            giveaway.used,
            giveaway.import_id,
            giveaway.created,
            recipient_id,
            profile.id if profile else None,
        )
        yield [cell(value) for value in values]


ROUTES: Routes = {
    "/v1/giveaways/pools/{poolId}/import": {"POST": storing(import_file, is_heavy=True)},
    "/v1/giveaways/pools/{poolId}/export": {"GET": searching(export_file)},
}
