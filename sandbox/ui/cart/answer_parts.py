"""Which optional parts of the answer are asked for: `responseContent`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from sandbox.emulator.wire import SessionContent
from sandbox.targets.target import CONTENT
from sandbox.ui.cart.sections import section

_KEY = "answer-parts"
_CHOSEN = "chosen-answer-parts"
PARTS: tuple[str, ...] = get_args(SessionContent)


def wanted_parts() -> Sequence[str]:
    """Return what to ask for: what the Workbench needs, then what the visitor chose."""
    return [*CONTENT, *extra_parts()]


def extra_parts() -> Sequence[str]:
    """Return the parts that the visitor chose beside those that the Workbench needs."""
    chosen: Sequence[str] = st.session_state.get(_CHOSEN, ())
    return chosen


def set_extra_parts(parts: Sequence[str]) -> None:
    """Choose parts, as an address has them; names that the API does not know are left out."""
    st.session_state[_CHOSEN] = [part for part in PARTS if part in parts and part not in CONTENT]


def choose_parts() -> None:
    """Offer the optional parts of the answer."""
    with section("Parts of the answer", ":material/checklist:", "parts"):
        st.session_state[_KEY] = list(extra_parts())
        st.multiselect(
            "Ask for more in “responseContent”",
            [part for part in PARTS if part not in CONTENT],
            placeholder="Pick parts",
            key=_KEY,
            help=f"Always asked for, because this page needs them: {', '.join(CONTENT)}.",
            on_change=_parts_chosen,
        )


def _parts_chosen() -> None:
    set_extra_parts(st.session_state[_KEY])
