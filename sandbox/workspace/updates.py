"""What clients send to change a session or a profile, or to track an event.

A field that is left out, or null, keeps its value. Limits are those of the vendor's schema.
Source: reference/api/01-session-put.md, section 1.2.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from sandbox.engine.model import Attributes, Cost, Model, Product, SessionState, VariantAllocation
from sandbox.numbers import Number

Code = Annotated[str, msgspec.Meta(max_length=100)]


class CartItemUpdate(Model, frozen=True):
    sku: Annotated[str, msgspec.Meta(min_length=1)]
    quantity: Annotated[int, msgspec.Meta(ge=1)]
    price: Number | None = None
    name: str | None = None
    category: str | None = None
    product: Product | None = None
    weight: Number | None = None
    height: Number | None = None
    width: Number | None = None
    length: Number | None = None
    attributes: Attributes | None = None
    additional_costs: dict[str, Cost] | None = None


class SessionUpdate(Model, frozen=True):
    profile_id: str | None = None
    store_integration_id: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)] | None = None
    evaluable_campaign_ids: list[int] | None = None
    coupon_codes: list[Code] | None = None
    referral_code: Code | None = None
    loyalty_cards: Annotated[list[str], msgspec.Meta(max_length=1)] | None = None
    state: SessionState | None = None
    cart_items: Annotated[list[CartItemUpdate], msgspec.Meta(max_length=1000)] | None = None
    additional_costs: dict[str, Cost] | None = None
    identifiers: Annotated[list[str], msgspec.Meta(max_length=5)] | None = None
    attributes: Attributes | None = None
    experiment_variant_allocations: list[VariantAllocation] | None = None


class ItemToReturn(Model, frozen=True):
    """Units of a line, by its position or its SKU; without a quantity all that are left of it."""

    position: Annotated[int, msgspec.Meta(ge=0)] | None = None
    sku: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1)] | None = None


class AudiencesChanges(Model, frozen=True):
    """The ids of audiences that a profile joins and leaves."""

    adds: list[int]
    deletes: list[int]


class ProfileUpdate(Model, frozen=True):
    attributes: Attributes | None = None
    audiences_changes: AudiencesChanges | None = None
    evaluable_campaign_ids: list[int] | None = None


class IdentifiedProfile(Model, frozen=True):
    """One of several profiles to update."""

    integration_id: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    attributes: Attributes | None = None


class EventUpdate(Model, frozen=True):
    """A custom event to track.

    An advanced one has an `integration_id`, and perhaps a closed session that it is connected to.
    """

    profile_id: str
    type: str
    attributes: Attributes = {}
    store_integration_id: str | None = None
    loyalty_cards: list[str] = []
    evaluable_campaign_ids: list[int] | None = None
    integration_id: str | None = None
    connected_session_id: str | None = None
