"""The history of this workspace's sessions: each step with its effects, as the API tells it."""

from __future__ import annotations

import streamlit as st

from sandbox.insight.effects import effect_rows
from sandbox.insight.frames import effects_frame
from sandbox.insight.history import steps
from sandbox.targets.errors import TargetError
from sandbox.targets.histories import Histories
from sandbox.ui.failures import show_failure
from sandbox.ui.sessions import session_ids
from sandbox.ui.tables import show_table
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit, facts


def show_history(here: Visit) -> None:
    """Show one session's steps, the newest first; another one may be chosen."""
    if here.live is not None:
        st.caption(
            "Orders, and so a history, are those of your own workspace, not of a live target."
        )
        return
    stored = [one for one in session_ids(here) if here.workspace.stored_session(one) is not None]
    if not stored:
        st.info(
            "Dry runs leave no trace. Place an order to begin a history.",
            title="Nothing has happened yet",
            icon=":material/history:",
        )
        return
    chosen = st.selectbox("Session", stored, key="history-session")
    settings = here.workspace.application.settings
    histories = Histories(here.connection, settings.id)
    try:
        session = histories.session(chosen) or {}
        events = histories.events(chosen)
    except TargetError as error:
        show_failure(error)
        return
    known = facts(here, [])
    for step in steps(events, settings.timezone):
        st.markdown(f"**{escaped(step.what)}** :gray[{escaped(step.when)}]")
        if not step.effects:
            st.caption("No effects.")
            continue
        rows = effect_rows(step.effects, session.get("cartItems") or [], known)
        show_table(effects_frame(rows, settings.currency), f"The effects of this step: {step.what}")
