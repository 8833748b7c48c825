"""What can be done with a cart or an order, and what the last act changed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from sandbox.insight.effect_words import effect_words
from sandbox.insight.frames import counted_frame
from sandbox.ui import editor, last_run, orders, sessions
from sandbox.ui.orders import Order
from sandbox.ui.result import View
from sandbox.ui.tables import show_table
from sandbox.ui.text import bullets, code, escaped
from sandbox.ui.visit import Visit

# A grid sends an edit this late, with a reserve.
SETTLING = 0.4
_PLACING = "placing"
_TITLES = {
    "placed": ("is placed", ":material/shopping_bag:"),
    "returned": ("has items returned", ":material/assignment_return:"),
    "cancelled": ("is cancelled", ":material/cancel:"),
    "reopened": ("is open again", ":material/lock_open:"),
}


def is_placing() -> bool:
    """Tell, once, whether the visitor has just asked to place the order."""
    return bool(st.session_state.pop(_PLACING, False))


def offer_order(here: Visit, view: View, *, placing: bool) -> None:
    """Offer to place the order; place it when the visitor has asked for it."""
    st.button(
        "Place the order",
        icon=":material/shopping_bag:",
        type="primary",
        key="place",
        on_click=_ask_to_place,
        disabled=here.live is not None,
        help="Closes the session in your own workspace: codes, points and budgets are counted."
        if here.live is None
        else "Orders are placed in your own workspace only. The Connect page leads back to it.",
    )
    if placing and here.live is None:
        # A cell that was left with this very click is sent a moment later, and this run is ended
        # for one that knows it; that one places the order.
        _ask_to_place()
        time.sleep(SETTLING)
        st.empty()
        del st.session_state[_PLACING]
        orders.place(here, view.pricing, view.answer)
        st.rerun()


def _ask_to_place() -> None:
    st.session_state[_PLACING] = True


def show_order(here: Visit, order: Order) -> None:
    """Show what the last act did and changed, and what can be done next."""
    words, icon = _TITLES[order.last_act]
    st.markdown(f"{icon} **Order** {code(order.id)} **{words}**")
    _show_counted(order)
    if order.last_act != "placed":
        _show_effects(order)
    if order.state != "open":
        _offer_acts(here, order)


def start_over(here: Visit) -> None:
    """Reset the workspace, and begin with the first saved cart and the first session."""
    forget()
    editor.start_over(here)


def forget() -> None:
    """Forget the orders and the answers of what the workspace was."""
    orders.forget()
    sessions.forget()
    last_run.forget()


def _show_counted(order: Order) -> None:
    counted = order.done.counted
    if counted is None:
        st.caption("What this changed cannot be read from here.")
    elif not counted:
        st.caption("Nothing is counted differently now.")
    else:
        show_table(counted_frame(counted), "Counters before and after the last act")


def _show_effects(order: Order) -> None:
    """Say what the last act gave and took back."""
    effects = order.done.answer.content.get("effects") or []
    facts = order.pricing.facts
    lines = [
        escaped(effect_words(effect["effectType"], effect["props"], facts)) for effect in effects
    ]
    if lines:
        st.markdown(bullets(lines, "more, in the history"))


def _offer_acts(here: Visit, order: Order) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="next-steps"):
        st.button(
            "Start a new order",
            icon=":material/add_shopping_cart:",
            type="primary",
            key="new-order",
            on_click=orders.forget,
            help="The same cart, in a session of its own.",
        )
        if order.state in ("closed", "partially_returned"):
            _offer_return(here, order)
            st.button(
                "Cancel the order",
                icon=":material/cancel:",
                key="cancel",
                on_click=orders.cancel,
                args=(here, order),
                help="Takes back what the order counted.",
            )
        if order.state == "closed":
            st.button(
                "Reopen it",
                icon=":material/lock_open:",
                key="reopen",
                on_click=orders.reopen,
                args=(here, order),
                help="Makes it a cart again, to change and place it anew.",
            )


def _offer_return(here: Visit, order: Order) -> None:
    """Offer to return what is left of each line."""
    lines = {
        position: item
        for position, item in enumerate(order.session["cartItems"])
        if item["remainingQuantity"] > 0
    }
    if not lines:
        st.caption("Everything has been returned.")
        return
    with st.popover(
        "Return items", icon=":material/assignment_return:", key="return", on_change="rerun"
    ) as box:
        if not box.open:
            return
        chosen = st.multiselect(
            "What comes back",
            list(lines),
            format_func=lambda position: _label(lines[position]),
            placeholder="Choose lines",
            key=f"return-lines-{order.id}",
        )
        quantities = {
            position: int(
                st.number_input(
                    f"How many: {escaped(_name(lines[position]))}",
                    min_value=1,
                    max_value=lines[position]["remainingQuantity"],
                    value=lines[position]["remainingQuantity"],
                    key=f"return-{order.id}-{position}",
                )
            )
            for position in chosen
        }
        st.button(
            "Return these",
            type="primary",
            disabled=not quantities,
            key="return-these",
            on_click=orders.return_items,
            args=(here, order, quantities),
        )


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("name") or item["sku"])


def _label(item: Mapping[str, Any]) -> str:
    left = item["remainingQuantity"]
    return f"{_name(item)} ({left})" if left > 1 else _name(item)
