"""Expanders that stay open when another cart is shown, and when the visitor comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

_OPEN = "open-sections"


@contextmanager
def section(label: str, icon: str, key: str) -> Iterator[ExpanderContainer]:
    """Show an expander; its `open` says whether to draw what is costly and holds nothing."""
    remembered: dict[str, bool] = st.session_state.setdefault(_OPEN, {})
    box = st.expander(
        label, icon=icon, key=key, expanded=remembered.get(key, False), on_change="rerun"
    )
    remembered[key] = bool(box.open)
    with box:
        yield box
