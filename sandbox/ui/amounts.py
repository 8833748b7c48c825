"""Exact numbers in widgets, which hold a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, overload

import streamlit as st


@overload
def amount_input(label: str, before: Decimal, **options: Any) -> Decimal: ...
@overload
def amount_input(label: str, before: Decimal | None, **options: Any) -> Decimal | None: ...
def amount_input(label: str, before: Decimal | None, **options: Any) -> Decimal | None:
    """Show `st.number_input` with a number, and return the one that it holds.

    `options` are those of the widget; None is an empty one.
    """
    held = st.number_input(label, value=shown_amount(before), **options)
    return entered_amount(None if held is None else Decimal(str(held)), before)


def shown_amount(amount: Decimal | None) -> float | None:
    """Return what a widget can hold of a number."""
    return None if amount is None else float(amount)


def entered_amount(held: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return the number that was entered; as it was before, to the last digit, when nobody did."""
    is_same = held is not None and shown_amount(held) == shown_amount(before)
    return before if is_same else held
