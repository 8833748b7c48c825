"""A logged call sent again, or taken to the Workbench."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import streamlit as st

from sandbox.emulator.operations import Finder, listed_operations
from sandbox.errors import Refused
from sandbox.insight.differences import differences
from sandbox.insight.log import LoggedCall, obstacle
from sandbox.shapes import convert, parse_json
from sandbox.targets.connection import Connection
from sandbox.targets.errors import RefusedCallError, TargetError, UnreadableAnswerError
from sandbox.targets.lock import changes_something
from sandbox.ui import editor
from sandbox.ui.compare import show_answers
from sandbox.ui.logged_call import fault_lines, show_body, show_refusal
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit, own_workspace
from sandbox.workspace.updates import SessionUpdate

_CONFIRM = "log-confirm"
_RESENT = "log-resent"


@dataclass(frozen=True, slots=True)
class Resent:
    """A call that was sent again: as it went this time."""

    id: str
    now: LoggedCall


def offer_acts(here: Visit, call: LoggedCall) -> None:
    """Offer to send a call again and, where it is a cart, to take it to the Workbench."""
    hindrance = obstacle(call) or _hindrance_of_live(here, call)
    stores = _stores(call)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Send it again",
            icon=":material/replay:",
            key="send-again",
            disabled=bool(hindrance),
            on_click=_ask if stores else _send,
            args=(call.id,) if stores else (here, call),
        )
        takes = call.is_session_update and st.button(
            "Load it into the Workbench", icon=":material/shopping_cart:", key="to-workbench"
        )
    if hindrance:
        st.caption(hindrance)
    if takes:
        _load(here, call)
    if st.session_state.get(_CONFIRM) == call.id and not hindrance:
        st.warning(
            f"This call may store something, and would once more, in the workspace "
            f"{escaped(here.name)}.",
            title="Send and store?",
            icon=":material/save:",
        )
        with st.container(horizontal=True):
            st.button(
                "Send and store",
                type="primary",
                key="send-and-store",
                on_click=_send,
                args=(here, call),
            )
            st.button("Cancel", key="do-not-send", on_click=_forget_question)


def _hindrance_of_live(here: Visit, call: LoggedCall) -> str:
    if not call.origin:
        return ""
    if _connection_to(here, call) is None:
        return escaped(f"Connect to {call.origin} to send this again.")
    return "Live calls that store something are not sent again from here." if _stores(call) else ""


def _stores(call: LoggedCall) -> bool:
    """Tell whether a call may have stored something, and would once more."""
    return changes_something(call.method, call.path)


def _connection_to(here: Visit, call: LoggedCall) -> Connection | None:
    """Return a connection to where a call went, if this visit has one."""
    if not call.origin:
        return own_workspace(here).connection
    return here.connection if call.origin == here.connection.host else None


def _ask(call_id: str) -> None:
    st.session_state[_CONFIRM] = call_id


def _forget_question() -> None:
    st.session_state.pop(_CONFIRM, None)


def _send(here: Visit, call: LoggedCall) -> None:
    """Send a call again and keep how it went; live ones are in the log then, as others are."""
    _forget_question()
    connection = _connection_to(here, call)
    if connection is None:
        return
    started = time.perf_counter()
    status, answer = _sent(connection, call)
    milliseconds = (time.perf_counter() - started) * 1000
    now = replace(call, status=status, answer=answer, milliseconds=milliseconds)
    st.session_state[_RESENT] = Resent(call.id, now)


def _sent(connection: Connection, call: LoggedCall) -> tuple[int, str]:
    """Return the status and the text of the answer; 0 and why where none came."""
    try:
        reply = connection.send(_api_of(call), call.method, call.path, call.request)
    except (RefusedCallError, UnreadableAnswerError) as error:
        return error.status, error.raw
    except TargetError as error:
        return 0, str(error)
    return reply.status, reply.raw


def _api_of(call: LoggedCall) -> Literal["integration", "management"]:
    is_management = _management().find(call.method, call.path) is not None
    return "management" if is_management else "integration"


@cache
def _management() -> Finder:
    return Finder(listed_operations("management"))


def _load(here: Visit, call: LoggedCall) -> None:
    try:
        draft = _draft_of(call.request)
    except Refused as refused:
        lines = fault_lines(refused.faults)
        st.error(lines, title="The Workbench cannot take this", icon=":material/error:")
        return
    fields = {name: getattr(draft, name) for name in SessionUpdate.__struct_fields__}
    editor.take_to_workbench(here, **fields)
    st.switch_page("workbench.py")


def _draft_of(request: str) -> SessionUpdate:
    """Return the cart of a session update's request; raises Refused."""
    raw = parse_json(request.encode())
    session = raw.get("customerSession") if isinstance(raw, dict) else None
    return convert(session, SessionUpdate, "/customerSession")


def show_resent(call: LoggedCall) -> None:
    """Show what came when the call was sent again, beside what had come before."""
    resent: Resent | None = st.session_state.get(_RESENT)
    if resent is None or resent.id != call.id:
        return
    with st.container(border=True, key="resent"):
        st.subheader("Sent again")
        before, now = call, resent.now
        st.markdown(
            f"Status {before.status or 'none'} → {now.status or 'none'} · "
            f"{before.milliseconds:.1f} ms → {now.milliseconds:.1f} ms, the network included"
        )
        if now.outcome != "success":
            show_refusal(now)
        show_answers(differences(before.answer, now.answer), "The answer is the same.")
        with st.expander(
            "The new answer", icon=":material/data_object:", key="new-answer", on_change="rerun"
        ) as box:
            if box.open:
                show_body("New answer", now.answer, f"new-{call.id}")
