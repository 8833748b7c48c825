"""Spread an amount over shares in minor units, so that the parts add up exactly.

Source: reference/engine/05-discount-math.md, section 5.6: shares are truncated to the currency's
decimals and the missing minor units go to the largest share (30 over 55, 60 and 115 gives 7.17,
7.82 and 15.01). Among equal shares the first one gets them (decision E3).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from sandbox.numbers import ZERO, quantize


def prorate(total: Decimal, weights: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Return one part of `total` for each weight; the parts sum to `total`.

    Raises ValueError when the weights do not add up to something positive.
    """
    whole = sum(weights, ZERO)
    if whole <= 0:
        raise ValueError("the weights must add up to more than zero")
    unit = Decimal(1).scaleb(-decimals)
    parts = [quantize(total * weight / whole, unit, ROUND_DOWN) for weight in weights]
    largest = max(range(len(weights)), key=lambda index: weights[index])
    parts[largest] += total - sum(parts, ZERO)
    return parts
