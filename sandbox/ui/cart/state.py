"""What one visitor is editing, from run to run and from page to page.

`draft` are the widgets' first values and the grid's base, `entered` what they held when they were
last drawn, `saved-cart` the id of the saved cart that all of it started from.
"""

from __future__ import annotations

import streamlit as st

from sandbox.ui.drafts import DraftState, restart
from sandbox.workspace.updates import SessionUpdate

_DRAFT = "draft"
_ENTERED = "entered"
_SAVED = "saved-cart"


def editing() -> DraftState | None:
    """Return what is being edited, if anything was shown yet."""
    current: DraftState | None = st.session_state.get(_DRAFT)
    return current


def show(draft: SessionUpdate) -> None:
    """Replace what is edited; every widget starts anew."""
    _show(draft, None, is_saved=False)


def show_saved(draft: SessionUpdate, saved_cart_id: str) -> None:
    """Replace what is edited by a saved cart, as it was saved."""
    _show(draft, saved_cart_id, is_saved=True)


def grow(draft: SessionUpdate) -> None:
    """Show more of the same: the saved cart that it started from stays the chosen one."""
    _show(draft, saved_cart(), is_saved=False)


def come_back() -> None:
    """Show again what was on the page before the visitor left it: widgets forget it meanwhile."""
    draft, chosen = last_entered(), saved_cart()
    if draft is None:
        return
    if chosen is not None and untouched_saved_cart(draft) is not None:
        show_saved(draft, chosen)
    else:
        grow(draft)


def _show(draft: SessionUpdate, saved_cart_id: str | None, *, is_saved: bool) -> None:
    before = editing()
    version = 0 if before is None else before.version + 1
    st.session_state[_DRAFT] = restart(draft, version, is_saved=is_saved)
    st.session_state[_SAVED] = saved_cart_id


def saved_cart() -> str | None:
    """Return the id of the saved cart that the visitor started from."""
    chosen: str | None = st.session_state.get(_SAVED)
    return chosen


def forget_saved_cart() -> None:
    st.session_state[_SAVED] = None


def note_entered(draft: SessionUpdate) -> None:
    """Note what the widgets hold, for other pages and for carts that grow."""
    st.session_state[_ENTERED] = draft


def last_entered() -> SessionUpdate | None:
    """Return what the widgets held when they were last drawn; other pages may have changed it."""
    entered: SessionUpdate | None = st.session_state.get(_ENTERED)
    return entered


def entered(current: DraftState) -> SessionUpdate:
    """Return what the widgets hold, so that a new cart keeps it."""
    return last_entered() or current.started


def untouched_saved_cart(draft: SessionUpdate) -> str | None:
    """Return the id of the saved cart that a draft still is, if it is one."""
    current = editing()
    is_same = current is not None and current.is_saved and draft == current.first
    return saved_cart() if is_same else None
