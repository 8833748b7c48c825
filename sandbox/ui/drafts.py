"""The cart being edited: rows of the grid, and the draft they make.

The grid's base frame stays what it is while someone edits; edits are read from what the grid
returns. To show another cart, the base is replaced and `version`, part of every widget's key, goes
up. Writing edits back into the base would lose every second one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
from msgspec.structs import replace

from sandbox.engine.model import Cost
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate

COLUMNS = {"name": "str", "quantity": "Int64", "price": "float64", "category": "str", "sku": "str"}


@dataclass(slots=True)
class DraftState:
    """What one visitor is editing.

    `base` is the cart the grid started from, `items` what it holds now. `started` are the other
    widgets' first values. `kept` are fields that only JSON can set. `drawn` says that the widgets
    of this version were on the page.
    """

    version: int
    base: tuple[CartItemUpdate, ...]
    items: tuple[CartItemUpdate, ...]
    started: SessionUpdate
    kept: SessionUpdate = field(default_factory=SessionUpdate)
    drawn: bool = False


def restart(draft: SessionUpdate, version: int) -> DraftState:
    """Return the state that shows a draft from scratch."""
    items = tuple(draft.cart_items or ())
    return DraftState(version, items, items, draft, kept=draft)


def untouched(current: DraftState) -> SessionUpdate:
    """Return what the widgets will hold once they are drawn, before anybody touches them."""
    started = current.started
    items, _ = read_grid(grid_frame(current.base), current.base)
    return replace(
        current.kept,
        profile_id=started.profile_id or "",
        coupon_codes=list(dict.fromkeys(started.coupon_codes or [])),
        cart_items=list(items),
        additional_costs=dict(started.additional_costs or {}),
        attributes=dict(started.attributes or {}),
    )


def scenario_draft(
    scenario: Mapping[str, Any], catalog: Mapping[str, CartItemUpdate]
) -> SessionUpdate:
    """Return a saved cart as a draft; its items name SKUs of the catalog and quantities.

    `attributes`, where it has them, are the session's. What it says beside that (`referralCode`,
    `storeIntegrationId`, `loyaltyCards`, `identifiers`) is the session's too; other keys are for
    whoever shows saved carts: `id`, `title`, `hint` and `group`.
    """
    return SessionUpdate(
        profile_id=scenario["profileId"],
        coupon_codes=list(scenario["couponCodes"]),
        cart_items=[_with_quantity(catalog[sku], count) for sku, count in scenario["items"]],
        additional_costs={
            name: Cost(price=Decimal(price)) for name, price in scenario["additionalCosts"].items()
        },
        attributes=scenario.get("attributes"),
        referral_code=scenario.get("referralCode"),
        store_integration_id=scenario.get("storeIntegrationId"),
        loyalty_cards=scenario.get("loyaltyCards"),
        identifiers=scenario.get("identifiers"),
    )


def with_item(
    items: Iterable[CartItemUpdate], item: CartItemUpdate, quantity: int
) -> list[CartItemUpdate]:
    """Return the cart with so many more of an item; a line of that SKU and price grows."""
    found = False
    grown = []
    for line in items:
        if not found and line.sku == item.sku and line.price == item.price:
            found = True
            grown.append(_with_quantity(line, line.quantity + quantity))
        else:
            grown.append(line)
    return grown if found else [*grown, _with_quantity(item, quantity)]


def grid_frame(items: Iterable[CartItemUpdate]) -> pd.DataFrame:
    """Return cart lines as the frame that the grid edits; numbers are what the grid can hold."""
    rows = [
        {
            "name": item.name or "",
            "quantity": item.quantity,
            "price": None if item.price is None else float(item.price),
            "category": item.category or "",
            "sku": item.sku,
        }
        for item in items
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def read_grid(
    frame: pd.DataFrame, base: tuple[CartItemUpdate, ...]
) -> tuple[tuple[CartItemUpdate, ...], int]:
    """Return the complete lines of an edited grid, and how many rows are still incomplete.

    What a line has beside the grid's columns (attributes, costs) is kept from the base line that it
    was. A row needs an item or a SKU, a quantity and a price.
    """
    items = []
    incomplete = 0
    for index, row in frame.iterrows():
        sku = _text(row["sku"]) or _text(row["name"])
        quantity, price = _whole(row["quantity"]), _decimal(row["price"])
        if not sku and quantity is None and price is None:
            continue
        if not sku or quantity is None or price is None:
            incomplete += 1
            continue
        before = base[index] if isinstance(index, int) and index < len(base) else None
        items.append(
            CartItemUpdate(
                sku=sku,
                quantity=quantity,
                price=_kept_price(price, before),
                name=_text(row["name"]) or None,
                category=_text(row["category"]) or None,
                attributes=before.attributes if before else None,
                additional_costs=before.additional_costs if before else None,
            )
        )
    return tuple(items), incomplete


def _kept_price(price: Decimal, before: CartItemUpdate | None) -> Decimal:
    """Return the exact price of an unedited cell, which the grid only holds as a float."""
    if before is not None and before.price is not None and float(before.price) == float(price):
        return before.price
    return price


def _with_quantity(item: CartItemUpdate, quantity: int) -> CartItemUpdate:
    return CartItemUpdate(
        sku=item.sku,
        quantity=quantity,
        price=item.price,
        name=item.name,
        category=item.category,
        attributes=item.attributes,
        additional_costs=item.additional_costs,
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _decimal(value: Any) -> Decimal | None:
    if value is None or pd.isna(value) or math.isinf(value):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
