"""Log: what exactly was sent and answered, and can I send it again?"""

from __future__ import annotations

import streamlit as st

from sandbox.ui import calls, compare, log, logged_call, resend
from sandbox.ui.visit import visit

here = visit()
opened = st.query_params.get("call")

if opened is None:
    log.show_list(here, log.choose_filters(here))
    st.stop()

st.button("All calls", icon=":material/arrow_back:", key="to-list", on_click=log.close_call)
call = calls.find_call(here, opened)
if call is None:
    st.info(
        "Logs keep the newest calls only, and live ones as long as the browser's tab is open.",
        title="This call is in no log any more",
        icon=":material/history_toggle_off:",
    )
    st.stop()
with st.container(border=True, key="headline"):
    logged_call.show_headline(here, call)
    resend.offer_acts(here, call)
resend.show_resent(call)
bodies_tab, compare_tab = st.tabs(
    ["Request and answer", "Compare with another"], key="log-details", on_change="rerun"
)
if bodies_tab.open:
    with bodies_tab:
        logged_call.show_bodies(call)
if compare_tab.open:
    with compare_tab:
        compare.compare(here, call)
