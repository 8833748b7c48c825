"""Rows of an answer as frames: what is left out of a long one is still in its sums."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.insight.frames import totals_frame
from sandbox.insight.totals import Totals, compute_totals


@pytest.fixture
def totals() -> Totals:
    lines = [{"sku": f"s{number}", "quantity": 1, "price": 10 + number} for number in range(5)]
    off: dict[str, Any] = {
        "effectType": "setDiscountPerItem",
        "props": {"name": "Off#4", "value": Decimal("1.5"), "position": 4, "subPosition": 0},
    }
    return compute_totals({"cartItems": lines}, [off], "EUR")


def test_a_short_cart_has_all_its_rows_and_their_sum(totals: Totals):
    frame = totals_frame(totals, "EUR", most=5)
    assert list(frame["Item"]) == ["s0", "s1", "s2", "s3", "s4", "Total"]
    assert frame["Discounts"].iloc[-1] == "−€1.50"  # noqa: RUF001
    assert frame.equals(totals_frame(totals, "EUR"))


def test_the_rows_that_are_left_out_are_one_row(totals: Totals):
    frame = totals_frame(totals, "EUR", most=2)
    assert list(frame["Item"]) == ["s0", "s1", "3 more", "Total"]
    assert list(frame["Pays"]) == [10, 11, Decimal("37.5"), Decimal("58.5")]
    assert list(frame["Discounts"]) == ["", "", "−€1.50", "−€1.50"]  # noqa: RUF001


def test_rows_sum_to_the_total_however_many_are_left_out(totals: Totals):
    for most in range(6):
        frame = totals_frame(totals, "EUR", most)
        for column in "List", "Pays":
            *rows, total = frame[column]
            assert sum(rows) == total
