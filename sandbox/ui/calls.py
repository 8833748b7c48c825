"""The calls that the Log page shows: this workspace's, and this browser session's live ones."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from sandbox.insight.log import LoggedCall
from sandbox.workspace.calls import Call, clipped

if TYPE_CHECKING:
    from sandbox.ui.visit import Visit

MAX_LIVE_CALLS = 200

_LIVE = "live-calls"


def remember_live_call(
    *,
    host: str,
    method: str,
    path: str,
    status: int,
    request: str,
    answer: str,
    milliseconds: float,
) -> None:
    """Keep a call to a live deployment for this browser session, and nowhere else.

    `status` is 0 where no answer came, and `answer` says why then.
    """
    calls: list[LoggedCall] = st.session_state.setdefault(_LIVE, [])
    number = int(calls[0].id.removeprefix("live-")) + 1 if calls else 1
    now = datetime.now(UTC)
    call = LoggedCall(
        id=f"live-{number}",
        origin=host,
        time=now,
        real_time=now,
        method=method,
        path=path,
        status=status,
        request=clipped(request),
        answer=clipped(answer),
        milliseconds=milliseconds,
    )
    st.session_state[_LIVE] = [call, *calls][:MAX_LIVE_CALLS]


def all_calls(here: Visit) -> Iterator[LoggedCall]:
    """Yield every call, the newest first."""
    live: list[LoggedCall] = st.session_state.get(_LIVE, [])
    stored = (_logged(entry.number, entry.call) for entry in here.workspace.calls.newest(here.name))
    return heapq.merge(live, stored, key=lambda call: call.real_time, reverse=True)


def find_call(here: Visit, call_id: str) -> LoggedCall | None:
    """Return the call that an address names, while a log keeps it."""
    live: list[LoggedCall] = st.session_state.get(_LIVE, [])
    if call_id.isdecimal() and len(call_id) < 19:
        found = here.workspace.calls.find(here.name, int(call_id))
        return found and _logged(found.number, found.call)
    return next((call for call in live if call.id == call_id), None)


def _logged(number: int, call: Call) -> LoggedCall:
    return LoggedCall(
        id=str(number),
        origin="",
        time=call.time,
        real_time=call.real_time,
        method=call.method,
        path=call.path,
        status=call.status,
        request=call.request,
        answer=call.answer,
        milliseconds=call.milliseconds,
    )
