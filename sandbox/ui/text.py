"""Text of users and bundles, made safe for Markdown."""

from __future__ import annotations

import re

import pandas as pd

# Everything that Markdown, Streamlit's directives (:red[…], :material/…:) or LaTeX could read.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+.!|~$:^-])")


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """Return text in code style, whatever it holds."""
    plain = " ".join(text.split())
    longest = max((len(ticks) for ticks in re.findall("`+", plain)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {plain} {fence}" if longest else f"`{plain or ' '}`"


def escaped_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose cells Markdown shows as they are."""
    return frame.map(lambda cell: escaped(cell) if isinstance(cell, str) else cell)
