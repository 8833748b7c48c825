"""Spread an amount over shares in minor units, so that the parts add up exactly.

Source: reference/engine/05-discount-math.md, section 5.6: shares are truncated to the currency's
decimals and the missing minor units go to the largest share (30 over 55, 60 and 115 gives 7.17,
7.82 and 15.01). Among equal shares the first one gets them (decision E3). What the largest share
has no room for goes to the next one (decision S160).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from sandbox.numbers import ZERO, quantize


def prorate(total: Decimal, weights: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Return one part of `total` for each weight; the parts sum to `total`.

    A weight of zero or less gets no part. No part is larger than its weight, unless `total` is
    larger than all of them. Raises ValueError when no weight is positive.
    """
    bases = [max(weight, ZERO) for weight in weights]
    whole = sum(bases, ZERO)
    if not whole:
        raise ValueError("one weight must be more than zero")
    unit = Decimal(1).scaleb(-decimals)
    parts = [quantize(total * base / whole, unit, ROUND_DOWN) for base in bases]
    rest = total - sum(parts, ZERO)
    for index in sorted(range(len(bases)), key=bases.__getitem__, reverse=True):
        if not rest:
            break
        added = rest if total > whole else min(rest, bases[index] - parts[index])
        parts[index] += added
        rest -= added
    return parts
