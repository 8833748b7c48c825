"""Text of users and bundles, made safe for Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

# A browser draws so many rows of a table at once; 1,000 keep it busy for half a second.
MOST_ROWS = 100
_MOST_BULLETS = 10

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


def bullets(lines: Sequence[str], more: str = "more") -> str:
    """Return lines of Markdown as a list: the first ten, and how many `more` there are."""
    shown = [f"- {line}" for line in lines[:_MOST_BULLETS]]
    if len(lines) > _MOST_BULLETS:
        shown.append(f"- and {len(lines) - _MOST_BULLETS} {more}")
    return "\n".join(shown)


def shown_table(frame: pd.DataFrame, **formats: Callable[[Any], str]) -> Styler:
    """Return a frame for `st.table`: texts as they are, amounts formatted and to the right."""
    safe = frame.map(lambda cell: escaped(cell) if isinstance(cell, str) else cell)
    by_column: dict[Any, str | Callable[[object], str] | None] = dict(formats)
    return safe.style.format(by_column, na_rep="")
