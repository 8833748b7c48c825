"""Campaigns: what is running, when, in plain words — and its codes."""

from __future__ import annotations

import streamlit as st

from sandbox.targets.campaigns import Campaigns
from sandbox.targets.coupons import Coupons
from sandbox.targets.errors import TargetError
from sandbox.ui import campaigns as parts
from sandbox.ui.acts import show_outcome
from sandbox.ui.coupons import CODES, TABS, CouponTools, open_wanted_tab
from sandbox.ui.failures import show_failure
from sandbox.ui.target_notes import show_read_only
from sandbox.ui.visit import visit

here = visit()
application = here.application
campaigns = Campaigns(here.connection, application.id)
if not here.can_manage:
    parts.show_no_key()
    st.stop()

try:
    listed = campaigns.listed()
    show_outcome()
    if not listed:
        parts.show_no_campaigns()
        st.stop()
    list_column, campaign_column = st.columns([4, 7], gap="medium")
    with list_column:
        chosen = parts.choose(listed, application.timezone, application.currency)
    if chosen is None:
        st.stop()
    with campaign_column:
        with st.container(border=True, key="headline"):
            parts.show_campaign(chosen, application.timezone, application.currency)
            parts.show_rules(here, campaigns, chosen)
        coupons = Coupons(here.connection, application.id, chosen["id"])
        show_read_only(here, "What makes or changes codes and campaigns")
        tools = CouponTools(here, coupons, chosen)
        open_wanted_tab()
        codes_tab, create_tab, import_tab, export_tab, settings_tab = st.tabs(
            [CODES, "Create codes", "Import", "Export", "Schedule"],
            key=TABS,
            on_change="rerun",
        )
    if codes_tab.open:
        with codes_tab:
            tools.search()
    if create_tab.open:
        with create_tab:
            tools.create()
    if import_tab.open:
        with import_tab:
            tools.import_file()
    if export_tab.open:
        with export_tab:
            tools.export_file()
    if settings_tab.open:
        with settings_tab:
            parts.edit_campaign(here, campaigns, chosen)
except TargetError as error:
    show_failure(error)
