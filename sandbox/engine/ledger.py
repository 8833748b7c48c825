"""What one evaluation has granted so far, and what it wants stored, with an undo.

Rules are atomic and evaluation groups discard whole campaigns, so everything is written through a
journal: marking costs nothing, undoing costs as much as was written since the mark.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from sandbox.engine.changes import Change
from sandbox.numbers import ZERO


class Entry(msgspec.Struct, frozen=True):
    """One addition to the ledger."""

    key: Hashable
    amount: Decimal


class Noted(msgspec.Struct, frozen=True):
    """A change to store: now, or, if the session stays open, not before it closes."""

    change: Change
    at_close: bool


class Put(msgspec.Struct, frozen=True):
    """A value that was set, and the one before it (None: none)."""

    key: Hashable
    value: Any
    before: Any


Written: TypeAlias = Entry | Put | Noted


class Ledger(msgspec.Struct):
    """Amounts by key: budget counters, coupon values, and what discounts have taken so far.

    Values by key are what this evaluation has made of things that are no amounts.
    """

    _amounts: dict[Hashable, Decimal] = {}
    _values: dict[Hashable, Any] = {}
    _journal: list[Written] = []

    def amount(self, key: Hashable) -> Decimal:
        return self._amounts.get(key, ZERO)

    def add(self, key: Hashable, amount: Decimal) -> None:
        self._amounts[key] = self._amounts.get(key, ZERO) + amount
        self._journal.append(Entry(key, amount))

    def value(self, key: Hashable) -> Any:
        """Return what was put last, or None."""
        return self._values.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        self._journal.append(Put(key, value, self._values.get(key)))
        self._values[key] = value

    def note(self, change: Change, *, at_close: bool) -> None:
        """Want a change stored; undoing takes it back."""
        self._journal.append(Noted(change, at_close))

    def changes(self, *, closing: bool) -> list[Change]:
        """Return the changes to store, oldest first; those for the close only when `closing`."""
        changes = []
        for entry in self._journal:
            if isinstance(entry, Noted) and (closing or not entry.at_close):
                changes.append(entry.change)
        return changes

    def mark(self) -> int:
        """Return a point in time that `undo` can go back to."""
        return len(self._journal)

    def undo(self, mark: int) -> list[Written]:
        """Take back everything since `mark` and return it, oldest first."""
        undone = self._journal[mark:]
        del self._journal[mark:]
        for entry in reversed(undone):
            if isinstance(entry, Entry):
                self._amounts[entry.key] -= entry.amount
            elif isinstance(entry, Put):
                self._values[entry.key] = entry.before
        return undone

    def redo(self, entries: Iterable[Written]) -> None:
        """Add again what `undo` returned."""
        for entry in entries:
            if isinstance(entry, Entry):
                self.add(entry.key, entry.amount)
            elif isinstance(entry, Put):
                self.put(entry.key, entry.value)
            else:
                self._journal.append(entry)

    def amounts(self) -> dict[Hashable, Decimal]:
        """Return every amount that is not zero."""
        return {key: amount for key, amount in self._amounts.items() if amount}
