"""Workbench: what does this customer pay for this cart, and which rules made it so?"""

from __future__ import annotations

import streamlit as st

from sandbox.insight.money import moment
from sandbox.ui import editor, result
from sandbox.ui.pricing import price
from sandbox.ui.visit import just_arrived, visit

here = visit()
if just_arrived():
    editor.come_back()
state = editor.state(here.workspace)

editor.choose_scenario(here.workspace)
with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="top"
):
    editor.show_hint(here.workspace)
    st.button(
        "Start over",
        icon=":material/restart_alt:",
        on_click=editor.start_over,
        args=(here,),
        help="Bring campaigns, customers and the cart back to how they were.",
    )
headline = st.container(border=True, key="headline")
cart_column, result_column = st.columns([5, 6], gap="medium")

# A cart that nobody has touched yet is priced before the editor is drawn: a browser shows a price
# at once, but has a megabyte of code to load for the grid.
foreseen = editor.foreseen(state)
early = None if foreseen is None else price(here, foreseen)
if early is not None:
    with headline:
        result.show_headline(early)
    if state.version == 0:
        result.let_it_show()

with cart_column:
    st.subheader("Cart")
    draft = editor.edit(here.workspace, state)
    is_wanted = editor.wants_run()
    editor.edit_json(state, draft)

if early is not None and early.draft != draft:
    st.rerun()
if not is_wanted:
    with headline:
        st.info("Press “Dry run” to see the price.", icon=":material/play_arrow:")
elif not draft.cart_items:
    with headline:
        st.info(
            "Add a product to see what it costs and which campaigns apply.",
            title="The cart is empty",
            icon=":material/add_shopping_cart:",
        )
else:
    pricing = early
    if pricing is None:
        pricing = price(here, draft)
        with headline:
            result.show_headline(pricing)
    with result_column:
        result.show_result(pricing, here.target.host, here.integration_key)
    clock = here.workspace.clock
    is_frozen = clock.frozen_at is not None
    shown = moment(pricing.facts.now, pricing.facts.timezone) if is_frozen else "real time"
    result.show_status(pricing, f"clock: {shown}")
