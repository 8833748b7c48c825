"""Cart lines as units: what filters select and what per-item effects address.

Source: reference/engine/06-cart-items-bundles-catalogs.md, section 6.2. A unit is addressed by its
line's position and its place within the line, both from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from sandbox.engine.model import CartItem

# Position of the line, and place within it; None where lines are not flattened.
Address: TypeAlias = tuple[int, int | None]


class Unit(msgspec.Struct, frozen=True, gc=False):
    """One unit of a line; without flattening the whole line, and `sub_position` is None.

    `mapped` is the value that a value map gave it, if it came through one.

    The garbage collector need not look at units: they refer to nothing that could refer back.
    """

    item: CartItem
    position: int
    sub_position: int | None
    quantity: int
    mapped: Decimal | None = None

    @property
    def address(self) -> Address:
        return self.position, self.sub_position

    @property
    def amount(self) -> Decimal:
        """The price of all pieces of this unit: of one, or of an unflattened line's quantity."""
        return self.item.price * self.quantity


def units_of(cart_items: Sequence[CartItem], flatten: bool) -> list[Unit]:
    """Return the units of a cart in line order, then unit order; returned units are left out."""
    if not flatten:
        return [
            Unit(item, item.position, None, item.remaining_quantity)
            for item in cart_items
            if item.remaining_quantity
        ]
    return [
        Unit(item, item.position, sub_position, 1)
        for item in cart_items
        for sub_position in range(item.returned_quantity, item.quantity)
    ]
