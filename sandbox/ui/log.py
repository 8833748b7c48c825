"""The Log page's list: filters, rows, pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from sandbox.insight.log import (
    OUTCOMES,
    LoggedCall,
    Outcome,
    Wanted,
    codes_of,
    page_of,
    query_of,
    readable_path,
)
from sandbox.insight.money import instant
from sandbox.ui.calls import all_calls
from sandbox.ui.text import code, escaped
from sandbox.ui.visit import Visit
from sandbox.workspace.calls import MAX_CALLS

PAGE_SIZE = 20
_MAX_LABEL = 120
_MAX_CODES = 3

_PAGE = "log-page"
_ANY = "any"
_ALL, _PERIOD = "all", "between"
_LAST = {"last 5 minutes": timedelta(minutes=5), "last hour": timedelta(hours=1)}
_FILTERS = ("log-path", "log-code", "log-outcome", "log-time", "log-since", "log-until")
# Clocks that differ by less show the same time.
_SAME_TIME = timedelta(seconds=2)

COLORS: dict[Outcome, Any] = {"success": "green", "refused": "orange", "failed": "red"}


def choose_filters(here: Visit) -> Wanted:
    """Show the filters and return what they ask for; they stay while a call is open."""
    zone = here.workspace.application.settings.timezone
    with st.container(horizontal=True, vertical_alignment="bottom", key="log-filters"):
        path = _text("Path", "log-path", "customer_sessions", "Any part of the method or path.")
        wanted_code = _text("Code", "log-code", "SUMMER", "A coupon or referral code, or a part.")
        outcome = st.segmented_control(
            "Status",
            [_ANY, *OUTCOMES],
            default=_ANY,
            required=True,
            key="log-outcome",
            persist_state="session",
            on_change=to_first_page,
            help="Success is 2xx, refused 4xx, failed 5xx or no answer at all.",
        )
        chosen = st.segmented_control(
            "Time",
            [_ALL, *_LAST, _PERIOD],
            default=_ALL,
            required=True,
            key="log-time",
            persist_state="session",
            on_change=to_first_page,
            help="By the real time, whatever the workspace's clock says.",
        )
        st.button("Refresh", icon=":material/refresh:", key="log-refresh", on_click=to_first_page)
    since = until = None
    if chosen in _LAST:
        since = datetime.now(UTC) - _LAST[chosen]
    elif chosen == _PERIOD:
        with st.container(horizontal=True):
            since = _moment("From", "log-since", zone)
            until = _moment("To", "log-until", zone)
        st.caption(f"In the Application's zone, {escaped(zone)}. Empty means no bound.")
    return Wanted(
        path=path.strip(),
        outcome=next((one for one in OUTCOMES if one == outcome), None),
        since=since,
        until=until,
        code=wanted_code.strip(),
    )


def _text(label: str, key: str, example: str, about: str) -> str:
    entered = st.text_input(
        label,
        key=key,
        type="search",
        placeholder=example,
        help=about,
        persist_state="session",
        on_change=to_first_page,
        width=170,
    )
    return entered or ""


def _moment(label: str, key: str, zone: str) -> datetime | None:
    entered = st.datetime_input(
        label,
        value=None,
        format="YYYY-MM-DD",
        step=60,
        key=key,
        persist_state="session",
        on_change=to_first_page,
        width=240,
    )
    return None if entered is None else entered.replace(tzinfo=ZoneInfo(zone))


def to_first_page() -> None:
    st.session_state[_PAGE] = 1


def _show_all() -> None:
    for key in _FILTERS:
        st.session_state.pop(key, None)
    to_first_page()


def show_list(here: Visit, wanted: Wanted) -> None:
    """Show a page of the calls that are wanted, or say what to do when there are none."""
    page = page_of(all_calls(here), wanted, st.session_state.get(_PAGE, 1), PAGE_SIZE)
    if not page.seen:
        invite()
        return
    if not page.found:
        st.info(f"None of the {page.seen:,} calls is like that.", icon=":material/search_off:")
        st.button("Show all calls", icon=":material/filter_alt_off:", on_click=_show_all)
        return
    zone = here.workspace.application.settings.timezone
    counted = f"{page.found:,} {'call' if page.found == 1 else 'calls'}"
    of_all = "" if page.found == page.seen else f" of {page.seen:,}"
    st.caption(f"{counted}{of_all}, newest first. Real times, in {escaped(zone)}.")
    clocks = {call.time for call in page.calls}
    is_frozen = len(clocks) == 1 and len(page.calls) > 1
    if is_frozen:
        st.caption(f"The workspace's clock stood at {instant(clocks.pop(), zone)}.")
    with st.container(gap="xsmall", key="calls"):
        for call in page.calls:
            _show_row(call, zone, shows_clock=not is_frozen)
    pages = -(-page.found // PAGE_SIZE)
    if pages > 1:
        st.pagination(pages, key=_PAGE, persist_state="session")
    if page.seen >= MAX_CALLS:
        st.caption(f"The log keeps the newest {MAX_CALLS:,} calls; older ones are gone.")


def invite() -> None:
    """Say how the first call comes to be."""
    st.info(
        "Run a cart on the Workbench, or point your own code here.",
        title="No calls yet",
        icon=":material/receipt_long:",
    )
    with st.container(horizontal=True):
        st.page_link("workbench.py", label="Workbench", icon=":material/shopping_cart:")
        st.page_link("connect.py", label="Connect your own code", icon=":material/cable:")


def _show_row(call: LoggedCall, zone: str, *, shows_clock: bool) -> None:
    """Show a call; on a narrow screen its path stands below the rest."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"call-{call.id}"
    ):
        st.badge(str(call.status or "none"), color=COLORS[call.outcome], width=56)
        st.caption(short_time(call.real_time, zone), width=96)
        codes = [code(one) for one in codes_of(call)[:_MAX_CODES]]
        st.caption(" · ".join([f"{call.milliseconds:.0f} ms", *codes]), width=170)
        st.button(
            escaped(label_of(call)),
            type="tertiary",
            key=f"open-{call.id}",
            on_click=open_call,
            args=(call.id,),
        )
        notes = []
        if call.origin:
            notes.append(f"live: {escaped(call.origin)}")
        if shows_clock and abs(call.time - call.real_time) > _SAME_TIME:
            notes.append(f"workspace's clock: {instant(call.time, zone)}")
        if notes:
            st.caption(" · ".join(notes), width="content")


def label_of(call: LoggedCall) -> str:
    """Return a call's method, path and options as plain text."""
    query = " ".join(f"{name}={value}" for name, value in query_of(call.path))
    shown = " ".join(f"{call.method} {readable_path(call.path)} {query}".split())
    return shown if len(shown) <= _MAX_LABEL else f"{shown[:_MAX_LABEL]}…"


def short_time(time: datetime, zone: str) -> str:
    """Return a time in a zone, with its date unless that is today's."""
    local, today = time.astimezone(ZoneInfo(zone)), datetime.now(ZoneInfo(zone)).date()
    return f"{local:%H:%M:%S}" if local.date() == today else f"{local:%d %b, %H:%M}"


def open_call(call_id: str) -> None:
    """Name a call in the address; the page then shows it instead of the list."""
    st.query_params["call"] = call_id


def close_call() -> None:
    for name in ("call", "with"):
        st.query_params.pop(name, None)
