"""The draft as JSON, both ways."""

from __future__ import annotations

import streamlit as st

from sandbox.errors import Refused
from sandbox.shapes import convert, parse_json
from sandbox.targets.target import draft_json
from sandbox.ui.cart import state
from sandbox.ui.cart.faults import keep_refusal, show_refusal
from sandbox.ui.cart.sections import section
from sandbox.ui.drafts import DraftState
from sandbox.workspace.updates import SessionUpdate

_NAME = "json"


def edit_json(current: DraftState, draft: SessionUpdate) -> None:
    """Offer the draft as JSON; what cannot be read is refused and nothing is lost."""
    with section("As JSON", ":material/data_object:", _NAME) as box:
        if not box.open:
            return
        shown = draft_json(draft)
        key = f"json-{current.version}-{hash(shown)}"
        st.text_area(
            "Customer session, as the Integration API takes it", value=shown, height=320, key=key
        )
        st.button(
            "Use this JSON",
            icon=":material/check:",
            key="use-json",
            on_click=_json_entered,
            args=(key,),
        )
        show_refusal(_NAME, "This JSON cannot be used")


def _json_entered(key: str) -> None:
    try:
        draft = _read_json(st.session_state[key])
    except Refused as refused:
        keep_refusal(_NAME, refused)
    else:
        state.show(draft)


def _read_json(text: str) -> SessionUpdate:
    """Read a customer session, bare or in the envelope of a request. Raises Refused."""
    raw = parse_json(text.encode())
    if isinstance(raw, dict) and isinstance(raw.get("customerSession"), dict):
        return convert(raw["customerSession"], SessionUpdate, "/customerSession")
    return convert(raw, SessionUpdate)
