"""Workbench: what does this customer pay for this cart, and which rules made it so?"""

from __future__ import annotations

import streamlit as st

from sandbox.insight.money import moment
from sandbox.targets.errors import TargetError
from sandbox.ui import editor, lifecycle, orders, presenter, result, share
from sandbox.ui.acts import show_outcome
from sandbox.ui.cart import saved_carts, state
from sandbox.ui.cart.address import follow_address, open_address, tell_about_address
from sandbox.ui.cart.answer_parts import choose_parts
from sandbox.ui.cart.evaluate_at import choose_time, is_real_time, show_time
from sandbox.ui.cart.json_box import edit_json
from sandbox.ui.cart.offers import Offers
from sandbox.ui.details import show_details
from sandbox.ui.price_strip import show_price_strip
from sandbox.ui.target_notes import show_gaps
from sandbox.ui.visit import just_arrived, visit

here = visit()
if just_arrived():
    state.come_back()
open_address(here)
share.arrive()
if presenter.is_on():
    share.show_gone()
    presenter.show(here)
    st.stop()
shown = editor.shown_draft(here)
is_placing = lifecycle.is_placing()

saved_carts.choose(Offers(here))
with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="top"
):
    saved_carts.show_hint()
    tools = st.container(
        horizontal=True,
        horizontal_alignment="right",
        vertical_alignment="center",
        width="content",
    )
news = st.container(key="news")
headline = st.container(border=True, key="headline")
with headline:
    show_time(here)
cart_column, result_column = st.columns([5, 6], gap="medium")

# A cart that nobody has touched yet is priced before the editor is drawn: a browser shows a price
# at once, but has a megabyte of code to load for the grid.
foreseen = editor.foreseen(shown)
early = beside = None
if foreseen is not None:
    early = result.read(here, orders.priced(here, foreseen), state.saved_cart())
    with headline:
        beside = result.show_headline(early)
    if shown.version == 0:
        result.let_it_show()

with cart_column:
    st.subheader("Cart")
    draft = editor.edit(here, shown)
    is_wanted = editor.wants_run()
    choose_parts()
    edit_json(shown, draft)

if follow_address(here, draft) or (foreseen is not None and foreseen != draft):
    st.rerun()
with cart_column:
    tell_about_address(draft)
    show_gaps(here, ("attributes", "additional costs", "stores", "customers"))
with news:
    share.show_gone()
    show_outcome()
with tools:
    choose_time(here)
    if here.live is None:
        share.offer_sharing(here, draft)
    presenter.offer()
    st.button(
        "Start over",
        icon=":material/restart_alt:",
        on_click=lifecycle.start_over,
        args=(here,),
        help="Bring campaigns, customers, the clock and the cart back to how they were."
        if here.live is None
        else "Begin with an empty cart, evaluated now.",
    )
order = orders.of_cart(here, draft)
if not is_wanted and order is None:
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
    view = early
    if view is None or beside is None:
        view = result.read(here, orders.priced(here, draft), state.saved_cart())
        with headline:
            beside = result.show_headline(view)
    show_price_strip(view)
    if order is not None:
        with headline:
            lifecycle.show_order(here, order)
    if not isinstance(view, TargetError):
        if order is None or order.state == "open":
            with beside:
                lifecycle.offer_order(here, view, placing=is_placing)
        with result_column:
            result.show_lines(view)
            show_details(here, view, order)
        now = moment(view.pricing.facts.now, view.pricing.facts.timezone)
        result.show_status(view, f"clock: {'real time' if is_real_time(here) else now}")
