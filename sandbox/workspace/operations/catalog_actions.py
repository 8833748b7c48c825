"""What the actions of one sync make of a catalog's items. Pure.

Source: reference/api/08, section 8.5; Integration API, schema CatalogAction; decision S123.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace

from sandbox.engine.catalogs.filters import ItemFilter, filter_faults, matches
from sandbox.engine.catalogs.items import BasePrice, CatalogItem, PriceAdjustment
from sandbox.engine.definitions import Attribute
from sandbox.engine.model import Attributes, Model, Product
from sandbox.errors import Fault, Refused
from sandbox.numbers import Number
from sandbox.workspace.attributes import AttributeChecker
from sandbox.workspace.sessions import merge_attributes

Sku = Annotated[str, msgspec.Meta(min_length=1)]


class AddPayload(Model, frozen=True):
    sku: Sku
    price: Number | None = None
    attributes: Attributes | None = None
    product: Product | None = None
    replace_if_exists: bool = False


class PatchPayload(Model, frozen=True):
    sku: Sku
    price: Number | None = None
    attributes: Attributes | None = None
    product: Product | None = None
    create_if_not_exists: bool = False


class PatchManyPayload(Model, frozen=True):
    price: Number | None = None
    filters: list[ItemFilter] = []
    attributes: Attributes | None = None


class RemovePayload(Model, frozen=True):
    sku: Sku


class RemoveManyPayload(Model, frozen=True):
    filters: list[ItemFilter] = []


class AdjustPayload(Model, frozen=True):
    sku: Sku
    adjustments: Annotated[list[PriceAdjustment], msgspec.Meta(min_length=1, max_length=100)]


class Add(Model, frozen=True, tag_field="type", tag="ADD"):
    """Add an item; one that is there is replaced if wanted: its attributes, and what is given."""

    payload: AddPayload


class Patch(Model, frozen=True, tag_field="type", tag="PATCH"):
    """Change an item's attributes one by one, its price if given, and its product."""

    payload: PatchPayload


class PatchMany(Model, frozen=True, tag_field="type", tag="PATCH_MANY"):
    """Change attributes, and the price if given, of all items that the filters mean."""

    payload: PatchManyPayload


class Remove(Model, frozen=True, tag_field="type", tag="REMOVE"):
    payload: RemovePayload


class RemoveMany(Model, frozen=True, tag_field="type", tag="REMOVE_MANY"):
    payload: RemoveManyPayload


class Adjust(Model, frozen=True, tag_field="type", tag="ADD_PRICE_ADJUSTMENT"):
    payload: AdjustPayload


Action: TypeAlias = Add | Patch | PatchMany | Remove | RemoveMany | Adjust


class Applied(NamedTuple):
    """The items after a sync, those that changed or are new, and the SKUs that are gone."""

    items: Mapping[str, CatalogItem]
    changed: Sequence[CatalogItem]
    removed: Sequence[str]


class CatalogRules(NamedTuple):
    """What one Application accepts in a catalog: attributes of cart items, types of prices."""

    attributes: Mapping[str, Attribute]
    price_types: frozenset[str]


def apply_actions(
    items: Mapping[str, CatalogItem],
    actions: Sequence[Action],
    rules: CatalogRules,
    now: datetime,
    new_id: Callable[[], int],
) -> Applied:
    """Apply the actions of one request, or raise Refused with every fault."""
    faults = [*_request_faults(actions), *_action_faults(items, actions, rules)]
    if faults:
        raise Refused(faults)
    after: dict[str, CatalogItem] = {}
    current = ChainMap(after, dict(items))
    removed: list[str] = []
    for action in actions:
        if isinstance(action, Remove):
            removed += [action.payload.sku] if action.payload.sku in items else []
        elif isinstance(action, RemoveMany):
            removed += _meant(items, action.payload.filters)
        else:
            after |= _written(current, action, now, new_id)
    gone = set(removed)
    kept = {sku: item for sku, item in items.items() if sku not in gone}
    return Applied(kept | after, list(after.values()), list(dict.fromkeys(removed)))


