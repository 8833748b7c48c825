"""Sharing: a link that gives its opener a copy of their own, and states to go back to by name."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from sandbox.emulator.server import running
from sandbox.errors import Refused
from sandbox.numbers import encode_json
from sandbox.shapes import convert, parse_json
from sandbox.ui import lifecycle
from sandbox.ui.cart import state
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit, take_arrival
from sandbox.workspace.errors import UnknownSnapshotError
from sandbox.workspace.snapshots import MAX_TITLE
from sandbox.workspace.updates import SessionUpdate

_LINK = "share-link"
_REFUSED = "share-refused"
_GONE = "snapshot-gone"
# What the address has for this visitor alone.
_OWN = ("workspace", "snapshot", "present")
_CART = frozenset({"saved", "cart"})


class _Link(NamedTuple):
    """A link that was made, for which workspace and draft; `query` is what it says."""

    workspace: str
    draft: SessionUpdate
    query: dict[str, str]


def arrive() -> None:
    """Show the cart of the link that the visitor came by; if it is gone, note to say so."""
    arrival = take_arrival()
    if arrival is None:
        return
    if arrival.draft is None:
        st.session_state[_GONE] = True
    else:
        lifecycle.forget()
        # The address has the cart, unless it was too long for one.
        if not _CART.intersection(st.query_params):
            state.show(_read(arrival.draft))


def show_gone() -> None:
    """Say once that a link led nowhere."""
    if st.session_state.pop(_GONE, False):
        st.warning(
            "What was shared there is not kept any longer. This is the demo, fresh and all yours; "
            "for the other one, ask for a new link.",
            title="That link is too old",
            icon=":material/link_off:",
        )


def offer_sharing(here: Visit, draft: SessionUpdate) -> None:
    """Offer a link, and to keep and bring back states of the workspace."""
    with st.popover("Share", icon=":material/share:", key="share", on_change="rerun") as box:
        if not box.open:
            return
        refused: str | None = st.session_state.pop(_REFUSED, None)
        if refused is not None:
            st.error(escaped(refused), icon=":material/error:")
        _offer_link(here, draft)
        _offer_states(here, draft)


def _offer_link(here: Visit, draft: SessionUpdate) -> None:
    st.markdown("**A link to this cart and workspace**")
    st.caption(
        "Whoever opens it gets a copy of their own, as yours is now. What they do there does not "
        "reach you, and what you do does not reach them."
    )
    presents = st.toggle("Open it in the presenter view", key="share-presents")
    st.button(
        "Make a link",
        icon=":material/add_link:",
        key="make-link",
        on_click=_make_link,
        args=(here, draft),
    )
    link: _Link | None = st.session_state.get(_LINK)
    if link is not None and link.workspace == here.name:
        st.code(_address(link.query, presents=presents), language=None, wrap_lines=True)
        if link.draft != draft:
            st.caption("The cart has changed since. The link shows the one that it was made of.")


def _offer_states(here: Visit, draft: SessionUpdate) -> None:
    st.markdown("**States to go back to**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Name of this state",
            max_chars=MAX_TITLE,
            placeholder="before the sale",
            key="state-name",
        )
        st.button(
            "Keep it",
            icon=":material/bookmark_add:",
            key="keep-state",
            on_click=_keep_state,
            args=(here, draft),
        )
    for kept in running().workspaces.snapshots.named(here.name):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(escaped(kept.title))
            st.button(
                "Restore",
                icon=":material/restore:",
                key=f"restore-{kept.id}",
                help="Campaigns, customers, orders and the cart become what they were.",
                on_click=_restore,
                args=(here, kept.id),
            )


def _make_link(here: Visit, draft: SessionUpdate) -> None:
    snapshot_id = _take(here, draft, "")
    if snapshot_id is not None:
        shown = st.query_params.to_dict()
        query = {name: value for name, value in shown.items() if name not in _OWN}
        st.session_state[_LINK] = _Link(here.name, draft, {"snapshot": snapshot_id} | query)


def _keep_state(here: Visit, draft: SessionUpdate) -> None:
    title = str(st.session_state["state-name"] or "").strip()
    if not title:
        st.session_state[_REFUSED] = "Give the state a name, so that you find it again."
    elif _take(here, draft, title) is not None:
        st.session_state["state-name"] = ""


def _restore(here: Visit, snapshot_id: str) -> None:
    try:
        draft = running().workspaces.restore_snapshot(snapshot_id, here.name)
    except UnknownSnapshotError as error:
        st.session_state[_REFUSED] = str(error)
        return
    lifecycle.forget()
    state.show(_read(draft))


def _take(here: Visit, draft: SessionUpdate, title: str) -> str | None:
    try:
        return running().workspaces.take_snapshot(here.name, encode_json(draft).decode(), title)
    except Refused as refused:
        st.session_state[_REFUSED] = refused.faults[0].details
        return None


def _read(draft: str) -> SessionUpdate:
    return convert(parse_json(draft.encode()), SessionUpdate)


def _address(query: dict[str, str], *, presents: bool) -> str:
    """Return the link: this page's address with a snapshot in place of the workspace."""
    base = (st.context.url or "").partition("?")[0]
    return f"{base}?{urlencode(query | ({'present': '1'} if presents else {}))}"
