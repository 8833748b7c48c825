"""The presenter view: one saved cart after the other, and nothing that an audience need not see."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sandbox.insight.money import money
from sandbox.insight.totals import Totals
from sandbox.targets.errors import TargetError
from sandbox.ui import editor, result
from sandbox.ui.cart import saved_carts, state
from sandbox.ui.cart.address import follow_address
from sandbox.ui.cart.offers import Offers
from sandbox.ui.orders import priced
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit

_PRESENT = "present"


def is_on() -> bool:
    """Tell whether the visitor presents; the address says so."""
    return st.query_params.get(_PRESENT) == "1"


def offer() -> None:
    """Offer to present."""
    st.button(
        "Present",
        icon=":material/slideshow:",
        key="present",
        on_click=_begin,
        help="Shows the price large and hides the rest; arrow keys go from cart to cart.",
    )


def show(here: Visit) -> None:
    """Show the present cart to an audience, and lead from one saved cart to the next."""
    draft = editor.presented(editor.shown_draft(here))
    if follow_address(here, draft):
        st.rerun()
    offers, chosen = Offers(here), state.saved_cart()
    scenarios = {one["id"]: one for one in saved_carts.offered(offers)}
    _offer_steps(offers, list(scenarios), chosen)
    scenario = scenarios.get(chosen or "")
    with st.container(key="presented", gap="small"):
        st.header(escaped(scenario["title"] if scenario else "This cart"), anchor=False)
        if scenario:
            st.markdown(escaped(scenario["hint"]))
        if not draft.cart_items:
            st.info("The cart is empty.", icon=":material/shopping_cart:")
            return
        view = result.read(here, priced(here, draft), chosen)
        if isinstance(view, TargetError):
            result.show_refusal(view)
            return
        currency = view.pricing.facts.currency
        _show_price(view.totals, currency)
        result.show_verdicts(view)
        result.show_notifications(view)
        result.show_rows(view.totals, currency)


def _show_price(totals: Totals, currency: str) -> None:
    st.title(f":primary[{escaped(money(totals.pays, currency))}]", anchor=False)
    if totals.discount:
        st.subheader(
            f"instead of ~~{escaped(money(totals.price, currency))}~~, "
            f"{escaped(money(totals.discount, currency))} less ({totals.percent} %)",
            anchor=False,
        )


def _offer_steps(offers: Offers, ids: Sequence[str], chosen: str | None) -> None:
    if not ids:
        _offer_leaving()
        return
    at = ids.index(chosen) if chosen in ids else -1
    with st.container(horizontal=True, vertical_alignment="center", key="steps"):
        st.button(
            "Previous",
            icon=":material/arrow_back:",
            key="previous-cart",
            shortcut="Left",
            on_click=_step,
            args=(offers, ids[max(at, 0) - 1]),
        )
        st.markdown(f"{at + 1} of {len(ids)}" if at >= 0 else "", width="content")
        st.button(
            "Next",
            icon=":material/arrow_forward:",
            key="next-cart",
            shortcut="Right",
            on_click=_step,
            args=(offers, ids[(at + 1) % len(ids)]),
        )
        _offer_leaving()


def _step(offers: Offers, scenario_id: str) -> None:
    saved_carts.show(offers, scenario_id)


def _offer_leaving() -> None:
    st.button("Leave", icon=":material/close:", key="leave", shortcut="Esc", on_click=_leave)


def _begin() -> None:
    st.query_params[_PRESENT] = "1"


def _leave() -> None:
    """Go back to the whole page; its widgets have forgotten meanwhile what they held."""
    del st.query_params[_PRESENT]
    state.come_back()
