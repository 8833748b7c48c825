"""What was read of workspaces, decoded, for as long as it is true.

One process owns a home, so nothing changes unseen: when a transaction has ended, the shelves of the
workspaces that it may have changed are taken away. A reader takes the shelf first and asks the
database then. What it read before a commit can therefore only lie on a shelf that is gone once the
commit is answered; what it puts on a shelf that is still there was read after it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
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

    def shelf(self, workspace: str) -> Shelf:
        shelf = self._shelves.get(workspace)
        if shelf is None:
            if len(self._shelves) >= MAX_SHELVES:
                self._shelves.clear()
            shelf = self._shelves.setdefault(workspace, Shelf())
        return shelf

    def forget(self, workspaces: Iterable[str] | None) -> None:
        """Take away what is kept of these workspaces, or of all."""
        if workspaces is None:
            self._shelves.clear()
        else:
            for workspace in workspaces:
                self._shelves.pop(workspace, None)
