"""All workspaces of one home: load, fork, reset, export, delete, and find by key.

Usable from any thread. Compiled Applications are cached here; what is cached changes only through
this object, which is alone in its home.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from sandbox.engine.compiled import CompiledApplication
from sandbox.errors import Fault, Refused
from sandbox.numbers import encode_json
from sandbox.settings import Settings
from sandbox.workspace import tables
from sandbox.workspace.bundle import Bundle, read_bundle, read_stored
from sandbox.workspace.calls import Call, CallLog, RawCall
from sandbox.workspace.clock import Clock, refuse_no_present
from sandbox.workspace.errors import (
    StoreError,
    UnknownSnapshotError,
    UnknownWorkspaceError,
)
from sandbox.workspace.export import export_bundle
from sandbox.workspace.home import Home, hash_key
from sandbox.workspace.records import Records
from sandbox.workspace.snapshots import Snapshot, Snapshots
from sandbox.workspace.store import NOTHING, Store, StoredJson, decoder, delete_rows, put
from sandbox.workspace.workspace import Workspace

_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
_DAY = 24 * 3600
# An unused fork goes after 30 days; one that was left within its first minutes goes after one.
_UNUSED_AFTER = 30 * _DAY
_UNTOUCHED_AFTER = _DAY
_FIRST_USE = 600

_CLOCK = decoder(Clock)
_BUNDLE: StoredJson[dict[str, Any]] = decoder(dict)


class WorkspaceKeys(NamedTuple):
    """A workspace with the keys that open it."""

    name: str
    application_id: int
    integration_key: str
    management_key: str


class WorkspaceInfo(NamedTuple):
    name: str
    application_id: int
    campaigns: int
    updated: float


class Workspaces:
    """The workspaces of one home. `close` gives the home back.

    Raises HomeInUseError or StoreError when the home cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self._lock = threading.RLock()
        self._loaded: dict[str, Workspace] = {}
        with ExitStack() as opened:
            self._home = Home(settings.home)
            opened.callback(self._home.close)
            self._store = Store(settings.database_url)
            opened.callback(self._store.close)
            self._names = self._read_names()
            self._calls = CallLog(self._store)
            opened.callback(self._calls.close)
            self.snapshots = Snapshots(self._store)
            self.purge()
            self._opened = opened.pop_all()

    def close(self) -> None:
        self._opened.close()

    def _read_names(self) -> dict[tuple[str, str], str]:
        """Return which workspace each key opens, by kind and hash."""
        table = tables.workspaces
        rows = self._store.read.execute(
            select(table.c.name, table.c.integration_hash, table.c.management_hash)
        )
        names = {}
        for name, integration, management in rows:
            names["integration", integration] = name
            names["management", management] = name
            names["session", hash_key(self._home.session_token(name))] = name
        return names

    def load(self, name: str, body: bytes | Mapping[str, Any]) -> WorkspaceKeys:
        """Load a bundle as a workspace, replacing one of that name; raises Refused."""
        return self._load(name, body, None, self._compiled(name))

    def fork(self, source: str, name: str) -> WorkspaceKeys:
        """Make a workspace of its own from the present state of another one.

        The two share their compiled rules.
        """
        self.purge()
        return self._load(name, self.export(source), source, self.workspace(source).application)

    def reset(self, name: str) -> None:
        """Go back to the bundle that the workspace was loaded from."""
        row = self._row(name)
        self._load(name, row.bundle, row.forked_from, self.workspace(name).application)

    def delete(self, name: str) -> None:
        self._row(name)
        with self._lock, self._changing(name) as connection:
            for table in (*tables.RUNTIME, tables.calls):
                delete_rows(connection, table, workspace=name)
            delete_rows(connection, tables.workspaces, name=name)
        self._calls.forget(name)
        with self._lock:
            self._names = {key: owner for key, owner in self._names.items() if owner != name}

    def purge(self) -> None:
        """Delete forks that nobody uses."""
        now = time.time()
        table = tables.workspaces
        unused = select(table.c.name).where(
            table.c.forked_from.is_not(None),
            (table.c.updated < now - _UNUSED_AFTER)
            | (
                (table.c.created < now - _UNTOUCHED_AFTER)
                & (table.c.updated < table.c.created + _FIRST_USE)
            ),
        )
        for name in self._store.read.execute(unused).scalars().all():
            self.delete(name)

    def exists(self, name: str) -> bool:
        table = tables.workspaces
        row = self._store.read.execute(select(table.c.name).where(table.c.name == name))
        return row.first() is not None

    def overview(self) -> list[WorkspaceInfo]:
        rows = self._store.read.execute(
            select(tables.workspaces.c.name, tables.workspaces.c.updated)
        ).all()
        infos = []
        for name, updated in rows:
            application = self.workspace(name).application
            count = len(application.campaigns)
            infos.append(WorkspaceInfo(name, application.settings.id, count, updated))
        return infos

    def keys(self, name: str) -> WorkspaceKeys:
        """Return a workspace's keys; they stay the same for its name in this home."""
        return WorkspaceKeys(
            name,
            self.workspace(name).application.settings.id,
            self._home.integration_key(name),
            self._home.management_key(name),
        )

    def session_token(self, name: str) -> str:
        """Return the token that stands for a workspace's Management API key."""
        return self._home.session_token(name)

    def export(self, name: str) -> bytes:
        """Return the bundle as it stands now; loading it again restores the workspace."""
        workspace = self.workspace(name)
        state = workspace.records.state(self._store.read)
        return encode_json(
            export_bundle(workspace.raw, workspace.clock, workspace.application.zone, state)
        )

    def take_snapshot(self, name: str, draft: str, title: str = "") -> str:
        """Keep a workspace as it is now, with a draft (JSON), and return the snapshot's id.

        With a title it can be found by it. Raises Refused.
        """
        return self.snapshots.keep(Snapshot(name, self.export(name), draft), title)

    def fork_snapshot(self, snapshot_id: str, name: str) -> str:
        """Make a workspace of a snapshot and return its draft; raises UnknownSnapshotError."""
        snapshot = self.snapshots.open(snapshot_id)
        self.purge()
        self._load(name, snapshot.bundle, snapshot.workspace, self._compiled(snapshot.workspace))
        return snapshot.draft

    def restore_snapshot(self, snapshot_id: str, name: str) -> str:
        """Let a workspace be as a snapshot of it, and return its draft.

        Raises UnknownSnapshotError for one that is not there, or of another workspace.
        """
        snapshot = self.snapshots.open(snapshot_id)
        if snapshot.workspace != name:
            raise UnknownSnapshotError
        row = self._row(name)
        self._load(name, snapshot.bundle, row.forked_from, self._compiled(name))
        return snapshot.draft

    def _compiled(self, name: str) -> CompiledApplication | None:
        """Return the compiled rules of a workspace in memory, to share what is the same."""
        loaded = self._loaded.get(name)
        return None if loaded is None else loaded.application

    def workspace(self, name: str) -> Workspace:
        """Return a workspace, loaded into memory when it is not; raises UnknownWorkspaceError."""
        workspace = self._loaded.get(name)
        if workspace is not None:
            return workspace
        with self._lock:
            if name not in self._loaded:
                row = self._row(name)
                clock = _CLOCK.decode(row.clock)
                changed = Records(name).configuration(self._store.read)
                bundle = _stored_bundle(name, _BUNDLE.decode(row.bundle) | changed)
                self._store_catalogs(name, bundle)
                self._loaded[name] = Workspace(name, bundle, clock, self._store, self._calls)
            return self._loaded[name]

    def _store_catalogs(self, name: str, bundle: Bundle) -> None:
        """Store catalogs of a workspace that was loaded when they stood in its bundle alone."""
        records = Records(name).catalogs
        stored = records.all(self._store.read)
        missing = [one for one in bundle.state.catalogs if one.catalog.id not in stored]
        if missing:
            with self._store.write(NOTHING) as connection:
                records.load(connection, missing)

    def by_key(self, kind: str, key: str) -> Workspace | None:
        """Return the workspace that a key of this kind opens: integration, management or session.

        Keys are looked up by their hash, so the time that takes says nothing about a key.
        """
        name = self._names.get((kind, hash_key(key)))
        return None if name is None else self.workspace(name)

    def clock(self, name: str) -> Clock:
        return self.workspace(name).clock

    def set_clock(self, name: str, now: datetime | None) -> Clock:
        """Freeze a workspace's clock, or let it run in real time; raises Refused for no present."""
        if now is not None:
            refuse_no_present(now, pointer="/now")
        return self._set_clock(name, Clock(frozen_at=now))

    def advance_clock(self, name: str, duration: str) -> Clock:
        """Move a workspace's clock; raises Refused for what is no duration, or no present then."""
        try:
            moved = self.clock(name).advance(duration)
        except ValueError as error:
            raise Refused([Fault("Invalid value", str(error), "/advance")]) from None
        refuse_no_present(moved.now(), pointer="/advance")
        return self._set_clock(name, moved)

    def log(self, name: str, call: RawCall) -> None:
        self._calls.add(name, call)

    def calls(self, name: str, most: int = 100) -> list[Call]:
        """Return the newest calls of a workspace, newest first."""
        return self._calls.recent(name, most)

    def _set_clock(self, name: str, clock: Clock) -> Clock:
        workspace = self.workspace(name)
        with self._lock, self._store.write(NOTHING) as connection:
            connection.execute(
                update(tables.workspaces)
                .where(tables.workspaces.c.name == name)
                .values(clock=encode_json(clock))
            )
        workspace.clock = clock
        return clock

    def _load(
        self,
        name: str,
        body: bytes | Mapping[str, Any],
        forked_from: str | None,
        previous: CompiledApplication | None,
    ) -> WorkspaceKeys:
        if not _NAME.fullmatch(name):
            details = "A workspace's name has 1 to 100 letters, digits, dots, dashes, underscores"
            raise Refused([Fault("Invalid value", details, parameter="name")])
        bundle = read_bundle(body, previous)
        hashes = {
            "integration": hash_key(self._home.integration_key(name)),
            "management": hash_key(self._home.management_key(name)),
        }
        now = time.time()
        with self._lock:
            with self._changing(name) as connection:
                self._put(connection, name, bundle, hashes, forked_from, now)
            for kind, key_hash in hashes.items():
                self._names[kind, key_hash] = name
            self._names["session", hash_key(self._home.session_token(name))] = name
            self._loaded[name] = Workspace(name, bundle, bundle.clock, self._store, self._calls)
        return self.keys(name)

    def _put(
        self,
        connection: Connection,
        name: str,
        bundle: Bundle,
        hashes: Mapping[str, str],
        forked_from: str | None,
        now: float,
    ) -> None:
        put(
            connection,
            tables.workspaces,
            {"name": name},
            bundle=encode_json(bundle.raw),
            clock=encode_json(bundle.clock),
            integration_hash=hashes["integration"],
            management_hash=hashes["management"],
            forked_from=forked_from,
            created=now,
            updated=now,
        )
        Records(name).load(connection, bundle.state)

    @contextmanager
    def _changing(self, name: str) -> Iterator[Connection]:
        """One transaction that leaves no stale copy of the workspace in memory."""
        with self._store.write({name}) as connection:
            yield connection
        self._loaded.pop(name, None)

    def _row(self, name: str) -> Any:
        table = tables.workspaces
        row = self._store.read.execute(select(table).where(table.c.name == name)).first()
        if row is None:
            raise UnknownWorkspaceError(name)
        return row


def _stored_bundle(name: str, raw: Mapping[str, Any]) -> Bundle:
    """Read a bundle that was without faults when it was stored."""
    try:
        return read_stored(raw)
    except Refused as refused:
        raise StoreError(
            f"The workspace “{name}” cannot be read as it is stored. Load it anew. {refused}"
        ) from None
