from __future__ import annotations

from decimal import Context, Decimal

import pytest

from sandbox.rules.words.values import money, number, percent
from sandbox.rules.words.vocabulary import Vocabulary

LARGE, LONG = Decimal("1e30"), Decimal("1.000000000000000000000000000000005")
EXACT = Context(prec=60)


@pytest.mark.parametrize("value", [LARGE, LONG, -LARGE])
@pytest.mark.parametrize("write", [money, number, percent])
def test_every_number_that_rulesets_may_hold_is_written_with_all_its_digits(write, value):
    text = write(value, Vocabulary())
    assert Decimal("".join(c for c in text if c.isdigit() or c == ".")) == EXACT.abs(
        value.scaleb(2, EXACT) if write is percent else value
    )
