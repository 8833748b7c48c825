"""Connect: which target am I on, and how do I point my own code at it?"""

from __future__ import annotations

import streamlit as st

from sandbox.ui import connect as parts
from sandbox.ui.deployments import show_lock, show_targets
from sandbox.ui.target_notes import show_gaps
from sandbox.ui.visit import visit

here = visit()

with st.container(border=True, key="headline"):
    parts.show_target(here)
    show_gaps(here, here.application.gaps)
show_lock(here)
st.subheader("Point your own code here")
st.caption("The cart of the Workbench as a dry run. Paste it, run it, and see the same effects.")
parts.show_snippets(here)
st.subheader("Targets")
show_targets(here)
if here.live is None:
    parts.show_keys(here)
st.subheader("What is emulated")
parts.show_coverage()
st.subheader("What is not faithful")
parts.show_unfaithful()
