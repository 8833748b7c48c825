"""Session totals before discounts, without what was returned (decision S130).

Source: reference/engine/05-discount-math.md, section 5.1; costs of an item count once per unit
(decision A42).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from sandbox.engine.model import CartItem, Cost
from sandbox.numbers import ZERO, plain


class Totals(NamedTuple):
    """Sums of one session in the Application's currency, before discounts."""

    total: Decimal
    cart_item_total: Decimal
    additional_cost_total: Decimal
    cart_item_additional_cost_total: Decimal


def session_totals(cart_items: Iterable[CartItem], additional_costs: Mapping[str, Cost]) -> Totals:
    """Add up a cart and the session's own additional costs."""
    items = item_costs = ZERO
    for item in cart_items:
        items += item.price * item.remaining_quantity
        if item.additional_costs:
            item_costs += item.remaining_quantity * _sum(item.additional_costs)
    session_costs = _sum(additional_costs)
    return Totals(
        total=plain(items + item_costs + session_costs),
        cart_item_total=plain(items),
        additional_cost_total=plain(session_costs),
        cart_item_additional_cost_total=plain(item_costs),
    )


def _sum(costs: Mapping[str, Cost]) -> Decimal:
    return sum((cost.price for cost in costs.values()), ZERO)
