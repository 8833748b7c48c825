"""The left side of the Workbench: everything that makes up a draft.

Widgets only, each group in a module of `sandbox.ui.cart`; what they hold becomes a draft here.
"""

from __future__ import annotations

from typing import Any

import streamlit as st
from msgspec.structs import replace

from sandbox.emulator.server import running
from sandbox.insight.money import price_format
from sandbox.ui.cart import saved_carts, state
from sandbox.ui.cart.codes import choose_codes, choose_referral
from sandbox.ui.cart.costs import choose_costs
from sandbox.ui.cart.customer import choose_customer
from sandbox.ui.cart.line_details import edit_lines
from sandbox.ui.cart.offers import Offers
from sandbox.ui.cart.pretending import stop_pretending
from sandbox.ui.cart.products import add_product, paste_rows
from sandbox.ui.cart.session_fields import choose_attributes, choose_origin
from sandbox.ui.drafts import DraftState, grid_frame, read_grid, untouched
from sandbox.ui.visit import Visit
from sandbox.workspace.updates import SessionUpdate


def shown_draft(here: Visit) -> DraftState:
    """Return what this visitor edits; the first saved cart at the start."""
    current = state.editing()
    if current is None:
        saved_carts.show_first(Offers(here))
        current = state.editing()
        assert current is not None, "it was shown just now"
    return current


def start_over(here: Visit) -> None:
    """Reset the workspace and show the first saved cart again; on a live target the cart only."""
    if here.live is None:
        running().workspaces.reset(here.name)
        stop_pretending()
    else:
        here.live.evaluate_at = None
    saved_carts.show_first(Offers(here))


def edit(here: Visit, current: DraftState) -> SessionUpdate:
    """Show the widgets and return the draft that they hold."""
    offers = Offers(here)
    _edit_grid(offers, current)
    add_product(offers, current)
    profile_id = choose_customer(here, current)
    with st.container(horizontal=True, key="codes"):
        codes = choose_codes(offers, current)
        referral = choose_referral(offers, current)
    costs = choose_costs(offers, current)
    paste_rows(offers, current)
    edit_lines(offers, current)
    draft = replace(
        current.started,
        profile_id=profile_id,
        coupon_codes=codes,
        referral_code=referral,
        cart_items=[line.item for line in current.lines],
        additional_costs=costs,
        attributes=choose_attributes(offers, current),
        **choose_origin(offers, current),
    )
    state.note_entered(draft)
    if current.first is None:
        current.first = draft
    return draft


def current_draft(here: Visit) -> SessionUpdate:
    """Return the Workbench's draft as other pages see it: as last shown, or as it starts."""
    return state.entered(shown_draft(here))


def take_to_workbench(here: Visit, **fields: Any) -> None:
    """Change the Workbench's draft from another page; its own page shows it when it runs next."""
    state.note_entered(replace(current_draft(here), **fields))
    state.forget_saved_cart()


def foreseen(current: DraftState) -> SessionUpdate | None:
    """Return the draft that `edit` is about to return, if it is known and to be priced at once."""
    if current.first is not None or not st.session_state.get("always", True):
        return None
    draft = untouched(current)
    return draft if draft.cart_items else None


def presented(current: DraftState) -> SessionUpdate:
    """Return the draft without its widgets, as if these had just been drawn."""
    if current.first is None:
        current.first = untouched(current)
        state.note_entered(current.first)
    return state.entered(current)


def wants_run() -> bool:
    """Tell whether to fire a dry run now: on every change, or when asked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        always = st.toggle("Dry run on every change", value=True, key="always")
        asked = st.button("Dry run", icon=":material/play_arrow:", disabled=always, key="run")
    return bool(always or asked)


def _edit_grid(offers: Offers, current: DraftState) -> None:
    """Show the grid and read the lines that it holds."""
    frame = st.data_editor(
        grid_frame(current.base),
        key=f"cart-{current.version}",
        num_rows="dynamic",
        hide_index=True,
        column_order=["name", "quantity", "price", "category", "sku"],
        column_config={
            "name": st.column_config.TextColumn("Item", width=170),
            "quantity": st.column_config.NumberColumn("Qty", step=1, width=50),
            "price": st.column_config.NumberColumn(
                "Price", format=price_format(offers.currency), width=70
            ),
            "category": st.column_config.TextColumn("Category", width=90),
            "sku": st.column_config.TextColumn("SKU", width=90),
        },
        alt="The cart: one row an item; edit cells, or add and remove rows",
    )
    current.lines, incomplete = read_grid(frame, current.base)
    if incomplete:
        st.caption("Rows without an item, a quantity or a price are left out for now.")
