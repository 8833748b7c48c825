"""Customers: who is this customer to the rules — attributes, points, history?"""

from __future__ import annotations

import streamlit as st

from sandbox.targets.customers import Customers
from sandbox.targets.errors import TargetError
from sandbox.ui import customer_choice, customer_edits
from sandbox.ui import customers as parts
from sandbox.ui.acts import show_outcome
from sandbox.ui.failures import show_failure
from sandbox.ui.target_notes import show_read_only
from sandbox.ui.visit import visit

here = visit()
application = here.application
customers = Customers(here.connection, application.id)

try:
    profile_id = customer_choice.choose(here, customer_choice.first_customers(here, customers))
    if not profile_id:
        customer_choice.show_nobody()
        st.stop()
    editing = customer_edits.Editing(here, customers, profile_id)
    inventory = customers.inventory(profile_id)
    show_outcome()
    if inventory is None:
        customer_edits.show_new_customer(editing)
        st.stop()
    with st.container(border=True, key="headline"):
        parts.show_headline(here, profile_id, inventory)
        parts.offer_workbench(here, profile_id)

    edits, history = st.columns([4, 7], gap="medium")
    with edits:
        st.subheader("Try a change")
        if here.live is None:
            st.caption("Each edit is stored in your workspace, and the cart above is priced anew.")
        show_read_only(here, "What changes a customer")
        profile = inventory["profile"]
        customer_edits.edit_attributes(here, editing, profile.get("attributes") or {})
        if here.can_manage:
            memberships = profile.get("audienceMemberships") or []
            customer_edits.edit_audiences(editing, customers.audiences(), memberships)
            customer_edits.edit_points(editing, application.programs)
        else:
            st.caption("Audiences and points are edited with a Management API key.")
    with history:
        sessions_tab, points_tab, achievements_tab, coupons_tab = st.tabs(
            ["Sessions", "Points", "Achievements", "Coupons"],
            key="customer-details",
            on_change="rerun",
        )
        if sessions_tab.open:
            with sessions_tab:
                if here.can_manage:
                    sessions = customers.sessions(profile_id)
                    parts.show_sessions(sessions, application.currency, application.timezone)
                else:
                    st.caption("Sessions are read with a Management API key.")
        if points_tab.open:
            with points_tab:
                parts.show_points(editing, inventory, application.timezone)
        if achievements_tab.open:
            with achievements_tab:
                parts.show_achievements(customers.achievements(profile_id), application.timezone)
        if coupons_tab.open:
            with coupons_tab:
                parts.show_coupons(inventory, application.currency, application.timezone)
                customer_edits.edit_reservations(editing)
except TargetError as error:
    show_failure(error)
