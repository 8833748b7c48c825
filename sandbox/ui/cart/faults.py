"""Refusals of what was typed as text: said in the run after, while the text stays."""

from __future__ import annotations

import streamlit as st

from sandbox.errors import Refused
from sandbox.ui.text import bullets, escaped


def keep_refusal(key: str, refused: Refused) -> None:
    st.session_state[f"{key}-refused"] = refused


def show_refusal(key: str, title: str) -> None:
    """Show once what was wrong, if something was."""
    refused: Refused | None = st.session_state.pop(f"{key}-refused", None)
    if refused is None:
        return
    lines = [
        escaped(": ".join(filter(None, [fault.pointer, fault.details]))) for fault in refused.faults
    ]
    st.error(bullets(lines), title=title, icon=":material/error:")
    st.caption("Your cart is unchanged.")
