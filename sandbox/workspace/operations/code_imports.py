"""Codes from files: all lines of a file are stored, or none.

Source: Management API, importCoupons, importReferrals, importPoolGiveaways; decision S197.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.codes import normal_code
from sandbox.engine.definitions import AttributeEntity
from sandbox.engine.model import Coupon, Giveaway, Referral
from sandbox.errors import Fault, Refused
from sandbox.workspace.attributes import AttributeChecker
from sandbox.workspace.code_ids import next_code_id, next_code_ids
from sandbox.workspace.operations.code_terms import new_batch_id, new_random
from sandbox.workspace.workspace import Workspace

C = TypeVar("C", Coupon, Referral, Giveaway)


class Row(NamedTuple, Generic[C]):
    """A code from a file; `pointer` says where the file has it."""

    pointer: str
    line: int
    code: C


class Import(NamedTuple):
    """What came of a file: its id, and how many codes were stored."""

    id: int
    amount: int


def import_coupons(
    workspace: Workspace,
    rows: Sequence[Row[Coupon]],
    faults: Sequence[Fault],
    *,
    skip_duplicates: bool,
) -> Import:
    """Store new coupons; `faults` are those that were found before.

    Raises Refused with every fault, codes that are there already among them, unless these are to
    be skipped.
    """
    records = workspace.records.coupons
    case = workspace.application.settings.case_sensitivity
    rows = [
        row._replace(code=replace(row.code, value=normal_code(row.code.value, case)))
        for row in rows
    ]
    found = [*faults, *_attribute_faults(workspace, "Coupon", rows)]
    with workspace.writing() as connection:
        there = records.existing(connection, [row.code.value for row in rows])
        new, again = _apart(rows, [row.code.value for row in rows], there)
        if not skip_duplicates:
            found += [_duplicate(row, row.code.value, "value") for row in again]
        if found:
            raise Refused(found)
        import_id, batch_id = _begin(workspace, connection)
        ids = next_code_ids(connection, workspace.name, "coupon", len(new))
        records.add(
            connection,
            [
                replace(row.code, id=id, import_id=import_id, batch_id=batch_id)
                for id, row in zip(ids, new, strict=True)
            ],
        )
    return Import(import_id, len(new))


def _begin(workspace: Workspace, connection: Connection) -> tuple[int, str]:
    """Return the id of an import, and of its batch."""
    import_id = next_code_id(connection, workspace.name, "import")
    return import_id, new_batch_id(new_random())


def _attribute_faults(
    workspace: Workspace, entity: AttributeEntity, rows: Iterable[Row[C]]
) -> Iterator[Fault]:
    checker = AttributeChecker(workspace.application.definition.attributes)
    for row in rows:
        if row.code.attributes:
            for fault in checker.faults(entity, row.code.attributes, f"{row.pointer}/attributes"):
                yield fault._replace(details=f"Line {row.line}: {fault.details}")


def _apart(
    rows: Sequence[Row[C]], codes: Iterable[str], there: Collection[str]
) -> tuple[list[Row[C]], list[Row[C]]]:
    """Return the rows whose codes are new, and those whose codes are there or came before."""
    seen = set(there)
    new: list[Row[C]] = []
    again: list[Row[C]] = []
    for row, code in zip(rows, codes, strict=True):
        (again if code in seen else new).append(row)
        seen.add(code)
    return new, again


def _duplicate(row: Row[C], code: str, column: str) -> Fault:
    details = f"Line {row.line}: the code “{code}” is there already"
    return Fault("Duplicate", details, f"{row.pointer}/{column}")
