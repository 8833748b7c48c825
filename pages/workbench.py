"""Workbench: what does this customer pay for this cart, and which rules made it so?"""

from __future__ import annotations

import streamlit as st

from sandbox.insight.money import moment
from sandbox.insight.totals import compute_totals
from sandbox.insight.verdicts import verdicts
from sandbox.targets.errors import TargetError
from sandbox.ui import editor, result
from sandbox.ui.visit import facts as facts_of
from sandbox.ui.visit import visit

here = visit()
state = editor.state(here.workspace)

with st.container(horizontal=True, horizontal_alignment="distribute", key="top"):
    editor.choose_scenario(here.workspace)
    st.button(
        "Start over",
        icon=":material/restart_alt:",
        on_click=editor.start_over,
        args=(here,),
        help="Bring campaigns, customers and the cart back to how they were.",
    )
editor.show_hint()
headline = st.container(border=True, key="headline")
cart_column, result_column = st.columns([5, 6], gap="medium")

with cart_column:
    st.subheader("Cart")
    draft = editor.edit(here.workspace, state)
    is_wanted = editor.wants_run()
    editor.edit_json(state, draft)

if not draft.cart_items and is_wanted:
    with headline:
        st.info(
            "Add a product to see what it costs and which campaigns apply.",
            title="The cart is empty",
            icon=":material/add_shopping_cart:",
        )
elif is_wanted:
    session_id = f"{here.name}-1"
    facts = facts_of(here.workspace, draft.coupon_codes or [])
    try:
        answer = here.target.preview_session(session_id, draft)
    except TargetError as error:
        with headline:
            result.show_refusal(error)
    else:
        effects = answer.content["effects"]
        totals = compute_totals(
            answer.content["customerSession"], effects, facts.currency, facts.cost_titles
        )
        with headline:
            result.show_price(totals, facts.currency)
            result.show_verdicts(verdicts(draft.coupon_codes or [], effects, facts))
            result.show_notifications(effects)
        with result_column:
            st.subheader("What the customer pays")
            result.show_lines(totals, facts.currency)
            result.show_details(answer, facts, here.target.host, session_id, here.integration_key)
        clock = here.workspace.clock
        shown = moment(facts.now, facts.timezone) if clock.frozen_at else "real time"
        result.show_status(answer, f"clock: {shown}")
else:
    with headline:
        st.info("Press “Dry run” to see the price.", icon=":material/play_arrow:")
