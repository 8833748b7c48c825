"""Catalogs: keeping them in step with a shop, listing items, and the best price of a while.

Source: reference/api/08, sections 8.5 to 8.7; decisions S120 to S124.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.catalogs.history import EndType, Observed, best_prior
from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.catalogs.prices import eligible_types
from sandbox.errors import Fault, Refused
from sandbox.workspace.code_ids import next_code_id
from sandbox.workspace.entities import Catalog, StoredCatalog
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.catalog_actions import Action, CatalogRules, apply_actions
from sandbox.workspace.workspace import Workspace


class PriorPrice(NamedTuple):
    """The best prior price of a SKU."""

    sku: str
    observed: Observed


def find_catalog(workspace: Workspace, catalog_id: int) -> StoredCatalog:
    """Return a catalog; raises UnknownEntityError."""
    catalog = workspace.catalogs.get(catalog_id)
    if catalog is None:
        raise UnknownEntityError("catalog", catalog_id)
    return catalog


def sync_catalog(
    workspace: Workspace, catalog_id: int, actions: Sequence[Action], version: int | None
) -> Catalog:
    """Apply actions, all or none, and return the catalog; sessions see it at once.

    `version` is the one that they are for, if that matters. Raises UnknownEntityError, Refused.
    """
    with workspace.writing() as connection:
        catalog, items = find_catalog(workspace, catalog_id)
        if version is not None and version != catalog.version:
            details = f"The catalog has the version {catalog.version}"
            raise Refused([Fault("Invalid value", details, "/version")])
        now = workspace.clock.now()
        ids = _NewIds(workspace, connection, max((i.id for i in items.values()), default=0))
        applied = apply_actions(items, actions, _rules(workspace, catalog_id), now, ids.take)
        after = replace(catalog, version=catalog.version + 1, modified=now)
        records = workspace.records.catalogs
        added = [item for item in applied.changed if item.sku not in items]
        changed = [item for item in applied.changed if item.sku in items]
        records.change(connection, after, added, changed, applied.removed)
    workspace.adopt_catalog(StoredCatalog(after, applied.items))
    return after


def list_items(
    workspace: Workspace,
    catalog_id: int,
    skus: Collection[str] | None,
    product_names: Collection[str] | None,
) -> list[CatalogItem]:
    """Return a catalog's items in the order in which they came; raises UnknownEntityError."""
    return [
        item
        for item in find_catalog(workspace, catalog_id).items.values()
        if (skus is None or item.sku in skus)
        and (
            product_names is None
            or (item.product is not None and item.product.name in product_names)
        )
    ]


def best_prior_prices(
    workspace: Workspace,
    skus: Sequence[str],
    end: datetime,
    end_type: EndType,
    days: int,
    audience_id: int | None,
) -> list[PriorPrice]:
    """Return the best prior price of each SKU that has one, for all customers or an audience."""
    audiences = frozenset(() if audience_id is None else (audience_id,))
    types = eligible_types(workspace.application.definition.price_types, audiences)
    until, catalog = min(end, workspace.clock.now()), workspace.catalog
    found = []
    for sku in dict.fromkeys(skus):
        item = catalog.get(sku)
        if item is None:
            continue
        observed = best_prior(item, types, until, end_type, days)
        if observed is not None:
            found.append(PriorPrice(sku, observed))
    return found


class _NewIds:
    """Internal ids for the items that a sync adds."""

    def __init__(self, workspace: Workspace, connection: Connection, highest: int) -> None:
        self._workspace = workspace.name
        self._connection = connection
        self._highest = highest

    def take(self) -> int:
        return next_code_id(self._connection, self._workspace, "catalogItem", self._highest)


def _rules(workspace: Workspace, catalog_id: int) -> CatalogRules:
    definition = workspace.application.definition
    return CatalogRules(
        attributes={a.name: a for a in definition.attributes if a.entity == "CartItem"},
        price_types=frozenset(
            price_type.name
            for price_type in definition.price_types
            if not price_type.subscribed_catalogs_ids
            or catalog_id in price_type.subscribed_catalogs_ids
        ),
    )
