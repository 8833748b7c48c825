"""What is to pay, at the foot of the window: in sight however far the forms are scrolled."""

from __future__ import annotations

import streamlit as st

from sandbox.insight.money import money
from sandbox.targets.errors import TargetError
from sandbox.ui.result import View
from sandbox.ui.text import escaped


def show_price_strip(view: View | TargetError) -> None:
    """Show what is to pay and what is saved; or that there is no price."""
    with (
        st.bottom,
        st.container(horizontal=True, vertical_alignment="center", key="price-strip"),
    ):
        if isinstance(view, TargetError):
            st.markdown(":red[:material/error:] No price", width="content")
            return
        totals, currency = view.totals, view.pricing.facts.currency
        st.markdown(f"To pay **{escaped(money(totals.pays, currency))}**", width="content")
        if totals.discount:
            saved = escaped(money(totals.discount, currency))
            st.markdown(f":green[{saved} saved]", width="content")
