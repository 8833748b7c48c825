"""What an Application accepts, and from an update to the session it makes. Pure.

Source: reference/api/01-session-put.md, section 1.3, and 02-session-lifecycle.md, section 2.1;
decisions F2, F5, F13, A2, A3, A7, A37, A41 to A45.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from msgspec.structs import replace

from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.catalogs.prices import Price, eligible_types, lowest, prices_at
from sandbox.engine.definitions import AdditionalCost, Definition
from sandbox.engine.evaluation import BuiltInEvent
from sandbox.engine.model import (
    Attributes,
    CartItem,
    Cost,
    CustomerSession,
    PriceDetail,
    SessionState,
)
from sandbox.engine.totals import session_totals
from sandbox.errors import Fault, Refused
from sandbox.numbers import MAX_EXPONENT
from sandbox.shapes import escape
from sandbox.workspace.attributes import AttributeChecker
from sandbox.workspace.updates import (
    CartItemUpdate,
    EventUpdate,
    ProfileUpdate,
    SessionUpdate,
)

T = TypeVar("T")

MAX_QUANTITY = 10_000
_quantity = attrgetter("quantity")
POINTER = "/customerSession"


class SessionRules:
    """What one Application accepts in a session, and how an update becomes a session."""

    def __init__(
        self,
        definition: Definition,
        catalog: Mapping[str, CatalogItem],
    ) -> None:
        self._attributes = AttributeChecker(definition.attributes)
        self._costs = {cost.name: cost for cost in definition.additional_costs}
        self._stores = {store.integration_id for store in definition.stores}
        self._audiences = {audience.id for audience in definition.audiences}
        self._event_types = event_types(definition)
        self._catalog = catalog
        self._price_types = definition.price_types
        self._application_id = definition.application.id

    def faults(self, update: SessionUpdate) -> list[Fault]:
        """Return everything in an update that this Application refuses."""
        faults: list[Fault] = []
        if update.attributes:
            where = f"{POINTER}/attributes"
            faults += self._attributes.faults("CustomerSession", update.attributes, where)
        if update.additional_costs:
            faults += self._cost_faults(update.additional_costs, "session", POINTER)
        if update.store_integration_id is not None or update.loyalty_cards:
            faults += self._reference_faults(update)
        if update.cart_items:
            faults += self._item_faults(update.cart_items)
        return faults

    def profile_faults(self, update: ProfileUpdate) -> list[Fault]:
        """Return everything in an update of a profile that this Application refuses."""
        faults = list(self.profile_attribute_faults(update.attributes, "/attributes"))
        changes = update.audiences_changes
        if changes is not None:
            faults += self._audience_faults("adds", changes.adds)
            faults += self._audience_faults("deletes", changes.deletes)
        return faults

    def profile_attribute_faults(
        self, attributes: Attributes | None, pointer: str
    ) -> Iterator[Fault]:
        return self._attributes.faults("CustomerProfile", attributes, pointer)

    def event_faults(self, event: EventUpdate) -> list[Fault]:
        """Return everything in a custom event that this Application refuses (decision A78)."""
        if event.type not in self._event_types:
            return [Fault("Unknown", f"There is no event type “{event.type}”", "/type")]
        faults = list(self._attributes.faults("Event", event.attributes, "/attributes", event.type))
        store = event.store_integration_id
        if store is not None and store not in self._stores:
            details = f"There is no store “{store}”"
            faults.append(Fault("Unknown", details, "/storeIntegrationId"))
        return faults

    def _audience_faults(self, field: str, ids: list[int]) -> Iterator[Fault]:
        for index, audience_id in enumerate(ids):
            if audience_id not in self._audiences:
                details = f"There is no audience {audience_id}"
                yield Fault("Unknown", details, f"/audiencesChanges/{field}/{index}")

    def _reference_faults(self, update: SessionUpdate) -> Iterator[Fault]:
        store = update.store_integration_id
        if store is not None and store not in self._stores:
            details = f"There is no store “{store}”"
            yield Fault("Unknown", details, f"{POINTER}/storeIntegrationId")

    def _item_faults(self, items: list[CartItemUpdate]) -> Iterator[Fault]:
        quantity = pieces(items)
        if quantity > MAX_QUANTITY:
            details = f"All quantities together may be {MAX_QUANTITY} at most, not {quantity}"
            yield Fault("Too many", details, f"{POINTER}/cartItems")
        for index, item in enumerate(items):
            if item.price is None:
                known = self._catalog.get(item.sku)
                if known is None or (known.price is None and not known.adjustments):
                    yield _missing_price(index, item)
            elif (item.price * item.quantity).adjusted() > MAX_EXPONENT:  # decision S13
                details = "A line is worth no more than a number may be"
                yield Fault("Too large", details, f"{POINTER}/cartItems/{index}/price")
            if item.attributes:
                where = f"{POINTER}/cartItems/{index}/attributes"
                yield from self._attributes.faults("CartItem", item.attributes, where)
            if item.additional_costs:
                where = f"{POINTER}/cartItems/{index}"
                yield from self._cost_faults(item.additional_costs, "item", where)

    def _cost_faults(self, costs: Mapping[str, Cost], level: str, pointer: str) -> Iterator[Fault]:
        for name in costs:
            cost: AdditionalCost | None = self._costs.get(name)
            where = f"{pointer}/additionalCosts/{escape(name)}"
            if cost is None:
                yield Fault("Unknown", f"There is no additional cost “{name}”", where)
            elif cost.type not in (level, "both"):
                details = (
                    f"The additional cost “{name}” is for the {cost.type}, not for the {level}"
                )
                yield Fault("Invalid value", details, where)

    def merge(
        self,
        stored: CustomerSession | None,
        update: SessionUpdate,
        session_id: str,
        new_id: int,
        first_session: bool,
        now: datetime,
        audiences: Set[int] = frozenset(),
    ) -> CustomerSession:
        """Return the session that an update makes of the stored one, or of nothing.

        `audiences` are those of its profile, for the prices of catalogs. Raises Refused for an item
        of which the catalog has no price for this profile now.
        """
        price_types = eligible_types(self._price_types, audiences)
        items = (
            [
                self._item(position, item, price_types, now)
                for position, item in enumerate(update.cart_items)
            ]
            if update.cart_items is not None
            else stored.cart_items
            if stored
            else []
        )
        costs = _kept(update.additional_costs, stored.additional_costs if stored else {})
        profile_id = _kept(update.profile_id, stored.profile_id if stored else "")
        totals = session_totals(items, costs)
        return CustomerSession(
            id=stored.id if stored else new_id,
            created=stored.created if stored else now,
            integration_id=session_id,
            application_id=self._application_id,
            profile_id=profile_id,
            coupon_codes=_kept(update.coupon_codes, stored.coupon_codes if stored else []),
            referral_code=_kept(update.referral_code, stored.referral_code if stored else ""),
            state=update.state or (stored.state if stored else "open"),
            cart_items=items,
            attributes=merge_attributes(stored.attributes if stored else {}, update.attributes),
            first_session=first_session or not profile_id,
            update_count=stored.update_count + 1 if stored else 1,
            updated=now,
            additional_costs=costs,
            identifiers=_kept(update.identifiers, stored.identifiers if stored else []),
            loyalty_cards=_kept(update.loyalty_cards, stored.loyalty_cards if stored else []),
            store_integration_id=_kept(
                update.store_integration_id, stored.store_integration_id if stored else None
            ),
            evaluable_campaign_ids=update.evaluable_campaign_ids,
            experiment_variant_allocations=_kept(
                update.experiment_variant_allocations,
                stored.experiment_variant_allocations if stored else None,
            ),
            total=totals.total,
            cart_item_total=totals.cart_item_total,
            additional_cost_total=totals.additional_cost_total,
            cart_item_additional_cost_total=totals.cart_item_additional_cost_total,
        )

    def _item(
        self, position: int, item: CartItemUpdate, price_types: Sequence[str], now: datetime
    ) -> CartItem:
        known = self._catalog.get(item.sku)
        price = item.price
        selected: dict[str, Any] = {}
        if price is None:
            prices = {} if known is None else prices_at(known, price_types, now)
            chosen = lowest(prices)
            if chosen is None:
                raise Refused([_missing_price(position, item)])
            price = chosen.price
            if self._price_types:
                selected = _selected(prices, chosen)
        priced = CartItem(
            sku=item.sku,
            quantity=item.quantity,
            price=price,
            position=position,
            remaining_quantity=item.quantity,
            attributes=_without_nulls(item.attributes) if item.attributes else {},
            name=item.name,
            category=item.category,
            product=item.product,
            weight=item.weight,
            height=item.height,
            width=item.width,
            length=item.length,
            additional_costs=item.additional_costs or {},
        )
        return priced if known is None else replace(priced, **_known(known, priced), **selected)


def _known(known: CatalogItem, sent: CartItem) -> dict[str, Any]:
    """Return what the catalog says of an item and the client did not."""
    return {
        "attributes": {**known.attributes, **sent.attributes},
        "name": known.name if sent.name is None else sent.name,
        "category": known.category if sent.category is None else sent.category,
        "product": known.product if sent.product is None else sent.product,
        "catalog_item_id": known.id or None,
    }


def _missing_price(index: int, item: CartItemUpdate) -> Fault:
    details = f"A price is required: no catalog has one for “{item.sku}”"
    return Fault("Missing", details, f"{POINTER}/cartItems/{index}/price")


def _selected(prices: Mapping[str, Price], chosen: Price) -> dict[str, Any]:
    """Return what a cart item says of the price that was selected for it."""
    selected: dict[str, Any] = {
        "selected_price_type": chosen.price_type,
        "prices": {name: _price_detail(price) for name, price in prices.items()},
    }
    adjustment = chosen.adjustment
    if adjustment is not None:
        selected |= {
            "adjustment_reference_id": adjustment.reference_id,
            "adjustment_effective_from": adjustment.effective_from,
            "adjustment_effective_until": adjustment.effective_until,
        }
    return selected


def _price_detail(price: Price) -> PriceDetail:
    adjustment = price.adjustment
    if adjustment is None:
        return PriceDetail(price=price.price)
    return PriceDetail(
        price=price.price,
        adjustment_reference_id=adjustment.reference_id,
        adjustment_context_id=adjustment.context_id,
        adjustment_effective_from=adjustment.effective_from,
        adjustment_effective_until=adjustment.effective_until,
    )


def transition(stored: SessionState | None, wanted: SessionState | None) -> frozenset[BuiltInEvent]:
    """Return the built-in events of an update.

    An empty set means that the update is not allowed. A closed session can only be cancelled.
    """
    match stored, wanted or stored or "open":
        case None, "open":
            return frozenset({"sessionCreated"})
        case None, "closed":
            return frozenset({"sessionCreated", "sessionClosed"})
        case "open", "open":
            return frozenset({"sessionUpdated"})
        case "open", "closed":
            return frozenset({"sessionClosed"})
        case "open", "cancelled":
            return frozenset({"sessionCancelled"})
        case "closed" | "partially_returned", "cancelled":
            return frozenset({"sessionRevoked"})
    return frozenset()


def transition_fault(stored: SessionState | None, wanted: SessionState | None) -> Fault:
    """Say why `transition` allows nothing."""
    if stored is None:
        details = f"A new session can be open or closed, not {wanted}"
    elif wanted is None or wanted == stored:
        details = f"The session is {stored} and cannot be changed"
    else:
        details = f"A session that is {stored} cannot become {wanted}"
    return Fault("state", details, f"{POINTER}/state")


def pieces(items: Iterable[CartItemUpdate] | Iterable[CartItem]) -> int:
    """Return the quantities of a cart together."""
    return sum(map(_quantity, items))


def event_types(definition: Definition) -> frozenset[str]:
    """Return the types of custom events: those with an attribute of their own exist by it.

    Source: reference/api/06-profiles-events-audiences.md, section 6.9.
    """
    named = {event_type.name for event_type in definition.event_types}
    owning = {a.event_type for a in definition.attributes if a.entity == "Event" and a.event_type}
    return frozenset(named | owning)


def merge_attributes(stored: Attributes, sent: Attributes | None) -> Attributes:
    """Merge per key; null deletes (decision F13)."""
    return _without_nulls({**stored, **(sent or {})})


def _without_nulls(attributes: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if value is not None}


def _kept(sent: T | None, kept: T) -> T:
    return kept if sent is None else sent
