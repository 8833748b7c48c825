"""Items of catalogs, and the types of prices that they can have.

Source: reference/api/08, sections 8.5 and 8.6; Integration API, schemas NewPriceAdjustment,
AddItemCatalogAction; Management API, schema CatalogItem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.engine.model import Attributes, Model, Product, Time
from sandbox.numbers import Number

# The price type that an item's own price belongs to (decision S121).
BASE = "base"


class PriceType(Model, frozen=True):
    """Prices for certain customers; without targeted audiences, for all.

    Without subscribed catalogs every catalog has it (decision F19).
    """

    id: int
    name: str
    title: str = ""
    targeted_audiences_ids: list[int] = []
    subscribed_catalogs_ids: list[int] = []


class PriceAdjustment(Model, frozen=True):
    """A price of one type for a time; `price` None ends the type for the item.

    `created` is when it became known, `calculated_at` what decides between overlapping ones.
    """

    price_type: str
    reference_id: str
    price: Number | None = None
    calculated_at: Time | None = None
    effective_from: Time | None = None
    effective_until: Time | None = None
    context_id: str | None = None
    created: Time | None = None


class BasePrice(Model, frozen=True):
    """An item's own price from a time on; `since` None is from the beginning."""

    price: Number
    since: Time | None = None


class CatalogItem(Model, frozen=True):
    """What a catalog knows of a SKU; it fills what a session leaves out.

    `base_prices` are the prices that the item had before, oldest first, and the present one; empty
    while it never changed.
    """

    sku: str
    id: int = 0
    price: Number | None = None
    name: str | None = None
    category: str | None = None
    product: Product | None = None
    attributes: Attributes = {}
    adjustments: list[PriceAdjustment] = []
    base_prices: list[BasePrice] = []
    created: Time | None = None
    version: int = 1


def items_by_sku(catalogs: Iterable[Mapping[str, CatalogItem]]) -> Mapping[str, CatalogItem]:
    """Return the items of an Application's catalogs; a later catalog wins."""
    several = list(catalogs)
    if len(several) == 1:
        return several[0]
    return {sku: item for items in several for sku, item in items.items()}
