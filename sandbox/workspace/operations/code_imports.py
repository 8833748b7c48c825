"""Codes from files: all lines of a file are stored, or none.

Source: Management API, importCoupons, importReferrals, importPoolGiveaways; decision S197.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar

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
Stored = TypeVar("Stored", contravariant=True)


class Row(NamedTuple, Generic[C]):
    """A code from a file; `pointer` says where the file has it."""

    pointer: str
    line: int
    code: C


class Import(NamedTuple):
    """What came of a file: its id, and how many codes were stored."""

    id: int
    amount: int


class _Kind(NamedTuple):
    """How codes of one kind are called: their attributes, ids, fields and columns."""

    entity: AttributeEntity
    ids: Literal["coupon", "referral"]
    field: str


_COUPONS = _Kind("Coupon", "coupon", "value")
_REFERRALS = _Kind("Referral", "referral", "code")


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
    return _store(workspace, _COUPONS, rows, faults, records, skip_duplicates=skip_duplicates)


def import_referrals(
    workspace: Workspace, rows: Sequence[Row[Referral]], faults: Sequence[Fault]
) -> Import:
    """Store new referrals; `faults` are those that were found before. Raises Refused."""
    records = workspace.records.referrals
    return _store(workspace, _REFERRALS, rows, faults, records, skip_duplicates=False)


def import_giveaways(
    workspace: Workspace, rows: Sequence[Row[Giveaway]], faults: Sequence[Fault]
) -> Import:
    """Store codes of a pool, the same one as often as it comes. Raises Refused."""
    records = workspace.records.giveaways
    found = [*faults, *_attribute_faults(workspace, "Giveaway", rows)]
    if found:
        raise Refused(found)
    with workspace.writing() as connection:
        highest = max((giveaway.id for giveaway in records.all(connection)), default=0)
        ids = next_code_ids(connection, workspace.name, "giveaway", len(rows), above=highest)
        import_id = next_code_id(connection, workspace.name, "import")
        records.add(
            connection,
            [
                replace(row.code, id=id, import_id=import_id)
                for id, row in zip(ids, rows, strict=True)
            ],
        )
    return Import(import_id, len(rows))


class _Records(Protocol[Stored]):
    def existing(self, connection: Connection, codes: Iterable[str], /) -> set[str]: ...

    def add(self, connection: Connection, codes: Iterable[Stored], /) -> None: ...


def _store(
    workspace: Workspace,
    kind: _Kind,
    rows: Sequence[Row[C]],
    faults: Sequence[Fault],
    records: _Records[C],
    *,
    skip_duplicates: bool,
) -> Import:
    case = workspace.application.settings.case_sensitivity
    codes = [normal_code(getattr(row.code, kind.field), case) for row in rows]
    found = [*faults, *_attribute_faults(workspace, kind.entity, rows)]
    with workspace.writing() as connection:
        new, again = _apart(rows, codes, records.existing(connection, codes))
        if not skip_duplicates:
            found += [_duplicate(row, code, kind.field) for code, row in again]
        if found:
            raise Refused(found)
        ids = next_code_ids(connection, workspace.name, kind.ids, len(new))
        import_id = next_code_id(connection, workspace.name, "import")
        batch_id = new_batch_id(new_random())
        stored = [
            replace(row.code, **{kind.field: code}, id=id, import_id=import_id, batch_id=batch_id)
            for id, (code, row) in zip(ids, new, strict=True)
        ]
        records.add(connection, stored)
    return Import(import_id, len(new))


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
) -> tuple[list[tuple[str, Row[C]]], list[tuple[str, Row[C]]]]:
    """Return the rows whose codes are new, and those whose codes are there or came before."""
    seen = set(there)
    new: list[tuple[str, Row[C]]] = []
    again: list[tuple[str, Row[C]]] = []
    for code, row in zip(codes, rows, strict=True):
        # One that is missing is a fault of another kind.
        (again if code and code in seen else new).append((code, row))
        seen.add(code)
    return new, again


def _duplicate(row: Row[C], code: str, column: str) -> Fault:
    details = f"Line {row.line}: the code “{code}” is there already"
    return Fault("Duplicate", details, f"{row.pointer}/{column}")
