"""The Customers page: who a customer is to the rules, and what an edit changes.

After each edit the Workbench's cart is priced anew for this customer, beside what it cost before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import pandas as pd
import streamlit as st
from msgspec.structs import replace

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
from sandbox.targets.customers import Customers
from sandbox.targets.errors import TargetError
from sandbox.ui import editor
from sandbox.ui.acts import act
from sandbox.ui.attributes import attribute_inputs, editable
from sandbox.ui.pricing import price, totals_of
from sandbox.ui.target_notes import show_gaps
from sandbox.ui.text import code, escaped, shown_table
from sandbox.ui.visit import Visit, note_in_address

Json: TypeAlias = Mapping[str, Any]

_BEFORE = "customer-cart-before"
_MOST_LIVE = 100


def first_customers(here: Visit, customers: Customers) -> Sequence[Json]:
    """Return customers to choose from; nobody wants to scroll through all of a live shop."""
    if here.live is None:
        return customers.listed()
    return customers.listed(_MOST_LIVE) if here.can_manage else []


def choose(here: Visit, listed: Sequence[Json]) -> str:
    """Offer the customers that there are; any other id may be typed, and becomes a new one.

    The one of the Workbench's cart comes first to hand.
    """
    names = {one["integrationId"]: customer_name(one) for one in listed}
    wanted = st.query_params.get("customer") or editor.current_draft(here.workspace).profile_id
    options = list(dict.fromkeys([*names, *([wanted] if wanted else [])]))
    first = options.index(wanted) if wanted else 0
    chosen = st.selectbox(
        "Customer",
        options,
        index=first if options else None,
        format_func=lambda profile_id: _label(names.get(profile_id), profile_id),
        accept_new_options=True,
        placeholder="Pick a customer, or type the id of a new one",
        key="customer",
        on_change=_another_customer,
    )
    profile_id = str(chosen or "").strip()
    note_in_address("customer", profile_id)
    return profile_id


def _label(name: str | None, profile_id: str) -> str:
    return profile_id if name in (None, profile_id) else f"{name} · {profile_id}"


def _another_customer() -> None:
    st.session_state.pop(_BEFORE, None)


def show_headline(here: Visit, profile_id: str, inventory: Json) -> None:
    """Show who this is: orders, spending, points, tiers, and what the Workbench's cart costs."""
    profile: Json = inventory["profile"]
    currency = here.application.currency
    with st.container(horizontal=True, vertical_alignment="center", key="who"):
        st.subheader(escaped(customer_name(profile)), width="content")
        for audience in profile.get("audienceMemberships") or []:
            st.badge(escaped(audience["name"]), icon=":material/group:", color="gray")
    with st.container(horizontal=True, gap="large", key="standing"):
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
        editor.take_to_workbench(here.workspace, profile_id=profile_id)
        st.switch_page("workbench.py")


def _show_cart(here: Visit, profile_id: str, currency: str) -> None:
    pays = cart_price(here, profile_id)
    if pays is None:
        return
    before: Decimal | None = st.session_state.get(_BEFORE)
    change = None if before is None else pays - before
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


def cart_price(here: Visit, profile_id: str) -> Decimal | None:
    """Return what the Workbench's cart costs a customer; None when there is no price."""
    draft = replace(editor.current_draft(here.workspace), profile_id=profile_id)
    if not draft.cart_items:
        return None
    pricing = price(here, draft)
    if isinstance(pricing.answer, TargetError):
        return None
    return totals_of(pricing, pricing.answer).pays


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


class Editing:
    """What one customer's edits do: remember the cart's price, change something, start anew."""

    def __init__(self, here: Visit, customers: Customers, profile_id: str) -> None:
        self._here = here
        self.customers = customers
        self.profile_id = profile_id

    @property
    def is_locked(self) -> bool:
        return not self._here.may_write

    @property
    def key(self) -> str:
        """A key for widgets, new after each edit, so that they show what is stored."""
        return f"{self.profile_id}-{st.session_state.get('customer-version', 0)}"

    def apply(self, done: str, change: Any) -> None:
        before = cart_price(self._here, self.profile_id)
        if act(done, change):
            st.session_state[_BEFORE] = before
            st.session_state["customer-version"] = st.session_state.get("customer-version", 0) + 1


def edit_attributes(here: Visit, editing: Editing, attributes: Json) -> None:
    """Offer the customer's attributes; only those that were edited are sent."""
    shown = editable(here.application.attributes, "CustomerProfile")
    if not shown:
        if "attributes" not in here.application.gaps:
            st.caption("This Application has no attributes of customers.")
        show_gaps(here, ["attributes"])
        return
    with st.form(f"attributes-{editing.key}", border=False):
        timezone = here.application.timezone
        entered = attribute_inputs(shown, attributes, f"profile-{editing.key}", timezone)
        is_saved = st.form_submit_button(
            "Save", icon=":material/save:", key="save-attributes", disabled=editing.is_locked
        )
    if is_saved:
        changed = {
            one.name: entered.get(one.name)
            for one in shown
            if entered.get(one.name) != attributes.get(one.name)
        }
        if not changed:
            st.toast("Nothing to save: no attribute was edited.")
            return
        editing.apply(
            f"Saved {', '.join(changed)}.",
            lambda: editing.customers.save_attributes(editing.profile_id, changed),
        )
        st.rerun()


