"""What a cart can be made of: all that its widgets ask of the target's Application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.definitions import AdditionalCost, Attribute, AttributeEntity
from sandbox.engine.model import CustomerProfile
from sandbox.ui.attributes import editable
from sandbox.ui.visit import Visit
from sandbox.workspace.updates import CartItemUpdate

_MAX_PERSONAS = 6


class Offers:
    """What the target's Application offers to carts."""

    def __init__(self, here: Visit) -> None:
        self._here = here
        self._application = here.application

    @property
    def currency(self) -> str:
        return self._application.currency

    @property
    def timezone(self) -> str:
        return self._application.timezone

    @property
    def catalog(self) -> Mapping[str, CatalogItem]:
        """The items of the catalogs, by SKU."""
        return self._application.catalog

    def products(self) -> Mapping[str, CartItemUpdate]:
        """Return one of each item of the catalogs, by SKU."""
        return {
            sku: CartItemUpdate(
                sku=sku, quantity=1, price=item.price, name=item.name, category=item.category
            )
            for sku, item in self.catalog.items()
        }

    def attributes(self, entity: AttributeEntity) -> list[Attribute]:
        """Return the attributes of an entity that have a widget."""
        return editable(self._application.attributes, entity)

    @property
    def session_costs(self) -> list[AdditionalCost]:
        return [cost for cost in self._application.additional_costs if cost.type != "item"]

    @property
    def line_costs(self) -> list[AdditionalCost]:
        return [cost for cost in self._application.additional_costs if cost.type != "session"]

    @property
    def stores(self) -> Mapping[str, str]:
        """The names of the stores, by integration id."""
        return {one.integration_id: one.name for one in self._application.stores}

    @property
    def personas(self) -> Sequence[str]:
        """The ids of a few customers to begin with."""
        return list(self._application.customers)[:_MAX_PERSONAS]

    def customer(self, profile_id: str) -> CustomerProfile | None:
        """Return what is known of a customer: of a live target's few only."""
        known = self._application.customers.get(profile_id)
        if known is not None or self._here.live is not None:
            return known
        workspace = self._here.workspace
        return workspace.records.profile(workspace.reading, profile_id)

    def newest_customers(self) -> Sequence[str]:
        return self._application.customer_ids

    def coupon_codes(self) -> Sequence[str]:
        """Return the coupon codes made last, the newest first."""
        return self._application.coupon_codes

    def referral_codes(self) -> Sequence[str]:
        """Return the referral codes made last, the newest first."""
        return self._application.referral_codes

    @property
    def has_cards(self) -> bool:
        """Whether any loyalty program goes by cards."""
        return bool(self._application.vocabulary.card_programs)

    def cards(self) -> Sequence[str]:
        """Return identifiers of loyalty cards, those of the first program first."""
        return self._application.cards
