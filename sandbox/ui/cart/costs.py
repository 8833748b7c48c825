"""Additional costs, of the session or of one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from sandbox.engine.definitions import AdditionalCost
from sandbox.engine.model import Cost
from sandbox.insight.money import price_format
from sandbox.ui.amounts import amount_input
from sandbox.ui.cart.offers import Offers
from sandbox.ui.drafts import DraftState
from sandbox.ui.text import escaped


def choose_costs(offers: Offers, current: DraftState) -> dict[str, Cost]:
    """Show the session's additional costs; those that are not defined stay as JSON set them."""
    before = current.started.additional_costs or {}
    return cost_inputs(offers.session_costs, before, offers.currency, f"{current.version}")


def cost_inputs(
    definitions: Sequence[AdditionalCost], before: Mapping[str, Cost], currency: str, key: str
) -> dict[str, Cost]:
    """Show a widget for each cost and return what they hold, with the costs that have none."""
    shown = {definition.name for definition in definitions}
    costs = {name: cost for name, cost in before.items() if name not in shown}
    if not definitions:
        return costs
    with st.container(horizontal=True):
        for definition in definitions:
            cost = before.get(definition.name)
            price = amount_input(
                escaped(definition.title or definition.name),
                None if cost is None else cost.price,
                min_value=0.0,
                step=1.0,
                format=price_format(currency),
                placeholder="none",
                key=f"cost-{definition.name}-{key}",
                width=150,
            )
            if price is not None:
                costs[definition.name] = Cost(price=price)
    return costs
