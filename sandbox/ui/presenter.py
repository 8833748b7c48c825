"""The presenter view: one saved cart after the other, and nothing that an audience need not see."""

from __future__ import annotations

import streamlit as st

from sandbox.insight.money import money
from sandbox.insight.totals import Totals
from sandbox.targets.errors import TargetError
from sandbox.ui import editor, result
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
    current = editor.state(here.workspace)
    draft = editor.presented(current)
    chosen = editor.chosen_scenario(here.workspace)
    _offer_steps(here, chosen)
    scenario = editor.scenarios(here.workspace).get(chosen or "")
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


def _offer_steps(here: Visit, chosen: str | None) -> None:
    ids = list(editor.scenarios(here.workspace))
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
            on_click=editor.show_scenario,
            args=(here.workspace, ids[max(at, 0) - 1]),
        )
        st.markdown(f"{at + 1} of {len(ids)}" if at >= 0 else "", width="content")
        st.button(
            "Next",
            icon=":material/arrow_forward:",
            key="next-cart",
            shortcut="Right",
            on_click=editor.show_scenario,
            args=(here.workspace, ids[(at + 1) % len(ids)]),
        )
        _offer_leaving()


def _offer_leaving() -> None:
    st.button("Leave", icon=":material/close:", key="leave", shortcut="Esc", on_click=_leave)


def _begin() -> None:
    st.query_params[_PRESENT] = "1"


def _leave() -> None:
    """Go back to the whole page; its widgets have forgotten meanwhile what they held."""
    del st.query_params[_PRESENT]
    editor.reappear()
