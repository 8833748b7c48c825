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
    *,
    counts: bool = False,
    default: int = MAX_PAGE,
    most: int = MAX_PAGE,
) -> Answer:
    """Answer one page with whether there are more: ``hasMore`` and ``data``.

    `counts` lets the query ask for the number of all entries. `default` is how much a page holds
    that says nothing, `most` how much one may hold.
    """
    listed = sorted_by(incoming, entries, sortable)
    shown, has_more = page(incoming, default, most).of(listed)
    answer: dict[str, Any] = {"hasMore": has_more, "data": [content(entry) for entry in shown]}
    if counts and incoming.flag("withTotalResultSize"):
        answer["totalResultSize"] = len(listed)
    return ok(answer)
