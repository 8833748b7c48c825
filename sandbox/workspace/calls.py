"""The call log: what was asked and answered, for people to look at.

Calls are kept in memory for a moment, as they came, and stored in batches by a thread, so that a
dry request costs no transaction and no preparing of texts. A log is bounded, in memory too: of a
burst only the calls that would stay are stored. Keys never reach it, because headers never do.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, func, insert, select, update

from sandbox.engine.model import Model, Time
from sandbox.numbers import encode_json
from sandbox.workspace.clock import Clock
from sandbox.workspace.errors import StoreError
from sandbox.workspace.listing import Listing
from sandbox.workspace.store import NOTHING, Store, decoder
from sandbox.workspace.tables import calls as table
from sandbox.workspace.tables import workspaces

_log = logging.getLogger(__name__)

MAX_CALLS = 1000
MAX_TEXT = 200_000
FLUSH_SECONDS = 5.0  # decision S270
# What may wait in memory; more is stored at once.
FLUSH_BYTES = 20_000_000


class Call(Model, frozen=True):
    """One call of a workspace: its time on the workspace's clock and the real one, in UTC.

    `path` holds the query. `request` and `answer` are bodies as text; `milliseconds` is what
    answering took.
    """

    time: Time
    real_time: Time
    method: str
    path: str
    status: int
    request: str
    answer: str
    milliseconds: float


class RawCall(msgspec.Struct, frozen=True, gc=False):
    """A call as it was at hand when it was answered; `call` makes it readable.

    `real_time` counts seconds since 1970, `duration` is in seconds too.
    """

    real_time: float
    clock: Clock
    method: str
    path: str
    query_string: str
    status: int
    request: bytes
    answer: bytes
    duration: float

    @property
    def size(self) -> int:
        """The bytes of its bodies."""
        return len(self.request) + len(self.answer)

    def call(self) -> Call:
        real_time = datetime.fromtimestamp(self.real_time, UTC)
        return Call(
            time=self.clock.at(real_time),
            real_time=real_time,
            method=self.method,
            path=f"{self.path}?{self.query_string}" if self.query_string else self.path,
            status=self.status,
            request=clipped(self.request.decode(errors="replace")),
            answer=clipped(self.answer.decode(errors="replace")),
            milliseconds=round(self.duration * 1000, 3),
        )


class LoggedCall(NamedTuple):
    """A call with its number in the log."""

    number: int
    call: Call


_DECODER = decoder(Call)


class CallLog:
    """The logs of all workspaces. Usable from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, deque[RawCall]] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._flush_regularly, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stopped = True
        self._wake.set()
        self._thread.join()
        self.flush()

    def add(self, workspace: str, call: RawCall) -> None:
        with self._lock:
            waiting = self._waiting.get(workspace)
            if waiting is None:
                waiting = self._waiting[workspace] = deque()
            elif len(waiting) == MAX_CALLS:
                self._bytes -= waiting.popleft().size
            waiting.append(call)
            self._bytes += call.size
        if self._bytes > FLUSH_BYTES:
            self._wake.set()

    def recent(self, workspace: str, most: int = 100) -> list[Call]:
        """Return the newest calls of a workspace, newest first."""
        self.flush()
        rows = self._store.read.execute(
            select(table.c.data)
            .where(table.c.workspace == workspace)
            .order_by(table.c.id.desc())
            .limit(most)
        )
        return [_DECODER.decode(data) for (data,) in rows]

    def newest(self, workspace: str) -> Listing[LoggedCall]:
        """Return the calls of a workspace, newest first."""
        self.flush()
        rows = (
            select(table.c.id, table.c.data)
            .where(table.c.workspace == workspace)
            .order_by(table.c.id.desc())
        )
        return Listing(
            self._store.read, rows, lambda number, data: LoggedCall(number, _DECODER.decode(data))
        )

    def find(self, workspace: str, number: int) -> LoggedCall | None:
        """Return the call of a workspace that has this number, while it is kept."""
        self.flush()
        data = self._store.read.execute(
            select(table.c.data).where(table.c.workspace == workspace, table.c.id == number)
        ).scalar()
        return None if data is None else LoggedCall(number, _DECODER.decode(data))

    def forget(self, workspace: str) -> None:
        """Drop what is waiting for a workspace that goes away."""
        with self._lock:
            self._waiting.pop(workspace, None)

    def flush(self) -> None:
        """Store what is waiting, and what another thread is storing already.

        A log that cannot be stored is lost, the calls are not.
        """
        with self._flushing:
            with self._lock:
                waiting, self._waiting = self._waiting, {}
                self._bytes = 0
            if waiting:
                self._store_calls(waiting)

    def _store_calls(self, waiting: Mapping[str, Iterable[RawCall]]) -> None:
        try:
            with self._store.write(NOTHING) as connection:
                for workspace, calls in waiting.items():
                    used = update(workspaces).where(workspaces.c.name == workspace)
                    connection.execute(used.values(updated=time.time()))
                    rows = [
                        {"workspace": workspace, "data": encode_json(raw.call())} for raw in calls
                    ]
                    connection.execute(insert(table), rows)
                    oldest = (
                        select(table.c.id)
                        .where(table.c.workspace == workspace)
                        .order_by(table.c.id.desc())
                        .limit(1)
                        .offset(MAX_CALLS)
                    ).scalar_subquery()
                    connection.execute(
                        delete(table).where(
                            table.c.workspace == workspace, table.c.id <= func.coalesce(oldest, -1)
                        )
                    )
        except StoreError:
            return

    def _flush_regularly(self) -> None:
        while not self._stopped:
            self._wake.wait(FLUSH_SECONDS)
            self._wake.clear()
            try:
                self.flush()
            except Exception:  # these calls are lost, those to come are not
                _log.exception("calls could not be logged")


def clipped(text: str) -> str:
    """Return a body as the log keeps it: whole, or its beginning with a note."""
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}… ({len(text) - MAX_TEXT} more characters)"
