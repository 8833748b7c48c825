"""From an update to the session it makes: merging, transitions, totals. Pure.

Source: reference/api/01-session-put.md, section 1.3, and 02-session-lifecycle.md, section 2.1;
decisions F2, F5, F13, A2, A3, A7, A37, A41 to A45.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar

from sandbox.engine.definitions import AdditionalCost, Definition
from sandbox.engine.evaluation import SessionEvent
from sandbox.engine.model import Attributes, CartItem, Cost, CustomerSession, Product, SessionState
from sandbox.engine.totals import session_totals
from sandbox.errors import Fault
from sandbox.numbers import Number
from sandbox.shapes import escape
from sandbox.workspace.attributes import AttributeChecker
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate

T = TypeVar("T")

MAX_QUANTITY = 10_000
POINTER = "/customerSession"


class CatalogItem(NamedTuple):
    """What a connected catalog knows of a SKU; it fills what a request leaves out."""

    id: int
    price: Number | None
    name: str | None
    category: str | None
    product: Product | None
    attributes: Attributes


class SessionRules:
    """What one Application accepts in a session, and how an update becomes a session."""

    def __init__(
        self,
        definition: Definition,
        catalog: Mapping[str, CatalogItem],
        loyalty_cards: Collection[str],
    ) -> None:
        self._attributes = AttributeChecker(definition.attributes)
        self._costs = {cost.name: cost for cost in definition.additional_costs}
        self._stores = {store.integration_id for store in definition.stores}
        self._catalog = catalog
        self._loyalty_cards = loyalty_cards
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

    def profile_faults(self, attributes: Attributes | None) -> list[Fault]:
        return list(self._attributes.faults("CustomerProfile", attributes, "/attributes"))

    def _reference_faults(self, update: SessionUpdate) -> Iterator[Fault]:
        store = update.store_integration_id
        if store is not None and store not in self._stores:
            details = f"There is no store “{store}”"
            yield Fault("Unknown", details, f"{POINTER}/storeIntegrationId")
        for index, card in enumerate(update.loyalty_cards or []):
            if card not in self._loyalty_cards:
                details = f"There is no loyalty card “{card}”"
                yield Fault("Unknown", details, f"{POINTER}/loyaltyCards/{index}")

    def _item_faults(self, items: list[CartItemUpdate]) -> Iterator[Fault]:
        quantity = sum([item.quantity for item in items])
        if quantity > MAX_QUANTITY:
            details = f"All quantities together may be {MAX_QUANTITY} at most, not {quantity}"
            yield Fault("Too many", details, f"{POINTER}/cartItems")
        for index, item in enumerate(items):
            if item.price is None:
                known = self._catalog.get(item.sku)
                if known is None or known.price is None:
                    details = f"A price is required: no catalog has one for “{item.sku}”"
                    yield Fault("Missing", details, f"{POINTER}/cartItems/{index}/price")
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
    ) -> CustomerSession:
        """Return the session that an update makes of the stored one, or of nothing."""
        items = (
            [self._item(position, item) for position, item in enumerate(update.cart_items)]
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

    def _item(self, position: int, item: CartItemUpdate) -> CartItem:
        known = self._catalog.get(item.sku, _UNKNOWN_ITEM)
        price = known.price if item.price is None else item.price
        assert price is not None, "`faults` refuses items without a price"
        attributes = known.attributes
        if item.attributes:
            attributes = {**attributes, **_without_nulls(item.attributes)}
        return CartItem(
            sku=item.sku,
            quantity=item.quantity,
            price=price,
            position=position,
            remaining_quantity=item.quantity,
            attributes=attributes,
            name=known.name if item.name is None else item.name,
            category=known.category if item.category is None else item.category,
            product=known.product if item.product is None else item.product,
            weight=item.weight,
            height=item.height,
            width=item.width,
            length=item.length,
            additional_costs=item.additional_costs or {},
            catalog_item_id=known.id or None,
        )


_UNKNOWN_ITEM = CatalogItem(0, None, None, None, None, {})


def transition(stored: SessionState | None, wanted: SessionState | None) -> frozenset[SessionEvent]:
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
        case "open" | "closed" | "partially_returned", "cancelled" if wanted == "cancelled":
            return frozenset({"sessionCancelled"})
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


def merge_attributes(stored: Attributes, sent: Attributes | None) -> Attributes:
    """Merge per key; null deletes (decision F13)."""
    return _without_nulls({**stored, **(sent or {})})


def _without_nulls(attributes: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if value is not None}


def _kept(sent: T | None, kept: T) -> T:
    return kept if sent is None else sent
