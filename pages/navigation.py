"""The frame of every page: navigation and what is always in sight."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sandbox.ui import presenter
from sandbox.ui.target_notes import show_target
from sandbox.ui.visit import note_page, visit

# A file of our own: Streamlit would fetch a Material symbol from a font server.
ICON = Path(__file__).parents[1] / "sandbox" / "ui" / "icon.svg"

st.set_page_config(page_title="Promotion sandbox", page_icon=ICON, layout="wide")
here = visit()
is_presenting = presenter.is_on()
if not is_presenting:
    with st.container(horizontal=True, vertical_alignment="center", key="frame"):
        st.markdown("### Promotion sandbox", width="content")
        show_target(here)
        st.badge(
            here.name,
            icon=":material/folder_open:",
            color="gray",
            help="Your own workspace, named in the address. Nobody else sees what you do in it.",
        )
elif here.live is not None:
    show_target(here)
page = st.navigation(
    [
        st.Page(
            "workbench.py",
            title="Workbench",
            icon=":material/shopping_cart:",
            help="What does this customer pay for this cart, and which rules made it so?",
            default=True,
        ),
        st.Page(
            "campaigns.py",
            title="Campaigns",
            icon=":material/campaign:",
            help="What is running, when, in plain words, and which codes are out?",
        ),
        st.Page(
            "customers.py",
            title="Customers",
            icon=":material/group:",
            help="Who is this customer to the rules: attributes, points, history?",
        ),
        st.Page(
            "log.py",
            title="Log",
            icon=":material/receipt_long:",
            help="What exactly was sent and answered, and can I send it again?",
        ),
        st.Page(
            "connect.py",
            title="Connect",
            icon=":material/cable:",
            help="Which target am I on, and how do I point my own code at it?",
        ),
    ],
    position="hidden" if is_presenting else "top",
)
note_page(page.url_path)
page.run()
