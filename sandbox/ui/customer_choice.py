"""Whom the Customers page shows: one of the list, one whose id is typed, or nobody yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import streamlit as st

from sandbox.insight.customers import customer_name
from sandbox.insight.money import exact
from sandbox.targets.customers import MOST_LISTED, Customers
from sandbox.ui import editor
from sandbox.ui.customer_edits import forget_change
from sandbox.ui.visit import Visit, asked_in_address, note_in_address

Json: TypeAlias = Mapping[str, Any]

_MOST_LIVE = 100
_CART_OF = "customer-of-cart"


def first_customers(here: Visit, customers: Customers) -> Sequence[Json]:
    """Return customers to choose from; of a live shop, which may have millions, only a few."""
    if here.live is None:
        return customers.listed()
    return customers.listed(_MOST_LIVE) if here.can_manage else []


def choose(here: Visit, listed: Sequence[Json]) -> str:
    """Offer the customers that there are, and any other id; return the chosen one, or nothing.

    The one of the Workbench's cart comes first to hand. What is typed into the list finds a
    customer and never makes one.
    """
    names = {one["integrationId"]: customer_name(one) for one in listed}
    asked = _of_another_cart(here)
    asked = asked_in_address("customer") or asked
    if asked:
        st.session_state["customer"] = asked
    current = st.session_state.get("customer")
    with st.container(horizontal=True, vertical_alignment="bottom", key="who-to-show"):
        chosen = st.selectbox(
            "Customer",
            list(dict.fromkeys([*names, *([current] if current else [])])),
            format_func=lambda profile_id: _label(names.get(profile_id), profile_id),
            placeholder="Nobody yet",
            key="customer",
            on_change=forget_change,
            persist_state="session",
        )
        with st.popover("Another id", icon=":material/person_add:"):
            _type_id(len(listed))
    profile_id = str(chosen or "")
    note_in_address("customer", profile_id)
    return profile_id


def _of_another_cart(here: Visit) -> str | None:
    """Return whose cart the Workbench shows, if that has changed since this page looked."""
    now = editor.current_draft(here).profile_id
    before = st.session_state.get(_CART_OF)
    st.session_state[_CART_OF] = now
    return now if now != before else None


def _type_id(offered: int) -> None:
    with st.form("another-customer", border=False):
        st.text_input(
            "Customer id",
            placeholder="an id of your shop",
            help="The integration id that your shop sends.",
            key="typed-customer",
        )
        if offered in (_MOST_LIVE, MOST_LISTED):
            st.caption(f"The list has the first {exact(offered)} customers; type any other's id.")
        st.form_submit_button("Show", icon=":material/search:", on_click=_id_typed)


def _id_typed() -> None:
    typed = st.session_state["typed-customer"].strip()
    if typed:
        st.session_state["customer"] = typed
        forget_change()


def _label(name: str | None, profile_id: str) -> str:
    return profile_id if name in (None, profile_id) else f"{name} · {profile_id}"


def show_nobody() -> None:
    """Invite to name the first customer."""
    st.info(
        "Press “Another id” and type one: any id that you like makes a customer.",
        title="No customer is known yet",
        icon=":material/person_add:",
    )
