"""Which customer session the Workbench is about: the first of its workspace that is not final."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sandbox.ui.visit import Visit

_NUMBER = "session-number"


def session_id(here: Visit) -> str:
    """Return the session that dry runs are for, and that an order closes.

    On a live target there are dry runs only.
    """
    if here.live is not None:
        return _id(here, 1)
    name, number = st.session_state.get(_NUMBER, ("", 0))
    if name != here.name:
        number = _first_open(here, 1)
        st.session_state[_NUMBER] = (here.name, number)
    return _id(here, number)


def begin_new(here: Visit) -> None:
    """Go on with a new session: the present one is an order now."""
    number = _number(here, session_id(here))
    st.session_state[_NUMBER] = (here.name, _first_open(here, number + 1))


def go_back_to(here: Visit, reopened_id: str) -> None:
    """Go on with a session that is open again."""
    st.session_state[_NUMBER] = (here.name, _number(here, reopened_id))


def forget() -> None:
    """Begin with the first session again: the workspace is another one, or has been reset."""
    st.session_state.pop(_NUMBER, None)


def session_ids(here: Visit) -> Sequence[str]:
    """Return the sessions that the Workbench may have stored, the newest first."""
    newest = _number(here, session_id(here))
    while here.workspace.stored_session(_id(here, newest + 1)) is not None:
        newest += 1
    return [_id(here, number) for number in range(newest, 0, -1)]


def _first_open(here: Visit, number: int) -> int:
    while True:
        stored = here.workspace.stored_session(_id(here, number))
        if stored is None or stored.state == "open":
            return number
        number += 1


def _id(here: Visit, number: int) -> str:
    return f"{here.name}-{number}"


def _number(here: Visit, session_id: str) -> int:
    return int(session_id.removeprefix(f"{here.name}-"))
