"""Connect: which target am I on, and how do I point my own code at it?"""

from __future__ import annotations

import streamlit as st

from sandbox.ui import connect as parts
from sandbox.ui.visit import visit

here = visit()

with st.container(border=True, key="headline"):
    parts.show_target(here)
st.subheader("Point your own code here")
st.caption("The cart of the Workbench as a dry run. Paste it, run it, and see the same effects.")
parts.show_snippets(here)
st.subheader("Keys of this workspace")
parts.show_keys(here)
st.subheader("What is emulated")
parts.show_coverage()
