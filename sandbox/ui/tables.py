"""Tables as every page shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd
import streamlit as st

from sandbox.ui.text import shown_table


def show_table(
    frame: pd.DataFrame,
    alt: str,
    *,
    height: int | Literal["content"] = "content",
    **formats: Callable[[Any], str],
) -> None:
    """Show a frame; `alt` says what it is to those who cannot see it, `formats` are by column."""
    st.table(
        shown_table(frame, **formats),
        border="horizontal",
        hide_index=True,
        height=height,
        alt=alt,
    )
