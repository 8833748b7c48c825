"""Which units a return means, and the session that is left without them. Pure.

Source: reference/api/02-session-lifecycle.md, section 2.6; decisions A15 to A18, A21, S130.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from sandbox.engine.model import CartItem, CustomerSession
from sandbox.engine.returns import ReturnedLine
from sandbox.engine.totals import session_totals
from sandbox.errors import Fault, Refused
from sandbox.numbers import ZERO, plain
from sandbox.workspace.updates import ItemToReturn

POINTER = "/return/returnedCartItems"


def returned_lines(
    cart_items: Sequence[CartItem], wanted: Sequence[ItemToReturn]
) -> list[ReturnedLine]:
    """Return the units that come back, line by line; raises Refused with every fault.

    Lines that have the same SKU give in order, each its first units that are still there.
    """
    left = {item.position: item.remaining_quantity for item in cart_items}
    given = dict.fromkeys(left, 0)
    faults: list[Fault] = []
    for index, one in enumerate(wanted):
        pointer = f"{POINTER}/{index}"
        items = _meant(cart_items, one, pointer, faults)
        if not items:
            continue
        remaining = sum(left[item.position] for item in items)
        missing = remaining if one.quantity is None else one.quantity
        if missing > remaining or not remaining:
            details = f"Only {remaining} of these units are left to return"
            faults.append(Fault("Too many", details, f"{pointer}/quantity"))
            continue
        for item in items:
            taken = min(missing, left[item.position])
            left[item.position] -= taken
            given[item.position] += taken
            missing -= taken
    if not wanted:
        faults.append(Fault("Missing", "A return names at least one item", POINTER))
    if faults:
        raise Refused(faults)
    return [
        ReturnedLine(
            item.position, item.returned_quantity, given[item.position], item.remaining_quantity
        )
        for item in cart_items
        if given[item.position]
    ]


def _meant(
    cart_items: Iterable[CartItem], one: ItemToReturn, pointer: str, faults: list[Fault]
) -> list[CartItem]:
    """Return the lines that an entry may mean; none, and a fault, if it means nothing."""
    if one.position is None and one.sku is None:
        faults.append(Fault("Missing", "“position” or “sku” is required", pointer))
        return []
    items = [item for item in cart_items if one.position in (None, item.position)]
    if not items:
        details = f"The cart has no item at position {one.position}"
        faults.append(Fault("Unknown", details, f"{pointer}/position"))
        return []
    items = [item for item in items if one.sku in (None, item.sku)]
    if not items:
        where = "" if one.position is None else f" at position {one.position}"
        details = f"The cart has no item “{one.sku}”{where}"
        faults.append(Fault("Unknown", details, f"{pointer}/sku"))
    return items


def value_of(cart_items: Iterable[CartItem], lines: Iterable[ReturnedLine]) -> Decimal:
    """Return what returned units cost, their own additional costs included (decision A21)."""
    by_position = {item.position: item for item in cart_items}
    total = ZERO
    for line in lines:
        item = by_position[line.position]
        costs = sum((cost.price for cost in item.additional_costs.values()), ZERO)
        total += (item.price + costs) * line.quantity
    return plain(total)


def without(
    session: CustomerSession, lines: Iterable[ReturnedLine], now: datetime
) -> CustomerSession:
    """Return the session after these units came back."""
    quantities = {line.position: line.quantity for line in lines}
    items = [_less(item, quantities.get(item.position, 0)) for item in session.cart_items]
    return replace(
        session,
        state="partially_returned",
        cart_items=items,
        update_count=session.update_count + 1,
        updated=now,
        **session_totals(items, session.additional_costs)._asdict(),
    )


def _less(item: CartItem, quantity: int) -> CartItem:
    if not quantity:
        return item
    return replace(
        item,
        returned_quantity=item.returned_quantity + quantity,
        remaining_quantity=item.remaining_quantity - quantity,
    )
