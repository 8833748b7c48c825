"""What a line has beside the grid's columns: its attributes and its costs, one line at a time."""

from __future__ import annotations

from typing import Any

import streamlit as st
from msgspec.structs import replace

from sandbox.ui.attributes import attribute_inputs
from sandbox.ui.cart import state
from sandbox.ui.cart.costs import cost_inputs
from sandbox.ui.cart.offers import Offers
from sandbox.ui.cart.sections import section
from sandbox.ui.drafts import DraftState, Line
from sandbox.workspace.updates import CartItemUpdate


def edit_lines(offers: Offers, current: DraftState) -> None:
    """Offer the attributes and costs of a chosen line, where the Application has any for lines.

    What is entered goes into the base that the grid started from, which the grid does not show; a
    row that is new in the grid has no base yet, so the cart is shown anew with it.
    """
    attributes, costs = offers.attributes("CartItem"), offers.line_costs
    if not current.lines or not (attributes or costs):
        return
    with section("Attributes and costs of a line", ":material/tune:", "lines") as box:
        if not box.open:
            return
        place = st.selectbox(
            "Line",
            range(len(current.lines)),
            format_func=lambda place: _label(place, current.lines[place]),
            key=f"line-{current.version}",
        )
        chosen = current.lines[min(int(place or 0), len(current.lines) - 1)]
        key = f"line-{current.version}-{chosen.row}"
        before = dict(chosen.item.attributes or {})
        entered = attribute_inputs(attributes, before, f"{key}-attribute", offers.timezone)
        priced = cost_inputs(costs, chosen.item.additional_costs or {}, offers.currency, key)
        item = replace(
            chosen.item,
            attributes=entered or _nothing(chosen.item.attributes),
            additional_costs=priced or _nothing(chosen.item.additional_costs),
        )
    if item != chosen.item:
        _put(current, chosen, item)


def _label(place: int, line: Line) -> str:
    return f"{place + 1}. {line.item.name or line.item.sku}"


def _nothing(before: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what says that a line has none any more, or that nothing was ever said."""
    return None if before is None else {}


def _put(current: DraftState, chosen: Line, item: CartItemUpdate) -> None:
    current.lines = tuple(
        line._replace(item=item) if line.row == chosen.row else line for line in current.lines
    )
    if chosen.row < len(current.base):
        base = list(current.base)
        base[chosen.row] = replace(
            base[chosen.row], attributes=item.attributes, additional_costs=item.additional_costs
        )
        current.base = tuple(base)
        return
    items = [line.item for line in current.lines]
    state.grow(replace(state.entered(current), cart_items=items))
    place = next(place for place, line in enumerate(current.lines) if line.row == chosen.row)
    st.session_state[f"line-{current.version + 1}"] = place
    st.rerun()
