from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.ui.amounts import entered_amount, shown_amount

LONG = Decimal("0.12345678901234567890123")


@pytest.mark.parametrize("amount", [LONG, Decimal("19.90"), Decimal(0)])
def test_an_amount_that_nobody_edited_keeps_every_digit(amount: Decimal):
    held = Decimal(str(shown_amount(amount)))
    assert str(entered_amount(held, amount)) == str(amount)


@pytest.mark.parametrize("before", [None, LONG])
def test_an_edited_amount_is_what_was_typed(before: Decimal | None):
    assert entered_amount(Decimal("0.1"), before) == Decimal("0.1")


def test_an_emptied_widget_has_no_amount():
    assert shown_amount(None) is None
    assert entered_amount(None, LONG) is None