def edit_audiences(
    editing: Editing, audiences: Sequence[Json], memberships: Sequence[Json]
) -> None:
    """Offer the audiences: picking one joins it, taking it out leaves it."""
    if not audiences:
        st.caption("This Application has no audiences.")
        return
    names = {audience["id"]: audience["name"] for audience in audiences}
    joined = [one["id"] for one in memberships if one["id"] in names]
    key = f"audiences-{editing.key}"
    st.multiselect(
        "Audiences",
        list(names),
        default=joined,
        format_func=lambda audience_id: escaped(names[audience_id]),
        placeholder="none",
        key=key,
        disabled=editing.is_locked,
        on_change=_audiences_changed,
        args=(editing, key, names, joined),
    )


def _audiences_changed(
    editing: Editing, key: str, names: Mapping[int, str], joined: Sequence[int]
) -> None:
    chosen = st.session_state[key]
    for audience_id in {*chosen} ^ {*joined}:
        joins = audience_id in chosen
        editing.apply(
            f"{'Joined' if joins else 'Left'} {names[audience_id]}.",
            lambda audience_id=audience_id, joins=joins: editing.customers.change_membership(
                editing.profile_id, audience_id, "add" if joins else "delete"
            ),
        )


def edit_points(editing: Editing, titles: Mapping[int, str]) -> None:
    """Offer to add and deduct points by hand; loyalty programs by id."""
    if not titles:
        return
    with st.form(f"points-{editing.key}", border=False):
        st.markdown("**Points by hand**")
        program_id = next(iter(titles))
        if len(titles) > 1:
            program_id = st.selectbox(
                "Program", list(titles), format_func=lambda one: escaped(titles[one])
            )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            points = st.number_input(
                "Points", min_value=0.01, value=100.0, step=10.0, format="%g", width=130
            )
            reason = st.text_input("Why", value="Goodwill", width=180)
        with st.container(horizontal=True):
            adds = st.form_submit_button(
                "Add", icon=":material/add:", key="add-points", disabled=editing.is_locked
            )
            deducts = st.form_submit_button(
                "Deduct", icon=":material/remove:", key="deduct-points", disabled=editing.is_locked
            )
    if adds or deducts:
        amount = Decimal(str(points))
        change = editing.customers.add_points if adds else editing.customers.deduct_points
        editing.apply(
            f"{'Added' if adds else 'Deducted'} {exact(amount)} points.",
            lambda: change(program_id, editing.profile_id, amount, reason),
        )
        st.rerun()


def edit_reservations(editing: Editing) -> None:
    """Offer to reserve a coupon for the customer, and to take that back."""
    with (
        st.form(f"reserve-{editing.key}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input("Coupon code", width=200).strip()
        reserves = st.form_submit_button(
            "Reserve", icon=":material/bookmark_add:", disabled=editing.is_locked
        )
        releases = st.form_submit_button(
            "Take back", icon=":material/bookmark_remove:", disabled=editing.is_locked
        )
    if (reserves or releases) and typed:
        change = editing.customers.reserve if reserves else editing.customers.unreserve
        editing.apply(
            f"{'Reserved' if reserves else 'Took back'} {typed}.",
            lambda: change(editing.profile_id, typed),
        )
        st.rerun()


def show_sessions(sessions: Sequence[Json], currency: str, timezone: str) -> None:
    if not sessions:
        _nothing("No sessions yet. Place an order, or send one through the API.")
        return
    frame = sessions_frame(sessions, timezone)
    _table(frame, "The customer's sessions, the newest first", Total=lambda v: _money(v, currency))


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
            _table(frame, f"Points of {standing.title}, the newest first")
        else:
            _nothing("No points have come or gone yet.")


def show_achievements(achievements: Sequence[Json], timezone: str) -> None:
    if not achievements:
        _nothing("There is no achievement to take part in.")
        return
    _table(achievements_frame(achievements, timezone), "Achievements and how far they have come")


def show_coupons(inventory: Json, currency: str, timezone: str) -> None:
    coupons = inventory.get("coupons") or []
    if not coupons:
        _nothing("No coupon is reserved for this customer, and none is theirs alone.")
        return
    _table(coupons_frame(coupons, currency, timezone), "Coupons that are for this customer")


def show_new_customer(editing: Editing) -> None:
    """Invite to make a customer of an id that nobody has yet."""
    st.info(
        f"Nobody has the id {code(editing.profile_id)} yet. Talon.One makes a profile when an id "
        "is first used: by a session, or right here.",
        title="A new customer",
        icon=":material/person_add:",
    )
    st.button(
        "Make this customer",
        icon=":material/person_add:",
        type="primary",
        key="make-customer",
        disabled=editing.is_locked,
        on_click=editing.apply,
        args=("Made.", lambda: editing.customers.save_attributes(editing.profile_id, {})),
    )


def _table(frame: pd.DataFrame, alt: str, **formats: Any) -> None:
    st.table(shown_table(frame, **formats), border="horizontal", hide_index=True, alt=alt)


def _money(value: Decimal, currency: str) -> str:
    return escaped(money(value, currency))


def _nothing(text: str) -> None:
    st.caption(text)
