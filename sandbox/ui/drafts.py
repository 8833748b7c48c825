"""The cart being edited: rows of the grid, and the draft they make.

The grid's base frame stays what it is while someone edits; edits are read from what the grid
returns. To show another cart, the base is replaced and `version`, part of every widget's key, goes
up. Writing edits back into the base would lose every second one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
from msgspec.structs import replace

from sandbox.numbers import number_in
from sandbox.ui.amounts import entered_amount, shown_amount
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate

COLUMNS = {"name": "str", "quantity": "Int64", "price": "float64", "category": "str", "sku": "str"}


@dataclass(slots=True)
class DraftState:
    """What one visitor is editing.

    `base` is the cart the grid started from, `lines` what it holds now. `started` are the other
    widgets' first values, and what no widget has. `is_saved` says that it is a saved cart, as it
    was saved; `first` is what the widgets held when they were first drawn, None until then.
    """

    version: int
    base: tuple[CartItemUpdate, ...]
    started: SessionUpdate
    is_saved: bool = False
    lines: tuple[Line, ...] = ()
    first: SessionUpdate | None = None


class Line(NamedTuple):
    """A complete line of the grid, and its row in the grid, which deleting others leaves as is."""

    row: int
    item: CartItemUpdate


def restart(draft: SessionUpdate, version: int, *, is_saved: bool = False) -> DraftState:
    """Return the state that shows a draft from scratch."""
    return DraftState(version, tuple(draft.cart_items or ()), draft, is_saved)


def untouched(current: DraftState) -> SessionUpdate:
    """Return what the widgets will hold once they are drawn, before anybody touches them."""
    started = current.started
    lines, _ = read_grid(grid_frame(current.base), current.base)
    return replace(
        started,
        profile_id=started.profile_id or "",
        coupon_codes=list(dict.fromkeys(started.coupon_codes or [])),
        cart_items=[line.item for line in lines],
        additional_costs=dict(started.additional_costs or {}),
        attributes=dict(started.attributes or {}),
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
            grown.append(replace(line, quantity=line.quantity + quantity))
        else:
            grown.append(line)
    return grown if found else [*grown, replace(item, quantity=quantity)]


def grid_frame(items: Iterable[CartItemUpdate]) -> pd.DataFrame:
    """Return cart lines as the frame that the grid edits; numbers are what the grid can hold."""
    rows = [
        {
            "name": item.name or "",
            "quantity": item.quantity,
            "price": shown_amount(item.price),
            "category": item.category or "",
            "sku": item.sku,
        }
        for item in items
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def read_grid(
    frame: pd.DataFrame, base: tuple[CartItemUpdate, ...]
) -> tuple[tuple[Line, ...], int]:
    """Return the complete lines of an edited grid, and how many rows are still incomplete.

    What a line has beside the grid's columns (attributes, costs, …) is kept from the base line that
    it was. A row needs an item or a SKU, a quantity and a price; a base line without a price, which
    the catalog is to say, needs none.
    """
    lines = []
    incomplete = 0
    columns = (frame[name].tolist() for name in COLUMNS)
    for row, name, count, amount, category, code in zip(frame.index, *columns, strict=True):
        sku = _text(code) or _text(name)
        quantity, price = _whole(count), number_in(str(amount))
        if not sku and quantity is None and price is None:
            continue
        before = base[row] if row < len(base) else None
        if not sku or quantity is None or (price is None and not _is_unpriced(before)):
            incomplete += 1
            continue
        item = replace(
            before or CartItemUpdate(sku=sku, quantity=quantity),
            sku=sku,
            quantity=quantity,
            price=entered_amount(price, before.price if before else None),
            name=_text(name) or None,
            category=_text(category) or None,
        )
        lines.append(Line(int(row), item))
    return tuple(lines), incomplete


def _is_unpriced(before: CartItemUpdate | None) -> bool:
    return before is not None and before.price is None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
