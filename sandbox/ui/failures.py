"""Calls that brought no usable answer, as a page shows them."""

from __future__ import annotations

import streamlit as st

from sandbox.targets.errors import RefusedCallError, TargetError
from sandbox.ui.text import escaped

_MOST_RAW = 20_000


def show_failure(error: TargetError, title: str = "No answer") -> None:
    """Say what happened and what to do, with the answer as it came where there was one."""
    is_refusal = isinstance(error, RefusedCallError) and error.status < 500
    icon = ":material/block:" if is_refusal else ":material/cloud_off:"
    st.error(escaped(str(error)), title=title, icon=icon)
    show_raw(error)


def show_raw(error: TargetError) -> None:
    """Offer the answer as it came, if one came."""
    if error.raw:
        with st.expander("The answer as it came", icon=":material/data_object:"):
            st.code(error.raw[:_MOST_RAW], language=None, wrap_lines=True)
