"""One call of the log: what was sent and answered, when, by whom, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st

from sandbox.errors import Fault
from sandbox.insight.log import (
    LoggedCall,
    body_of,
    maker,
    missing_characters,
    pointed,
    query_of,
    readable_path,
    what_to_do,
)
from sandbox.insight.money import instant
from sandbox.targets.errors import RefusedCallError
from sandbox.targets.failures import refusal
from sandbox.ui.log import COLORS
from sandbox.ui.text import bullets, code, escaped
from sandbox.ui.visit import Visit

# What a browser still shows at once: JSON as a tree, and text.
_MAX_JSON = 200_000
_MAX_RAW = 20_000


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
        show_refusal(call)


def show_refusal(call: LoggedCall) -> None:
    """Show the errors of an answer in plain words, and what to do."""
    if call.status == 0:
        st.error(escaped(call.answer), title="No answer", icon=":material/cloud_off:")
        return
    host = urlsplit(call.origin).netloc or "the emulator"
    error = refusal(call.status, {}, call.answer, host, "API key")
    faults: Sequence[Fault] = error.faults if isinstance(error, RefusedCallError) else ()
    title = "Refused" if call.outcome == "refused" else "Failed"
    st.error(fault_lines(faults) or escaped(str(error)), title=title, icon=":material/error:")
    if advice := what_to_do(call.status):
        st.caption(advice)


def fault_lines(faults: Sequence[Fault]) -> str:
    """Return faults as a list in Markdown: where, and what is wrong."""
    return bullets([f"{code(_place(fault))} {escaped(fault.details)}" for fault in faults])


def _place(fault: Fault) -> str:
    return pointed(fault.pointer) or fault.parameter or "The request"


def show_bodies(call: LoggedCall) -> None:
    """Show request and answer side by side."""
    request, answer = st.columns(2)
    with request:
        show_body("Request", call.request, f"request-{call.id}")
    with answer:
        show_body("Answer", call.answer, f"answer-{call.id}")


def show_body(title: str, text: str, key: str) -> None:
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
