"""Snapshots: how a workspace was at one moment, kept under an id that nobody can guess.

A snapshot never changes, and lives on when its workspace is gone. What a home keeps of them is
bounded: those that were not opened for the longest time go first (decision S297).
"""

from __future__ import annotations

import hashlib
import secrets
import time
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from sandbox.errors import Fault, Refused
from sandbox.workspace.errors import UnknownSnapshotError
from sandbox.workspace.store import NOTHING, Store
from sandbox.workspace.tables import snapshots as table

MAX_TITLE = 100
# What one snapshot may take, what a workspace may have, and what all of a home may take.
MAX_BYTES = 16_000_000
MAX_OF_WORKSPACE = 50
MAX_OF_HOME = 1_000
MAX_BYTES_OF_HOME = 256_000_000


class Snapshot(NamedTuple):
    """What was kept: the bundle and the draft (JSON) of the moment.

    `workspace` is the one that it was taken of; it may be gone.
    """

    workspace: str
    bundle: bytes
    draft: str


class SnapshotInfo(NamedTuple):
    """A named snapshot; `created` counts seconds since 1970."""

    id: str
    title: str
    created: float


class Snapshots:
    """The snapshots of a home."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, snapshot: Snapshot, title: str = "") -> str:
        """Keep a snapshot and return its id; the same one again has the id that it has.

        With a title it is listed, and takes the place of the workspace's one of that title. Raises
        Refused for one that is too large, or a title that is too long.
        """
        title = " ".join(title.split())
        if len(title) > MAX_TITLE:
            raise Refused([Fault("Too long", f"A name has at most {MAX_TITLE} characters")])
        packed = zlib.compress(snapshot.bundle)
        if len(packed) + len(snapshot.draft) > MAX_BYTES:
            raise Refused([Fault("Too large", "This workspace is too large for a snapshot")])
        digest = hashlib.sha256(b"\0".join((snapshot.bundle, snapshot.draft.encode()))).hexdigest()
        with self._store.write(NOTHING) as connection:
            same = select(table.c.id).where(
                table.c.workspace == snapshot.workspace,
                table.c.digest == digest,
                table.c.title == title,
            )
            known: str | None = connection.execute(same).scalar()
            if known is not None:
                return known
            if title:
                connection.execute(
                    delete(table).where(
                        table.c.workspace == snapshot.workspace, table.c.title == title
                    )
                )
            now = time.time()
            snapshot_id = secrets.token_urlsafe(12)
            connection.execute(
                insert(table).values(
                    id=snapshot_id,
                    workspace=snapshot.workspace,
                    title=title,
                    digest=digest,
                    bundle=packed,
                    draft=snapshot.draft,
                    size=len(packed) + len(snapshot.draft),
                    created=now,
                    used=now,
                )
            )
            _bound(connection, snapshot.workspace)
        return snapshot_id

    def open(self, snapshot_id: str) -> Snapshot:
        """Return a snapshot, and note that it was used; raises UnknownSnapshotError."""
        found = select(table.c.workspace, table.c.bundle, table.c.draft)
        row = self._store.read.execute(found.where(table.c.id == snapshot_id)).first()
        if row is None:
            raise UnknownSnapshotError
        with self._store.write(NOTHING) as connection:
            connection.execute(
                update(table).where(table.c.id == snapshot_id).values(used=time.time())
            )
        return Snapshot(row.workspace, zlib.decompress(row.bundle), row.draft)

    def named(self, workspace: str) -> Sequence[SnapshotInfo]:
        """Return a workspace's named snapshots, the newest first."""
        rows = self._store.read.execute(
            select(table.c.id, table.c.title, table.c.created)
            .where(table.c.workspace == workspace, table.c.title != "")
            .order_by(table.c.created.desc())
        )
        return [SnapshotInfo(*row) for row in rows]


def _bound(connection: Connection, workspace: str) -> None:
    """Delete what is too much, those that were used last the longest time ago first."""
    of_workspace = _newest().where(table.c.workspace == workspace).offset(MAX_OF_WORKSPACE)
    of_home = _newest().offset(MAX_OF_HOME)
    for too_many in (of_workspace, of_home):
        connection.execute(delete(table).where(table.c.id.in_(too_many.limit(MAX_OF_HOME))))
    sizes = func.sum(table.c.size).over(order_by=(table.c.used.desc(), table.c.id))
    so_far = select(table.c.id, sizes.label("bytes")).subquery()
    too_large = select(so_far.c.id).where(so_far.c.bytes > MAX_BYTES_OF_HOME)
    connection.execute(delete(table).where(table.c.id.in_(too_large)))


def _newest() -> Select[tuple[str]]:
    return select(table.c.id).order_by(table.c.used.desc(), table.c.id)
