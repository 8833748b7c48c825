"""Two calls compared: what differs between their requests, and between their answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import pandas as pd
import streamlit as st

from sandbox.insight.differences import Difference, differences
from sandbox.insight.log import LoggedCall
from sandbox.insight.money import instant
from sandbox.ui.calls import all_calls, find_call
from sandbox.ui.log import label_of, short_time
from sandbox.ui.tables import show_table
from sandbox.ui.text import code, escaped
from sandbox.ui.visit import Visit, note_in_address

_MAX_DIFFERENCES = 100
_MAX_INCIDENTAL = 10
_MAX_OFFERED = 200

_MARKS = {
    "added": ":green[:material/add_circle:] added",
    "removed": ":red[:material/do_not_disturb_on:] removed",
    "changed": ":orange[:material/change_circle:] changed",
}


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
    show_answers(differences(before.answer, after.answer), "The answers are the same.")


def show_answers(found: Sequence[Difference], none: str) -> None:
    """Show what differs between answers; what differs between any two of them, at the end."""
    telling = [one for one in found if not one.is_incidental]
    _show_differences(telling, none)
    incidental = [code(one.place) for one in found if one.is_incidental]
    if incidental:
        places = ", ".join(incidental[:_MAX_INCIDENTAL])
        more = len(incidental) - _MAX_INCIDENTAL
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
        show_table(frame, "What differs, by its place in the JSON")
    if len(found) > len(shown):
        st.caption(f"and {len(found) - len(shown):,} more differences")