def _written(
    items: Mapping[str, CatalogItem],
    action: Add | Patch | PatchMany | Adjust,
    now: datetime,
    new_id: Callable[[], int],
) -> dict[str, CatalogItem]:
    """Return the items that an action writes, by SKU."""
    match action:
        case Add(payload=payload) | Patch(payload=payload):
            item = items.get(payload.sku)
            if item is None:
                item = CatalogItem(sku=payload.sku, id=new_id(), created=now, version=0)
            before = {} if isinstance(action, Add) else item.attributes
            attributes = merge_attributes(before, payload.attributes)
            item = _changed(item, payload.price, attributes, now)
            return {payload.sku: replace(item, product=payload.product)}
        case PatchMany(payload=many):
            return {
                sku: _changed(
                    items[sku],
                    many.price,
                    merge_attributes(items[sku].attributes, many.attributes),
                    now,
                )
                for sku in _meant(items, many.filters)
            }
        case Adjust(payload=adjust):
            item = items[adjust.sku]
            known = [replace(one, created=one.created or now) for one in adjust.adjustments]
            changed = replace(item, adjustments=[*item.adjustments, *known])
            return {adjust.sku: replace(changed, version=item.version + 1)}


def _changed(
    item: CatalogItem, price: Number | None, attributes: Attributes, now: datetime
) -> CatalogItem:
    """Return an item's next version; a price that is not given stays, a former one is noted."""
    changed = replace(item, attributes=attributes, version=item.version + 1)
    if price is None or price == item.price:
        return changed
    before = item.base_prices
    if not before and item.price is not None:
        before = [BasePrice(price=item.price, since=item.created)]
    return replace(changed, price=price, base_prices=[*before, BasePrice(price=price, since=now)])


def _meant(items: Mapping[str, CatalogItem], filters: Sequence[ItemFilter]) -> list[str]:
    return [sku for sku, item in items.items() if matches(item, filters)]


def _request_faults(actions: Sequence[Action]) -> Iterator[Fault]:
    """Yield what is wrong with the actions together: one type a request, each SKU once."""
    skus: set[str] = set()
    for index, action in enumerate(actions):
        if type(action) is not type(actions[0]):
            details = "All actions of a request have the same type"
            yield Fault("Invalid value", details, f"/actions/{index}/type")
        sku = getattr(action.payload, "sku", None)
        if sku in skus:
            details = f"Another action of this request is for “{sku}”"
            yield Fault("Duplicate", details, f"/actions/{index}/payload/sku")
        if sku is not None:
            skus.add(sku)


def _action_faults(
    items: Mapping[str, CatalogItem], actions: Iterable[Action], rules: CatalogRules
) -> Iterator[Fault]:
    """Yield what is wrong with single actions."""
    checker = AttributeChecker(rules.attributes.values())
    for index, action in enumerate(actions):
        pointer = f"/actions/{index}/payload"
        match action:
            case Add(payload=payload):
                if payload.sku in items and not payload.replace_if_exists:
                    details = f"The catalog has an item “{payload.sku}” already"
                    yield Fault("Duplicate", details, f"{pointer}/sku")
            case Patch(payload=patch):
                if patch.sku not in items and not patch.create_if_not_exists:
                    yield _unknown_sku(patch.sku, pointer)
            case Adjust(payload=adjust):
                if adjust.sku not in items:
                    yield _unknown_sku(adjust.sku, pointer)
                for number, adjustment in enumerate(adjust.adjustments):
                    if adjustment.price_type not in rules.price_types:
                        details = f"There is no price type “{adjustment.price_type}”"
                        where = f"{pointer}/adjustments/{number}/priceType"
                        yield Fault("Unknown", details, where)
        attributes = getattr(action.payload, "attributes", None)
        yield from checker.faults("CartItem", attributes, f"{pointer}/attributes")
        filters = getattr(action.payload, "filters", ())
        yield from filter_faults(filters, rules.attributes, f"{pointer}/filters")


def _unknown_sku(sku: str, pointer: str) -> Fault:
    return Fault("Unknown", f"The catalog has no item “{sku}”", f"{pointer}/sku")
