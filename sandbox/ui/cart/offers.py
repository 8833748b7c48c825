"""What a cart can be made of: all that its widgets ask of the workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.definitions import AdditionalCost, Attribute, AttributeEntity
from sandbox.engine.model import CustomerProfile
from sandbox.ui.attributes import editable
from sandbox.workspace.updates import CartItemUpdate
from sandbox.workspace.workspace import Workspace

_MAX_PERSONAS = 6
_MAX_CODES = 50
_MAX_CUSTOMERS = 100


class Offers:
    """What the visitor's own workspace offers to carts, as it is at the moment of asking."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._definition = workspace.application.definition

    @property
    def currency(self) -> str:
        return self._definition.application.currency

    @property
    def timezone(self) -> str:
        return self._definition.application.timezone

    @property
    def catalog(self) -> Mapping[str, CatalogItem]:
        """The items of the catalogs, by SKU."""
        return self._workspace.catalog

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
        return editable(self._definition.attributes, entity)

    @property
    def session_costs(self) -> list[AdditionalCost]:
        return [cost for cost in self._definition.additional_costs if cost.type != "item"]

    @property
    def line_costs(self) -> list[AdditionalCost]:
        return [cost for cost in self._definition.additional_costs if cost.type != "session"]

    @property
    def stores(self) -> Mapping[str, str]:
        """The names of the stores, by integration id."""
        return {one.integration_id: one.name for one in self._definition.stores}

    @property
    def personas(self) -> Sequence[str]:
        """The ids of the customers that the workspace began with."""
        listed = self._workspace.raw.get("customerProfiles") or []
        return [one["integrationId"] for one in listed[:_MAX_PERSONAS]]

    def customer(self, profile_id: str) -> CustomerProfile | None:
        return self._workspace.records.profile(self._workspace.reading, profile_id)

    def newest_customers(self) -> Sequence[str]:
        return self._workspace.records.people.newest_ids(self._workspace.reading, _MAX_CUSTOMERS)

    def coupon_codes(self) -> Sequence[str]:
        """Return the coupon codes made last, the newest first."""
        return self._workspace.records.coupons.newest_codes(self._workspace.reading, _MAX_CODES)

    def referral_codes(self) -> Sequence[str]:
        """Return the referral codes made last, the newest first."""
        return self._workspace.records.referrals.newest_codes(self._workspace.reading, _MAX_CODES)

    @property
    def has_cards(self) -> bool:
        """Whether any loyalty program goes by cards."""
        return bool(self._card_programs)

    def cards(self) -> Sequence[str]:
        """Return identifiers of loyalty cards, those of the first program first."""
        records, reading = self._workspace.records.loyalty, self._workspace.reading
        return [
            card
            for program_id in self._card_programs
            for card in sorted(records.card_identifiers(reading, program_id))[:_MAX_CODES]
        ]

    @property
    def _card_programs(self) -> Sequence[int]:
        programs = self._workspace.application.programs.values()
        return [one.settings.id for one in programs if one.settings.card_based]
