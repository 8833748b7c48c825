"""The smallest Streamlit page that can rerun: what the Workbench is measured against."""

from __future__ import annotations

import streamlit as st

st.session_state.setdefault("number", 0)
if st.button("again"):
    st.session_state.number += 1
st.write(f"empty page {st.session_state.number}")
