"""The Customers page: who a customer is to the rules, and what the Workbench's cart costs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import streamlit as st

from sandbox.insight.customers import (
    Standing,
    achievements_frame,
    coupons_frame,
    customer_name,
    sessions_frame,
    standings,
    transactions_frame,
)
from sandbox.insight.money import exact, money
from sandbox.ui import editor
from sandbox.ui.customer_edits import Editing, cart_price, change_of_cart
from sandbox.ui.tables import show_table
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit

Json: TypeAlias = Mapping[str, Any]


def show_headline(here: Visit, profile_id: str, inventory: Json) -> None:
    """Show who this is: orders, spending, points, tiers, and what the Workbench's cart costs."""
    profile: Json = inventory["profile"]
    currency = here.application.currency
    with st.container(horizontal=True, vertical_alignment="center", key="who"):
        st.subheader(escaped(customer_name(profile)), width="content")
        for audience in profile.get("audienceMemberships") or []:
            # Not `st.badge`, which would escape brackets once more.
            name = escaped(audience["name"])
            st.markdown(f":gray-badge[:material/group: {name}]", width="content")
    with st.container(horizontal=True, gap="medium", key="standing"):
        _show_cart(here, profile_id, currency)
        st.metric("Orders", str(profile.get("closedSessions") or 0), width="content")
        st.metric(
            "Spent", money(Decimal(profile.get("totalSales") or 0), currency), width="content"
        )
        for standing in standings(inventory):
            _show_standing(standing)


def offer_workbench(here: Visit, profile_id: str) -> None:
    """Offer to go on in the Workbench with this customer."""
    if st.button("Shop as this customer", icon=":material/shopping_cart:", key="to-workbench"):
        editor.take_to_workbench(here, profile_id=profile_id)
        st.switch_page("workbench.py")


def _show_cart(here: Visit, profile_id: str, currency: str) -> None:
    pays = cart_price(here, profile_id)
    if pays is None:
        return
    change = change_of_cart(pays)
    st.metric(
        "Workbench cart",
        money(pays, currency),
        delta=_change(change, currency),
        delta_color="off" if not change else "inverse",
        delta_arrow="auto" if change else "off",
        width="content",
        help="What the cart in the Workbench costs this customer, and what your last edit changed.",
    )


def _change(change: Decimal | None, currency: str) -> str | None:
    if change is None:
        return None
    # The widget reads a minus sign of ASCII only.
    return f"{'-' if change < 0 else ''}{money(abs(change), currency)}" if change else "unchanged"


def _show_standing(standing: Standing) -> None:
    points = exact(standing.points)
    notes = []
    if standing.next_tier:
        notes.append(f"{exact(standing.to_next_tier)} to {standing.next_tier}")
    if standing.pending:
        notes.append(f"{exact(standing.pending)} pending")
    st.metric(
        escaped(standing.title),
        f"{points} points",
        delta=" · ".join(filter(None, [standing.tier, *notes])) or None,
        delta_color="off",
        delta_arrow="off",
        width="content",
    )


def show_sessions(sessions: Sequence[Json], currency: str, timezone: str) -> None:
    if not sessions:
        _nothing("No sessions yet. Those that are sent through the API are shown here.")
        return
    frame = sessions_frame(sessions, timezone)
    show_table(
        frame, "The customer's sessions, the newest first", Total=lambda v: _money(v, currency)
    )


def show_points(editing: Editing, inventory: Json, timezone: str) -> None:
    found = standings(inventory)
    if not found:
        _nothing("This customer is in no loyalty program.")
    for standing in found:
        entries = editing.customers.transactions(standing.program_id, editing.profile_id)
        if len(found) > 1:
            st.markdown(f"**{escaped(standing.title)}**")
        if entries:
            frame = transactions_frame(entries, timezone)
            show_table(frame, f"Points of {standing.title}, the newest first")
        else:
            _nothing("No points have come or gone yet.")


def show_achievements(achievements: Sequence[Json], timezone: str) -> None:
    if not achievements:
        _nothing("There is no achievement to take part in.")
        return
    show_table(
        achievements_frame(achievements, timezone), "Achievements and how far they have come"
    )


def show_coupons(inventory: Json, currency: str, timezone: str) -> None:
    coupons = inventory.get("coupons") or []
    if not coupons:
        _nothing("No coupon is reserved for this customer, and none is theirs alone.")
        return
    show_table(coupons_frame(coupons, currency, timezone), "Coupons that are for this customer")


def _money(value: Decimal, currency: str) -> str:
    return escaped(money(value, currency))


def _nothing(text: str) -> None:
    st.caption(text)
