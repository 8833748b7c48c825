"""Insight as files: CSV for spreadsheets, JSON for programs. Amounts keep all their digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sandbox.insight.totals import Totals
from sandbox.numbers import encode_json, number_in, plain_text

# What a spreadsheet would run as a formula when a cell begins with it.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def effects_csv(effects: Sequence[Mapping[str, Any]], frame: pd.DataFrame) -> str:
    """Return effects as people see them, with their amounts and props as the API has them."""
    amounts = [effect["props"].get("value") for effect in effects]
    shown = frame.assign(
        Value=[amount if isinstance(amount, str) else _number(amount) for amount in amounts],
        Props=[encode_json(effect["props"]).decode() for effect in effects],
    )
    return _csv(shown)


def lines_csv(totals: Totals) -> str:
    """Return what each row costs, and their sum."""
    rows: list[tuple[object, ...]] = [
        (
            row.label,
            row.kind,
            row.quantity,
            plain_text(row.price),
            plain_text(row.price - row.pays),
            "; ".join(f"{share.name} {plain_text(share.amount)}" for share in row.discounts),
            plain_text(row.pays),
        )
        for row in totals.rows
    ]
    amounts = (totals.price, totals.discount, totals.pays)
    price, discount, pays = map(plain_text, amounts)
    rows.append(
        ("Total", "total", sum(row.quantity for row in totals.rows), price, discount, "", pays)
    )
    columns = ["Item", "Kind", "Quantity", "List", "Discount", "Discounts", "Pays"]
    return _csv(pd.DataFrame(rows, columns=columns))


def lines_json(totals: Totals) -> bytes:
    """Return what each row costs, and their sums."""
    return encode_json(
        {
            "rows": [
                {
                    "item": row.label,
                    "kind": row.kind,
                    "quantity": row.quantity,
                    "price": row.price,
                    "discounts": [
                        {"name": share.name, "amount": share.amount, "exact": share.exact}
                        for share in row.discounts
                    ],
                    "pays": row.pays,
                }
                for row in totals.rows
            ],
            "price": totals.price,
            "discount": totals.discount,
            "exactDiscount": totals.exact_discount,
            "pays": totals.pays,
        }
    )


def effects_json(effects: Sequence[Mapping[str, Any]]) -> bytes:
    """Return effects as the API has them."""
    return encode_json(list(effects))


def _number(value: Any) -> str:
    return "" if value is None or isinstance(value, bool | dict | list) else str(value)


def _csv(frame: pd.DataFrame) -> str:
    """Return a frame as CSV in which no text is a formula: an apostrophe keeps it a text."""
    return frame.map(_as_text).to_csv(index=False)


def _as_text(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(_FORMULAS) and number_in(cell) is None:
        return f"'{cell}"
    return cell
