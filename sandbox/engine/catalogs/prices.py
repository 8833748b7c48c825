"""Which price of an item counts, for whom and when.

Source: reference/engine/06, section 6.8; decisions E44, S121, S122.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from sandbox.engine.catalogs.items import BASE, CatalogItem, PriceAdjustment, PriceType

_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Price(NamedTuple):
    """A price of one type; `adjustment` None is the item's own price."""

    price_type: str
    price: Decimal
    adjustment: PriceAdjustment | None = None


def eligible_types(price_types: Iterable[PriceType], audiences: Set[int]) -> list[str]:
    """Return the price types for a customer of these audiences, in the order of the bundle."""
    return [
        price_type.name
        for price_type in price_types
        if not price_type.targeted_audiences_ids
        or not audiences.isdisjoint(price_type.targeted_audiences_ids)
    ]


def prices_at(item: CatalogItem, types: Iterable[str], time: datetime) -> Mapping[str, Price]:
    """Return an item's prices at a time by type: its own one, and those of adjustments."""
    prices: dict[str, Price] = {}
    own = _own_price(item, time)
    if own is not None:
        prices[BASE] = Price(BASE, own)
    for price_type in types:
        adjustment = _adjustment(item, price_type, time)
        if adjustment is not None and adjustment.price is not None:
            prices[price_type] = Price(price_type, adjustment.price, adjustment)
    return prices


def lowest(prices: Mapping[str, Price]) -> Price | None:
    """Return the price that counts: the lowest; of equal ones the first."""
    return min(prices.values(), key=lambda price: price.price, default=None)


def begins(adjustment: PriceAdjustment) -> datetime:
    """Return when an adjustment takes effect: never before it was known."""
    return max(adjustment.effective_from or _BEGINNING, adjustment.created or _BEGINNING)


def _own_price(item: CatalogItem, time: datetime) -> Decimal | None:
    own = item.price if not item.base_prices else None
    for base in item.base_prices:
        if base.since is None or base.since <= time:
            own = base.price
    return own


def _adjustment(item: CatalogItem, price_type: str, time: datetime) -> PriceAdjustment | None:
    """Return the adjustment in effect that was calculated last."""
    in_effect = [
        adjustment
        for adjustment in item.adjustments
        if adjustment.price_type == price_type
        and begins(adjustment) <= time
        and (adjustment.effective_until is None or time < adjustment.effective_until)
    ]
    # Of adjustments of the same time the one that came last: `max` would take the first.
    return max(reversed(in_effect), key=_calculated, default=None)


def _calculated(adjustment: PriceAdjustment) -> datetime:
    return adjustment.calculated_at or adjustment.created or _BEGINNING
