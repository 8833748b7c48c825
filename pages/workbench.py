"""Workbench: what does this customer pay for this cart, and which rules made it so?"""

from __future__ import annotations

import streamlit as st

from sandbox.insight.money import moment
from sandbox.ui import editor, result
from sandbox.ui.acts import show_outcome
from sandbox.ui.cart import saved_carts, state
from sandbox.ui.cart.address import follow_address, open_address, tell_about_address
from sandbox.ui.cart.answer_parts import choose_parts, wanted_parts
from sandbox.ui.cart.evaluate_at import choose_time, is_real_time, show_time
from sandbox.ui.cart.json_box import edit_json
from sandbox.ui.cart.offers import Offers
from sandbox.ui.price_strip import show_price_strip
from sandbox.ui.pricing import price
from sandbox.ui.target_notes import show_gaps
from sandbox.ui.visit import just_arrived, visit

here = visit()
if just_arrived():
    state.come_back()
open_address(here)
shown = editor.shown_draft(here)

saved_carts.choose(Offers(here))
with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="top"
):
    saved_carts.show_hint()
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        choose_time(here)
        st.button(
            "Start over",
            icon=":material/restart_alt:",
            on_click=editor.start_over,
            args=(here,),
            help="Bring campaigns, customers, the clock and the cart back to how they were."
            if here.live is None
            else "Begin with an empty cart, evaluated now.",
        )
show_outcome()
headline = st.container(border=True, key="headline")
with headline:
    show_time(here)
cart_column, result_column = st.columns([5, 6], gap="medium")

# A cart that nobody has touched yet is priced before the editor is drawn: a browser shows a price
# at once, but has a megabyte of code to load for the grid.
foreseen = editor.foreseen(shown)
early = None if foreseen is None else price(here, foreseen, wanted_parts())
if early is not None:
    with headline:
        result.show_headline(early)
    if shown.version == 0:
        result.let_it_show()

with cart_column:
    st.subheader("Cart")
    draft = editor.edit(here, shown)
    is_wanted = editor.wants_run()
    choose_parts()
    edit_json(shown, draft)

if follow_address(here, draft) or (early is not None and early.draft != draft):
    st.rerun()
with cart_column:
    tell_about_address(draft)
    show_gaps(here, ("attributes", "additional costs", "stores", "customers"))
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
        pricing = price(here, draft, wanted_parts())
        with headline:
            result.show_headline(pricing)
    show_price_strip(pricing)
    with result_column:
        result.show_result(pricing, here.target.host, here.integration_key)
    shown_time = moment(pricing.facts.now, pricing.facts.timezone)
    clock_words = "real time" if is_real_time(here) else shown_time
    result.show_status(pricing, f"clock: {clock_words}")
