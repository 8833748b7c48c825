"""One call of the log: what was sent and answered, sent again, compared, taken to the Workbench."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Literal

import pandas as pd
import streamlit as st

from sandbox.emulator.operations import Finder, listed_operations
from sandbox.errors import Fault, Refused
from sandbox.insight.differences import Difference, differences
from sandbox.insight.log import (
    LoggedCall,
    body_of,
    maker,
    missing_characters,
    obstacle,
    pointed,
    query_of,
    readable_path,
    what_to_do,
)
from sandbox.insight.money import instant
from sandbox.shapes import convert, parse_json
from sandbox.targets.connection import Connection, refusal
from sandbox.targets.errors import RefusedCallError, TargetError, UnreadableAnswerError
from sandbox.targets.replay import replay
from sandbox.ui import editor
from sandbox.ui.log import COLORS, all_calls, find_call, label_of, remember_live_call, short_time
from sandbox.ui.text import code, escaped, shown_table
from sandbox.ui.visit import Visit, note_in_address
from sandbox.workspace.updates import SessionUpdate

_CONFIRM = "log-confirm"
_RESENT = "log-resent"
_MAX_FAULTS = 10
_MAX_DIFFERENCES = 100
_MAX_OFFERED = 200
# What a browser still shows at once: JSON as a tree, and text.
_MAX_JSON = 200_000
_MAX_RAW = 20_000

_MARKS = {
    "added": ":green[:material/add_circle:] added",
    "removed": ":red[:material/do_not_disturb_on:] removed",
    "changed": ":orange[:material/change_circle:] changed",
}


@dataclass(frozen=True, slots=True)
class Resent:
    """A call that was sent again: as it went this time."""

    id: str
    now: LoggedCall


def show_headline(here: Visit, call: LoggedCall) -> None:
    """Show what a call was, when, whose, and how it ended."""
    zone = here.workspace.application.settings.timezone
    st.markdown(f"**{escaped(call.method)}** {code(readable_path(call.path))}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(f"{call.status or 'no answer'} · {call.outcome}", color=COLORS[call.outcome])
        where = f"live: {call.origin}" if call.origin else "embedded emulator"
        st.badge(escaped(where), icon=":material/dns:", color="gray")
        for name, value in query_of(call.path):
            st.badge(escaped(f"{name} = {value}"), color="blue")
    st.caption(
        f"{instant(call.real_time, zone)} · workspace's clock {instant(call.time, zone)} · "
        f"{call.milliseconds:.1f} ms · made by {escaped(maker(call, here.name))} · "
        f"times in {escaped(zone)}"
    )
    if call.outcome != "success":
        _show_refusal(call)


def _show_refusal(call: LoggedCall) -> None:
    """Show the errors of an answer in plain words, and what to do."""
    if call.status == 0:
        st.error(escaped(call.answer), title="No answer", icon=":material/cloud_off:")
        return
    error = refusal(call.status, call.answer)
    faults: Sequence[Fault] = error.faults if isinstance(error, RefusedCallError) else ()
    lines = [_fault_line(fault) for fault in faults[:_MAX_FAULTS]]
    if len(faults) > _MAX_FAULTS:
        lines.append(f"- and {len(faults) - _MAX_FAULTS} more")
    title = "Refused" if call.outcome == "refused" else "Failed"
    st.error("\n".join(lines) or escaped(str(error)), title=title, icon=":material/error:")
    if advice := what_to_do(call.status):
        st.caption(advice)


def _fault_line(fault: Fault) -> str:
    place = pointed(fault.pointer) or fault.parameter or "The request"
    return f"- {code(place)} {escaped(fault.details)}"


def offer_acts(here: Visit, call: LoggedCall) -> None:
    """Offer to send a call again and, where it is a cart, to take it to the Workbench."""
    hindrance = obstacle(call) or _hindrance_of_live(here, call)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Send it again",
            icon=":material/replay:",
            key="send-again",
            disabled=bool(hindrance),
            on_click=_ask if call.stores else _send,
            args=(call.id,) if call.stores else (here, call),
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
    return "Live calls that store something are not sent again from here." if call.stores else ""


def _connection_to(here: Visit, call: LoggedCall) -> Connection | None:
    """Return a connection to where a call went, if this visit has one."""
    return here.connection if call.origin in ("", here.connection.host) else None


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
    if call.origin:
        remember_live_call(
            host=call.origin,
            key=here.integration_key,
            method=call.method,
            path=call.path,
            status=status,
            request=call.request,
            answer=answer,
            milliseconds=milliseconds,
        )


def _sent(connection: Connection, call: LoggedCall) -> tuple[int, str]:
    """Return the status and the text of the answer; 0 and why where none came."""
    try:
        reply = replay(connection, _api_of(call), call.method, call.path, call.request)
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
        lines = [_fault_line(fault) for fault in refused.faults[:_MAX_FAULTS]]
        st.error("\n".join(lines), title="The Workbench cannot take this", icon=":material/error:")
        return
    fields = {name: getattr(draft, name) for name in SessionUpdate.__struct_fields__}
    editor.take_to_workbench(here.workspace, **fields)
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
            _show_refusal(now)
        _show_answers(differences(before.answer, now.answer), "The answer is the same.")
        with st.expander(
            "The new answer", icon=":material/data_object:", key="new-answer", on_change="rerun"
        ) as box:
            if box.open:
                _show_body("New answer", now.answer, f"new-{call.id}")


def show_bodies(call: LoggedCall) -> None:
    """Show request and answer side by side."""
    request, answer = st.columns(2)
    with request:
        _show_body("Request", call.request, f"request-{call.id}")
    with answer:
        _show_body("Answer", call.answer, f"answer-{call.id}")


def _show_body(title: str, text: str, key: str) -> None:
    """Show a body as JSON or, where it is none or somebody wants it, as text."""
    has_tree = len(text) <= _MAX_JSON and isinstance(body_of(text), dict | list)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.markdown(f"**{title}**", width="content")
        is_raw = has_tree and st.toggle("Raw text", key=f"raw-{key}")
    if not text:
        st.caption("Without a body.")
        return
    if has_tree and not is_raw:
        st.json(text, expanded=3)
        return
    st.code(text[:_MAX_RAW], language=None, wrap_lines=True)
    if len(text) > _MAX_RAW:
        st.caption(f"The first {_MAX_RAW:,} of {len(text):,} characters that the log has.")
        st.download_button(
            "Download all of it",
            text,
            file_name=f"{key}.txt",
            icon=":material/download:",
            key=f"download-{key}",
            on_click="ignore",
        )
    if missing := missing_characters(text):
        st.caption(f"The log kept the beginning only; {missing:,} characters are gone.")


def compare(here: Visit, call: LoggedCall) -> None:
    """Offer another call, and show what differs between the two."""
    zone = here.workspace.application.settings.timezone
    labels: dict[str, str] = {}
    alike: list[str] = []
    for one in islice(all_calls(here), _MAX_OFFERED):
        if one.id == call.id:
            alike.clear()  # of calls alike, the last one before this is meant
            continue
        when = short_time(one.real_time, zone)
        labels[one.id] = f"{when} · {one.status or 'none'} · {label_of(one)}"
        if (one.method, one.path) == (call.method, call.path):
            alike.append(one.id)
    if not labels:
        st.info("There is no other call yet.", icon=":material/compare_arrows:")
        return
    wanted = st.query_params.get("with") or next(iter(alike), None)
    chosen = st.selectbox(
        "Compare with",
        list(labels),
        index=list(labels).index(wanted) if wanted in labels else None,
        format_func=lambda call_id: labels[call_id],
        placeholder="Pick a call",
        key=f"compare-{call.id}",
    )
    other = find_call(here, chosen) if chosen else None
    if other is None:
        return
    note_in_address("with", other.id)
    before, after = sorted((other, call), key=lambda one: one.real_time)
    is_this_first = before.id == call.id
    st.caption(
        f"Before: {instant(before.real_time, zone)}{' (this call)' if is_this_first else ''} · "
        f"after: {instant(after.real_time, zone)}{'' if is_this_first else ' (this call)'}"
    )
    if (before.method, before.path, before.status) != (after.method, after.path, after.status):
        for name, one in (("Before", before), ("After", after)):
            st.markdown(f"{name}: {code(str(one.status or 'none'))} {code(label_of(one))}")
    st.markdown("**Requests**")
    _show_differences(differences(before.request, after.request), "The requests are the same.")
    st.markdown("**Answers**")
    _show_answers(differences(before.answer, after.answer), "The answers are the same.")


def _show_answers(found: Sequence[Difference], none: str) -> None:
    """Show what differs between answers; what differs between any two of them, at the end."""
    telling = [one for one in found if not one.is_incidental]
    _show_differences(telling, none)
    incidental = [code(one.place) for one in found if one.is_incidental]
    if incidental:
        places = ", ".join(incidental[:_MAX_FAULTS])
        more = len(incidental) - _MAX_FAULTS
        st.caption(
            f"But for moments and ids, which every answer has its own of: {places}"
            f"{f' and {more} more' if more > 0 else ''}"
        )


def _show_differences(found: Sequence[Difference], none: str) -> None:
    """Show differences: those of effects in words, others in a table by their place."""
    if not found:
        st.caption(none)
        return
    shown = found[:_MAX_DIFFERENCES]
    effects = [one for one in shown if one.is_effect]
    if effects:
        st.markdown("\n".join(f"- {_MARKS[one.kind]} {escaped(one.words)}" for one in effects))
    rows = [(one.place, one.kind, one.before, one.after) for one in shown if not one.is_effect]
    if rows:
        frame = pd.DataFrame(rows, columns=["Place", "Change", "Before", "After"])
        st.table(
            shown_table(frame),
            border="horizontal",
            hide_index=True,
            alt="What differs, by its place in the JSON",
        )
    if len(found) > len(shown):
        st.caption(f"and {len(found) - len(shown):,} more differences")
