"""Internal ids for what the API and rules create: one above the highest that any has had."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import Connection, insert, select

from sandbox.workspace import tables
from sandbox.workspace.store import put

_TABLE = tables.code_ids
Kind = Literal[
    "coupon",
    "referral",
    "loyaltyCard",
    "audience",
    "catalogItem",
    "campaign",
    "ruleset",
    "attribute",
    "additionalCost",
    "collection",
    "store",
    "achievement",
    "giveaway",
    "import",
    "job",
]


def remember_code_id(
    connection: Connection, workspace: str, kind: Kind, ids: Iterable[int]
) -> None:
    """Note the highest of the ids that a bundle holds; nothing may be noted yet."""
    row = {"workspace": workspace, "kind": kind, "last": max(ids, default=0)}
    connection.execute(insert(_TABLE), row)


def next_code_id(connection: Connection, workspace: str, kind: Kind, above: int = 0) -> int:
    """Return an id above any that one of this kind has had, and above another one; take it."""
    return next_code_ids(connection, workspace, kind, 1, above)[0]


def next_code_ids(
    connection: Connection, workspace: str, kind: Kind, count: int, above: int = 0
) -> range:
    """Return as many ids, one after the other, as `next_code_id` would; take them."""
    row = select(_TABLE.c.last).where(_TABLE.c.workspace == workspace, _TABLE.c.kind == kind)
    first: int = max(connection.execute(row).scalar() or 0, above) + 1
    last = first + count - 1
    put(connection, _TABLE, {"workspace": workspace, "kind": kind}, last=last)
    return range(first, last + 1)
