"""What can be changed of a customer on the Customers page, and what a change does to the cart.

After each edit the Workbench's cart is priced anew for this customer, beside what it cost before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import streamlit as st
from msgspec.structs import replace

from sandbox.insight.money import exact
from sandbox.targets.customers import Customers
from sandbox.targets.errors import TargetError
from sandbox.ui import editor
from sandbox.ui.acts import act
from sandbox.ui.amounts import amount_input
from sandbox.ui.attributes import attribute_inputs, editable
from sandbox.ui.pricing import price, totals_of
from sandbox.ui.target_notes import show_gaps
from sandbox.ui.text import code
from sandbox.ui.visit import Visit

Json: TypeAlias = Mapping[str, Any]

_BEFORE = "customer-cart-before"
_MOST_POINTS = 1e9


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
            self.show_stored()

    def show_stored(self) -> None:
        """Let every widget start anew, with what is stored."""
        st.session_state["customer-version"] = st.session_state.get("customer-version", 0) + 1


def cart_price(here: Visit, profile_id: str) -> Decimal | None:
    """Return what the Workbench's cart costs a customer; None when there is no price."""
    draft = replace(editor.current_draft(here), profile_id=profile_id)
    if not draft.cart_items:
        return None
    pricing = price(here, draft)
    if isinstance(pricing.answer, TargetError):
        return None
    return totals_of(pricing, pricing.answer).pays


def change_of_cart(pays: Decimal) -> Decimal | None:
    """Return by how much the last edit changed the cart's price; None without an edit."""
    before: Decimal | None = st.session_state.get(_BEFORE)
    return None if before is None else pays - before


def forget_change() -> None:
    """Forget what the last edit changed: it was another customer's."""
    st.session_state.pop(_BEFORE, None)


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
            "Save",
            icon=":material/save:",
            key=f"save-attributes-{editing.key}",
            disabled=editing.is_locked,
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
        format_func=lambda audience_id: names[audience_id],
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
    joins = [audience_id for audience_id in chosen if audience_id not in joined]
    leaves = [audience_id for audience_id in joined if audience_id not in chosen]
    words = [f"Joined {names[one]}." for one in joins] + [f"Left {names[one]}." for one in leaves]
    editing.apply(
        " ".join(words),
        lambda: editing.customers.change_memberships(editing.profile_id, joins, leaves),
    )
    # After a refusal too: there is no button that would send the choice again.
    editing.show_stored()


def edit_points(editing: Editing, titles: Mapping[int, str]) -> None:
    """Offer to add and deduct points by hand; loyalty programs by id."""
    if not titles:
        return
    with st.form(f"points-{editing.key}", border=False):
        st.markdown("**Points by hand**")
        program_id = next(iter(titles))
        if len(titles) > 1:
            program_id = st.selectbox("Program", list(titles), format_func=lambda one: titles[one])
        with st.container(horizontal=True, vertical_alignment="bottom"):
            points = amount_input(
                "Points",
                Decimal(100),
                min_value=0.01,
                max_value=_MOST_POINTS,
                step=10.0,
                format="%.12g",
                width=130,
            )
            reason = st.text_input("Why", value="Goodwill", width=180)
        with st.container(horizontal=True):
            adds = st.form_submit_button(
                "Add",
                icon=":material/add:",
                key=f"add-points-{editing.key}",
                disabled=editing.is_locked,
            )
            deducts = st.form_submit_button(
                "Deduct",
                icon=":material/remove:",
                key=f"deduct-points-{editing.key}",
                disabled=editing.is_locked,
            )
    if adds or deducts:
        change = editing.customers.add_points if adds else editing.customers.deduct_points
        editing.apply(
            f"{'Added' if adds else 'Deducted'} {exact(points)} points.",
            lambda: change(program_id, editing.profile_id, points, reason),
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
        key=f"make-customer-{editing.key}",
        disabled=editing.is_locked,
        on_click=editing.apply,
        args=(
            f"Made {editing.profile_id}.",
            lambda: editing.customers.save_attributes(editing.profile_id, {}),
        ),
    )
