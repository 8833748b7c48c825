"""Points that a session gives and takes before they are stored.

Source: reference/engine/08, section 8.2, tentative balances.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from sandbox.engine.loyalty.balances import Balances
from sandbox.engine.loyalty.transactions import AccountKey
from sandbox.numbers import ZERO


class PointsKey(NamedTuple):
    """What the evaluation's ledger counts: points that a session gives, less those it takes."""

    account: AccountKey
    subledger: str
    pending: bool


def with_points(balances: Balances, active: Decimal, pending: Decimal) -> Balances:
    """Return balances with points that are active, or pending; less when they are negative."""
    net = balances.active - balances.negative + active
    return Balances(max(net, ZERO), balances.pending + pending, max(-net, ZERO))
