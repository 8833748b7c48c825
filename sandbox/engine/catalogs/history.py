"""Prices over time, and the best one of a while: what price labels must name.

Source: reference/api/08, section 8.7; Integration API, schema BestPriorPriceRequest; decision S124.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.catalogs.prices import Price, begins, lowest, prices_at

EndType = Literal["strict", "price", "sale"]

_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Observed(NamedTuple):
    """The price that counted from a time on; `number` is its place in the item's history, from 1.

    `price` None: the item had none. `time` None is from the beginning.
    """

    number: int
    time: datetime | None
    price: Price | None

    @property
    def context_id(self) -> str | None:
        adjustment = self.price.adjustment if self.price is not None else None
        return adjustment.context_id if adjustment is not None else None

    @property
    def began(self) -> datetime:
        return self.time or _BEGINNING


def history(item: CatalogItem, types: Sequence[str], until: datetime) -> list[Observed]:
    """Return the prices that counted up to a time, oldest first."""
    turns = {base.since for base in item.base_prices if base.since is not None}
    turns |= {begins(adjustment) for adjustment in item.adjustments}
    turns |= {a.effective_until for a in item.adjustments if a.effective_until is not None}
    observed: list[Observed] = []
    for turn in [_BEGINNING, *sorted(turn for turn in turns if _BEGINNING < turn <= until)]:
        price = lowest(prices_at(item, types, turn))
        if not observed or price != observed[-1].price:
            time = item.created if turn == _BEGINNING else turn
            observed.append(Observed(len(observed) + 1, time, price))
    return [one for one in observed if one.began <= until]


def best_prior(
    item: CatalogItem, types: Sequence[str], end: datetime, end_type: EndType, days: int
) -> Observed | None:
    """Return the lowest price of the days before an end; None if the item had no price then.

    The end is the one given, or when the price of that time began, or the sale of that time.
    """
    observed = history(item, types, end)
    end, includes_end = _end(observed, end, end_type)
    start = end - timedelta(days=days) if days < (end - _BEGINNING).days else _BEGINNING
    found: list[Observed] = []
    for index, one in enumerate(observed):
        if one.price is None or one.began > end or (one.began == end and not includes_end):
            continue
        following = observed[index + 1].began if index + 1 < len(observed) else None
        if following is None or following > start:
            found.append(one)
    return min(found, key=lambda one: one.price.price if one.price else 0, default=None)


def _end(observed: Sequence[Observed], end: datetime, end_type: EndType) -> tuple[datetime, bool]:
    """Return when the time to look at ends, and whether what begins then is part of it."""
    if end_type == "strict" or not observed:
        return end, True
    current = observed[-1]
    began = current.began
    for one in reversed(observed):
        if end_type == "price":
            goes_on = _value(one) == _value(current)
        else:
            goes_on = current.context_id is not None and one.context_id == current.context_id
        if not goes_on:
            break
        began = one.began
    if end_type == "sale" and current.context_id is None:
        return end, True
    return began, False


def _value(observed: Observed) -> object:
    return None if observed.price is None else observed.price.price
