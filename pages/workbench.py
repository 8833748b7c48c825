"""Workbench: what does this customer pay for this cart, and which rules made it so?"""

from __future__ import annotations

import streamlit as st

from sandbox.insight.money import moment
from sandbox.targets.errors import TargetError
from sandbox.ui import editor, lifecycle, orders, presenter, result, share
from sandbox.ui.acts import show_outcome
from sandbox.ui.details import show_details
from sandbox.ui.visit import just_arrived, visit

here = visit()
if just_arrived():
    editor.come_back()
share.arrive(here)
if presenter.is_on():
    share.show_gone()
    presenter.show(here)
    st.stop()
state = editor.state(here.workspace)
is_placing = lifecycle.is_placing()

editor.choose_scenario(here.workspace)
with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="top"
):
    editor.show_hint(here.workspace)
    tools = st.container(horizontal=True, horizontal_alignment="right", width="content")
news = st.container(key="news")
headline = st.container(border=True, key="headline")
cart_column, result_column = st.columns([5, 6], gap="medium")

# A cart that nobody has touched yet is priced before the editor is drawn: a browser shows a price
# at once, but has a megabyte of code to load for the grid.
foreseen = editor.foreseen(state)
early = beside = None
if foreseen is not None:
    early = result.read(here, orders.priced(here, foreseen), editor.chosen_scenario(here.workspace))
    with headline:
        beside = result.show_headline(early)
    if state.version == 0:
        result.let_it_show()

with cart_column:
    st.subheader("Cart")
    draft = editor.edit(here.workspace, state)
    is_wanted = editor.wants_run()
    editor.edit_json(state, draft)

if foreseen is not None and foreseen != draft:
    st.rerun()
with news:
    share.show_gone()
    show_outcome()
with tools:
    share.offer_sharing(here, draft)
    presenter.offer()
    st.button(
        "Start over",
        icon=":material/restart_alt:",
        on_click=lifecycle.start_over,
        args=(here,),
        help="Bring campaigns, customers and the cart back to how they were.",
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
        view = result.read(here, orders.priced(here, draft), editor.chosen_scenario(here.workspace))
        with headline:
            beside = result.show_headline(view)
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
        clock = here.workspace.clock
        is_frozen = clock.frozen_at is not None
        shown = moment(view.pricing.facts.now, view.pricing.facts.timezone)
        result.show_status(view.answer, f"clock: {shown if is_frozen else 'real time'}")
