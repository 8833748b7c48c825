"""Answers that are lists: one page of entries, with their number or with whether there are more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import MAX_PAGE, page, sorted_by

T = TypeVar("T")


def counted(
    incoming: Incoming,
    entries: Iterable[T],
    content: Callable[[T], Mapping[str, Any]],
    sortable: Mapping[str, Callable[[T], Any]],
) -> Answer:
    """Answer one page with the number of all entries: ``totalResultSize`` and ``data``.

    `sortable` says by what the query may sort.
    """
    listed = sorted_by(incoming, entries, sortable)
    shown, _ = page(incoming, MAX_PAGE).of(listed)
    data = [content(entry) for entry in shown]
    return ok({"totalResultSize": len(listed), "data": data})


def uncounted(
    incoming: Incoming,
    entries: Iterable[T],
    content: Callable[[T], Mapping[str, Any]],
    sortable: Mapping[str, Callable[[T], Any]],
) -> Answer:
    """Answer one page with whether there are more: ``hasMore`` and ``data``."""
    listed = sorted_by(incoming, entries, sortable)
    shown, has_more = page(incoming, MAX_PAGE).of(listed)
    return ok({"hasMore": has_more, "data": [content(entry) for entry in shown]})
