"""The catalogs of one workspace: as bundles hold them, and as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Executable, bindparam, delete, insert, select, update

from sandbox.engine.catalogs.items import BASE, CatalogItem, PriceAdjustment
from sandbox.engine.model import json_fields
from sandbox.errors import Fault
from sandbox.numbers import encode_json
from sandbox.workspace import tables
from sandbox.workspace.entities import BundledCatalog, Catalog, ItemOfCatalog, StoredCatalog
from sandbox.workspace.store import decoder, put, put_entities

_CATALOG = decoder(Catalog)
_ITEM = decoder(CatalogItem)


def read_catalogs(
    bundled: Sequence[BundledCatalog], faults: list[Fault]
) -> dict[int, StoredCatalog]:
    """Return catalogs by id; what is wrong with them is added to `faults`."""
    catalogs: dict[int, StoredCatalog] = {}
    for index, catalog in enumerate(bundled):
        if catalog.id in catalogs:
            details = f"Another catalog has id {catalog.id}"
            faults.append(Fault("Duplicate", details, f"/catalogs/{index}/id"))
        taken = {item.id for item in catalog.items}
        free = (number for number in count(1) if number not in taken)
        items = {
            item.sku: _item(item if item.id else replace(item, id=next(free)))
            for item in catalog.items
        }
        stored = msgspec.convert(catalog, Catalog, from_attributes=True)
        catalogs[catalog.id] = StoredCatalog(stored, items)
    return catalogs


def export_catalogs(
    raw: Iterable[Mapping[str, Any]], catalogs: Iterable[StoredCatalog]
) -> list[dict[str, Any]]:
    """Return catalogs as bundles have them; what only the bundle knew of them is kept."""
    sent = {catalog.get("id"): catalog for catalog in raw}
    exported = []
    for catalog, items in catalogs:
        before = sent.get(catalog.id, {})
        known = {item.get("sku"): item for item in before.get("items") or ()}
        shown = [
            {n: v for n, v in known.get(sku, {}).items() if n not in _REPLACED} | _fields(item)
            for sku, item in items.items()
        ]
        exported.append({**before, **json_fields(catalog), "items": shown})
    return exported


# What an item may have lost since, and `prices`, which became adjustments.
_REPLACED = ("price", "product", "prices")


def _fields(item: CatalogItem) -> dict[str, Any]:
    return {name: value for name, value in json_fields(item).items() if value != []}


def _item(item: ItemOfCatalog) -> CatalogItem:
    """Return an item; prices of the bundle hold from the beginning."""
    adjustments = [
        PriceAdjustment(
            price_type=price_type,
            reference_id=detail.adjustment_reference_id or "",
            price=detail.price,
            effective_from=detail.adjustment_effective_from,
            effective_until=detail.adjustment_effective_until,
            context_id=detail.adjustment_context_id,
        )
        for price_type, detail in item.prices.items()
        if price_type != BASE or detail.adjustment_reference_id
    ]
    own = item.prices.get(BASE)
    fields = {name: getattr(item, name) for name in CatalogItem.__struct_fields__}
    if own is not None and item.price is None and not own.adjustment_reference_id:
        fields["price"] = own.price
    return CatalogItem(**fields | {"adjustments": [*adjustments, *item.adjustments]})


class CatalogRecords:
    """Reads and writes with the connection that it is given, as `Records` does."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def all(self, connection: Connection) -> dict[int, StoredCatalog]:
        """Return all catalogs by id, with their items in the order in which they were added."""
        catalogs, items = tables.catalogs, tables.catalog_items
        found: dict[int, tuple[Catalog, dict[str, CatalogItem]]] = {}
        rows = select(catalogs.c.data).where(catalogs.c.workspace == self._workspace)
        for (data,) in connection.execute(rows):
            catalog = _CATALOG.decode(data)
            found[catalog.id] = catalog, {}
        item_rows = (
            select(items.c.catalog_id, items.c.data)
            .where(items.c.workspace == self._workspace)
            .order_by(items.c.number)
        )
        for catalog_id, data in connection.execute(item_rows):
            item = _ITEM.decode(data)
            found[catalog_id][1][item.sku] = item
        return {id: StoredCatalog(catalog, of_it) for id, (catalog, of_it) in found.items()}

    def change(
        self,
        connection: Connection,
        catalog: Catalog,
        added: Iterable[CatalogItem],
        changed: Iterable[CatalogItem],
        removed: Iterable[str],
    ) -> None:
        """Store a catalog with those of its items that came, changed, or went."""
        put(connection, tables.catalogs, self._key(catalog), data=encode_json(catalog))
        found = {"found_workspace": self._workspace, "found_catalog": catalog.id}
        rows: dict[Executable, list[dict[str, Any]]] = {
            _DELETE: [{**found, "found_sku": sku} for sku in removed],
            _UPDATE: [
                {**found, "found_sku": item.sku, "data": encode_json(item)} for item in changed
            ],
            insert(tables.catalog_items): [self._row(catalog, item) for item in added],
        }
        for statement, values in rows.items():
            if values:
                connection.execute(statement, values)

    def load(self, connection: Connection, catalogs: Iterable[StoredCatalog]) -> None:
        """Write what a bundle holds; nothing may be there."""
        for catalog, items in catalogs:
            put_entities(connection, tables.catalogs, [(self._key(catalog), catalog)])
            rows = [self._row(catalog, item) for item in items.values()]
            if rows:
                connection.execute(insert(tables.catalog_items), rows)

    def _key(self, catalog: Catalog) -> dict[str, Any]:
        return {"workspace": self._workspace, "catalog_id": catalog.id}

    def _row(self, catalog: Catalog, item: CatalogItem) -> dict[str, Any]:
        return {**self._key(catalog), "sku": item.sku, "data": encode_json(item)}


_FOUND = (
    tables.catalog_items.c.workspace == bindparam("found_workspace"),
    tables.catalog_items.c.catalog_id == bindparam("found_catalog"),
    tables.catalog_items.c.sku == bindparam("found_sku"),
)
_DELETE = delete(tables.catalog_items).where(*_FOUND)
_UPDATE = update(tables.catalog_items).where(*_FOUND).values(data=bindparam("data"))
