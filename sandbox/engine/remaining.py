"""What earlier discounts left over, for Applications with cascading discounts.

Source: reference/engine/05-discount-math.md, sections 5.3 and 5.4; decisions E4, E21 to E23, S161.
Discounts on `itemTotal` lower the price of a unit only once its additional costs are used up.

A discount takes from everything that it is part of: one on a unit's price from that price, from the
price of the cart, and from the session total. It can take what all of them have left.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from sandbox.engine.definitions import DiscountScope, ItemDiscountScope
from sandbox.engine.ledger import Ledger
from sandbox.engine.model import CustomerSession
from sandbox.engine.no_session import NoSession
from sandbox.engine.units import Unit
from sandbox.numbers import ZERO, divide

# Ledger keys of this module; units and costs add their address.
_ALL = "discounts"
_ITEMS = "discounts on item prices"
_CART = "discounts with scope cartItems"
_COSTS = "discounts on additional costs"


class Remaining(msgspec.Struct, frozen=True):
    """Reads and writes, in the evaluation's ledger, what discounts have taken."""

    _ledger: Ledger
    _session: CustomerSession | NoSession

    def session_total(self) -> Decimal:
        """The session total minus every discount so far."""
        return self._session.total - self._ledger.amount(_ALL)

    def discounted_cart_total(self) -> Decimal:
        """Item prices minus item discounts so far."""
        return self._session.cart_item_total - self._ledger.amount(_ITEMS)

    def cart_total(self) -> Decimal:
        """Item prices minus item discounts and discounts with scope cartItems."""
        return self.discounted_cart_total() - self._ledger.amount(_CART)

    def additional_costs(self) -> Decimal:
        """All additional costs, of session and items, minus discounts on them."""
        session = self._session
        costs = session.additional_cost_total + session.cart_item_additional_cost_total
        return costs - self._ledger.amount(_COSTS)

    def of_scope(self, scope: DiscountScope) -> Decimal:
        """What a discount on the session can take."""
        match scope:
            case "sessionTotal":
                return self.session_total()
            case "cartItems":
                return min(self.session_total(), self.cart_total())
            case "additionalCosts":
                return min(self.session_total(), self.additional_costs())

    def of_units(self, units: Iterable[Unit], scope: ItemDiscountScope) -> Decimal:
        """What discounts on these units can take, all together."""
        price = costs = ZERO
        for unit in units:
            price += self.unit_amount(unit)
            costs += self.unit_costs(unit)
        return min(self.session_total(), self._pooled(price, costs, scope))

    def lacks(self, units: Iterable[Unit], scope: ItemDiscountScope) -> bool:
        """Tell whether only the session has nothing left for these units (decision S161)."""
        units = list(units)
        own = sum([self.of_unit(unit, scope) for unit in units], ZERO)
        return self.of_units(units, scope) <= ZERO < own

    def _pooled(self, price: Decimal, costs: Decimal, scope: ItemDiscountScope) -> Decimal:
        """Return what all items and all costs leave of prices and costs of units."""
        match scope:
            case "price":
                return min(price, self.cart_total())
            case "additionalCosts":
                return min(costs, self.additional_costs())
            case "itemTotal":
                return min(price, self.cart_total()) + min(costs, self.additional_costs())

    def price(self, unit: Unit) -> Decimal:
        """The price of one piece minus item discounts so far."""
        left = self.unit_amount(unit)
        return left if unit.quantity == 1 else divide(left, Decimal(unit.quantity))

    def unit_amount(self, unit: Unit) -> Decimal:
        """The price of the whole unit minus item discounts so far."""
        return unit.amount - self._ledger.amount(("price", unit.position, unit.sub_position))

    def unit_costs(self, unit: Unit) -> Decimal:
        costs = sum((cost.price for cost in unit.item.additional_costs.values()), ZERO)
        return costs * unit.quantity - self._ledger.amount(
            ("costs", unit.position, unit.sub_position)
        )

    def of_unit(self, unit: Unit, scope: ItemDiscountScope) -> Decimal:
        """What the unit itself has left."""
        match scope:
            case "price":
                return self.unit_amount(unit)
            case "additionalCosts":
                return self.unit_costs(unit)
            case "itemTotal":
                return self.unit_amount(unit) + self.unit_costs(unit)

    def weight(self, unit: Unit, scope: ItemDiscountScope) -> Decimal:
        """What a pro rata discount shares by: what the unit has left (decision E4).

        Of its total, only what prices and costs can be discounted by.
        """
        if scope == "itemTotal":
            return self._pooled(self.unit_amount(unit), self.unit_costs(unit), scope)
        return self.of_unit(unit, scope)

    def cost(self, name: str) -> Decimal:
        """What a discount on one additional cost of the session can take."""
        cost = self._session.additional_costs.get(name)
        left = (cost.price if cost else ZERO) - self._ledger.amount(("cost", name))
        return min(left, self.of_scope("additionalCosts"))

    def unit_cost(self, unit: Unit, name: str) -> Decimal:
        """What a discount on one additional cost of a unit can take from the unit."""
        amount = unit.item.additional_costs[name].price * unit.quantity
        left = amount - self._ledger.amount(("cost", name, unit.position, unit.sub_position))
        return min(left, self.unit_costs(unit))

    def take_from_session(self, scope: DiscountScope, amount: Decimal) -> None:
        self._ledger.add(_ALL, amount)
        if scope == "cartItems":
            self._ledger.add(_CART, amount)
        elif scope == "additionalCosts":
            self._ledger.add(_COSTS, amount)

    def take_from_unit(self, unit: Unit, scope: ItemDiscountScope, amount: Decimal) -> None:
        from_costs, from_price = ZERO, amount
        if scope == "additionalCosts":
            from_costs, from_price = amount, ZERO
        elif scope == "itemTotal":
            from_costs = min(amount, self.unit_costs(unit), self.additional_costs())
            # What other shares of the same discount took from both only lowers the session total.
            from_price = min(amount - from_costs, self.unit_amount(unit), self.cart_total())
        self._ledger.add(_ALL, amount)
        if from_costs:
            self._ledger.add(_COSTS, from_costs)
            self._ledger.add(("costs", unit.position, unit.sub_position), from_costs)
        if from_price:
            self._ledger.add(_ITEMS, from_price)
            self._ledger.add(("price", unit.position, unit.sub_position), from_price)

    def take_from_cost(self, name: str, amount: Decimal) -> None:
        self._ledger.add(_ALL, amount)
        self._ledger.add(_COSTS, amount)
        self._ledger.add(("cost", name), amount)

    def take_from_unit_cost(self, unit: Unit, name: str, amount: Decimal) -> None:
        self.take_from_unit(unit, "additionalCosts", amount)
        self._ledger.add(("cost", name, unit.position, unit.sub_position), amount)
