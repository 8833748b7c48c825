"""What was read of workspaces, decoded, for as long as it is true.

One process owns a home, so nothing changes unseen: a commit takes away the shelves of the
workspaces that it may change, before it begins and again when it is done; in between there is none
to share. A reader takes the shelf first and asks the database then. What it read while a commit was
under way can therefore only lie where no later reader looks, and nobody who has seen a change ever
sees again what was before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

# Stored bytes that a shelf may stand for, and shelves: one more, and they start again empty.
MAX_BYTES = 1_000_000
MAX_SHELVES = 256
# What a value costs beside its bytes; also one that is absent.
_EACH = 200


class Shelf:
    """The kept values of one workspace. Usable from any thread."""

    __slots__ = ("_bytes", "_values", "get")

    def __init__(self) -> None:
        self._values: dict[Hashable, tuple[Any, ...]] = {}
        self._bytes = 0
        self.get = self._values.get

    def put(self, place: Hashable, values: tuple[Any, ...], size: int) -> None:
        self._bytes += size + _EACH
        if self._bytes > MAX_BYTES:
            self._values.clear()
            self._bytes = size + _EACH
        self._values[place] = values


class Kept:
    """The shelves of all workspaces. Usable from any thread."""

    def __init__(self) -> None:
        self._shelves: dict[str, Shelf] = {}
        # How many commits are under way that may change a workspace; None stands for any.
        self._commits: Counter[str | None] = Counter()
        self._lock = Lock()

    def shelf(self, workspace: str) -> Shelf:
        commits = self._commits
        if commits and (workspace in commits or None in commits):
            return Shelf()
        shelf = self._shelves.get(workspace)
        if shelf is None:
            if len(self._shelves) >= MAX_SHELVES:
                self._shelves.clear()
            shelf = self._shelves.setdefault(workspace, Shelf())
        return shelf

    @contextmanager
    def around_commit(self, workspaces: Iterable[str] | None) -> Iterator[None]:
        """Keep nothing of these workspaces, or of any, while the changes to them are committed."""
        names: list[str | None] = [None] if workspaces is None else list(workspaces)
        with self._lock:
            self._commits.update(names)
        self._forget(names)
        try:
            yield
        finally:
            self._forget(names)
            with self._lock:
                # Subtraction leaves out what is no longer counted.
                self._commits -= Counter(names)

    def _forget(self, names: list[str | None]) -> None:
        for name in names:
            if name is None:
                self._shelves.clear()
            else:
                self._shelves.pop(name, None)
