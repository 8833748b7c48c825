from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.insight.money import MINUS, exact, money


@pytest.mark.parametrize(("amount", "text"), [("1e30", "€1,000"), ("-1e31", f"{MINUS}€10,000")])
def test_amounts_of_any_size_are_written(amount, text):
    assert money(Decimal(amount), "EUR").startswith(text)


def test_a_number_keeps_all_its_digits():
    assert exact(Decimal(f"1{30 * '0'}.001")).endswith(",000.001")
