"""Who the customer is: one of the personas, or anybody else by id; and a history to pretend."""

from __future__ import annotations

from typing import Any

import streamlit as st
from msgspec.structs import replace

from sandbox.engine.model import CustomerProfile
from sandbox.ui.cart import state
from sandbox.ui.cart.offers import Offers
from sandbox.ui.cart.pretending import pretend, pretended
from sandbox.ui.drafts import DraftState
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit

_GUEST = ""


def choose_customer(here: Visit, current: DraftState) -> str:
    """Show the personas, the way to any other customer, and what is known of the chosen one.

    Returns the id; that of a guest is "".
    """
    offers = Offers(here)
    started = current.started.profile_id or _GUEST
    options = list(dict.fromkeys([_GUEST, *offers.personas, started]))
    profiles = {profile_id: _profile(offers, profile_id) for profile_id in options}
    chosen = st.segmented_control(
        "Customer",
        options,
        format_func=lambda profile_id: _label(profiles.get(profile_id), profile_id),
        default=started,
        required=True,
        wrap=True,
        key=f"customer-{current.version}",
    )
    profile_id = chosen or _GUEST
    with st.container(horizontal=True, vertical_alignment="center", key="other-customer"):
        _choose_other(offers, current, options)
        if profile_id and here.live is None:
            pretend(here, profile_id)
    _tell_about(here, profile_id, profiles.get(profile_id))
    return profile_id


def _choose_other(offers: Offers, current: DraftState, shown: list[str]) -> None:
    typed = st.selectbox(
        "Any other customer",
        [profile_id for profile_id in offers.newest_customers() if profile_id not in shown],
        index=None,
        accept_new_options=True,
        placeholder="Any other: pick, or type an id",
        label_visibility="collapsed",
        key=f"other-customer-{current.version}",
    )
    if typed and typed.strip():
        state.grow(replace(state.entered(current), profile_id=typed.strip()))
        st.rerun()


def _profile(offers: Offers, profile_id: str) -> CustomerProfile | None:
    return offers.customer(profile_id) if profile_id else None


def _label(profile: CustomerProfile | None, profile_id: str) -> str:
    name = profile.attributes.get("name") if profile else None
    return escaped(str(name or profile_id or "Guest"))


def _tell_about(here: Visit, profile_id: str, profile: CustomerProfile | None) -> None:
    if not profile_id:
        return
    if profile is None:
        st.caption("A new customer: Talon.One makes the profile when an id is first used.")
        return
    parts = [
        f"{name}: {_shown(value)}" for name, value in profile.attributes.items() if name != "name"
    ]
    parts.append(f"orders so far: {profile.closed_sessions}")
    st.caption(escaped(" · ".join(parts)))
    overridden = pretended(here, profile_id)
    if overridden:
        st.badge(
            escaped(f"Pretended: {overridden}"),
            icon=":material/theater_comedy:",
            color="orange",
            help="Stored in your own workspace. “Start over” undoes it.",
        )


def _shown(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
