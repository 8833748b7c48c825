"""Answers that are lists: one page of entries, with their number or with whether there are more.

What is stored in any number is read as far as the page goes, unless it has to be sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import MAX_PAGE, Page, page, sorted_by
from sandbox.workspace.listing import Listing

T = TypeVar("T")

NOT_SORTABLE: Mapping[str, Callable[[Any], Any]] = {}


def counted(
    incoming: Incoming,
    entries: Iterable[T],
    content: Callable[[T], Any],
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
    sortable: Mapping[str, Callable[[T], Any]] = NOT_SORTABLE,
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


def stored(
    incoming: Incoming,
    listing: Listing[T],
    content: Callable[[T], Mapping[str, Any]],
    *,
    takes: Callable[[T], bool] | None = None,
    sortable: Mapping[str, Callable[[T], Any]] = NOT_SORTABLE,
    counts: bool = False,
    default: int = MAX_PAGE,
) -> Answer:
    """Answer one page of what is stored, with whether there is more: ``hasMore`` and ``data``.

    `takes` says what to list, None all. `counts` lets the query ask for the number of all;
    `default` is how much a page holds that says nothing.
    """
    shown, has_more = shown_of(incoming, listing, takes, sortable, default)
    answer: dict[str, Any] = {"hasMore": has_more, "data": [content(entry) for entry in shown]}
    if counts and incoming.flag("withTotalResultSize"):
        answer["totalResultSize"] = (
            listing.count() if takes is None else sum(1 for _ in filter(takes, listing))
        )
    return ok(answer)


def shown_of(
    incoming: Incoming,
    listing: Listing[T],
    takes: Callable[[T], bool] | None = None,
    sortable: Mapping[str, Callable[[T], Any]] = NOT_SORTABLE,
    default: int = MAX_PAGE,
) -> tuple[list[T], bool]:
    """Return the entries of the page that is asked for, and whether there are more after it."""
    wanted = page(incoming, default)
    if "sort" in incoming.query:
        found = listing if takes is None else filter(takes, listing)
        return wanted.of(sorted_by(incoming, found, sortable))
    if takes is None:
        return Page(wanted.size, 0).of(listing.after(wanted.skip))
    return wanted.of(filter(takes, listing))
