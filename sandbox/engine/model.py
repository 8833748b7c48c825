"""Sessions, profiles, codes and effects: the values that evaluation reads and returns.

Field names are the vendor's in snake_case; msgspec writes them in camelCase. Everything is
immutable. Amounts are `Decimal` in the Application's currency (major units), times are aware.
A field that may be None is left out of JSON when it is None; all others are always written, as the
vendor's schema requires. Source: Integration API, schemas CustomerSessionV2, CustomerProfile,
Coupon, Referral, Giveaway, Effect, RuleFailureReason.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from sandbox.numbers import Number
from sandbox.rules.model import LimitAction

Json: TypeAlias = Any
Attributes: TypeAlias = dict[str, Json]
Time: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
# An integer that JavaScript and every database can hold.
Integer: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
SessionState = Literal["open", "closed", "partially_returned", "cancelled"]
LimitPeriod = Literal["overall", "daily", "weekly", "monthly", "yearly"]
LimitEntity = Literal["Coupon", "Referral", "Profile", "Identifier", "Store", "Session"]


class Model(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Base of all values here: immutable, camelCase in JSON, defaults left out of JSON."""


def json_fields(model: Model) -> dict[str, Any]:
    """Return a value's fields under their JSON names, those that are None left out."""
    names = zip(model.__struct_encode_fields__, model.__struct_fields__, strict=True)
    fields = {name: getattr(model, field) for name, field in names}
    return {name: value for name, value in fields.items() if value is not None}


class Cost(Model, frozen=True):
    """The amount of one additional cost."""

    price: Number


class Product(Model, frozen=True):
    name: str


class PriceDetail(Model, frozen=True):
    """A price that an item could have had, and the adjustment that it comes from, if any."""

    price: Number
    adjustment_reference_id: str | None = None
    adjustment_context_id: str | None = None
    adjustment_effective_from: Time | None = None
    adjustment_effective_until: Time | None = None


class CartItem(Model, frozen=True):
    """One cart line, priced. `price` is per unit, and so are `additional_costs` (decision A42).

    `selected_price_type` is there where the catalog gave the price, and there are price types.
    """

    sku: str
    quantity: int
    price: Number
    position: int
    remaining_quantity: int
    attributes: Attributes
    returned_quantity: int = 0
    name: str | None = None
    category: str | None = None
    product: Product | None = None
    weight: Number | None = None
    height: Number | None = None
    width: Number | None = None
    length: Number | None = None
    additional_costs: dict[str, Cost] = {}
    catalog_item_id: int | None = msgspec.field(default=None, name="catalogItemID")
    selected_price_type: str | None = None
    adjustment_reference_id: str | None = None
    adjustment_effective_from: Time | None = None
    adjustment_effective_until: Time | None = None
    prices: dict[str, PriceDetail] | None = None


class VariantAllocation(Model, frozen=True):
    """The variant of an experiment that a client chose (schema ExperimentVariantAllocation)."""

    experiment_id: int = msgspec.field(name="experimentID")
    variant_id: int = msgspec.field(name="variantID")


class CustomerSession(Model, frozen=True):
    """One customer session, complete: what is stored, evaluated and answered.

    Totals are before discounts, always (see `sandbox.engine.totals`).
    """

    id: Integer
    created: Time
    integration_id: str
    application_id: int
    profile_id: str
    coupon_codes: list[str]
    referral_code: str
    state: SessionState
    cart_items: list[CartItem]
    attributes: Attributes
    first_session: bool
    update_count: int
    total: Number
    cart_item_total: Number
    additional_cost_total: Number
    cart_item_additional_cost_total: Number
    updated: Time
    additional_costs: dict[str, Cost]
    identifiers: list[str]
    loyalty_cards: list[str] = []
    store_integration_id: str | None = None
    evaluable_campaign_ids: list[int] | None = None
    experiment_variant_allocations: list[VariantAllocation] | None = None


class CustomerProfile(Model, frozen=True):
    """One customer profile. `total_sales` is before discounts, closed sessions only."""

    id: Integer
    created: Time
    integration_id: str
    attributes: Attributes
    account_id: int
    closed_sessions: int
    total_sales: Number
    last_activity: Time


class Limit(Model, frozen=True):
    """A budget: at most `limit` of `action` per combination of `entities` and `period`.

    Source: reference/engine/07, LimitConfig.
    """

    action: LimitAction
    limit: Number
    period: LimitPeriod | None = None
    entities: list[LimitEntity] = []


class CodeSettings(Model, frozen=True):
    """How codes are made (vendor schema CodeGeneratorSettings), also those that are no coupons."""

    valid_characters: list[str] = []
    coupon_pattern: str | None = None


class Coupon(Model, frozen=True):
    """One coupon code with its counters. `usage_limit` 0 means unlimited."""

    id: Integer
    created: Time
    campaign_id: Integer
    value: str
    usage_limit: Integer
    usage_counter: Integer
    discount_limit: Number | None = None
    discount_counter: Number | None = None
    reservation_limit: Integer | None = None
    reservation_counter: Integer | None = None
    start_date: Time | None = None
    expiry_date: Time | None = None
    limits: list[Limit] = []
    attributes: Attributes = {}
    referral_id: Integer | None = None
    recipient_integration_id: str | None = None
    import_id: Integer | None = None
    batch_id: str | None = None
    reservation: bool = True
    is_reservation_mandatory: bool = False
    implicitly_reserved: bool = False


class Referral(Model, frozen=True):
    """One referral code: an advocate's, for friends. `usage_limit` 0 means unlimited.

    Without `friend_profile_integration_id` every friend may use it.
    """

    id: Integer
    created: Time
    campaign_id: Integer
    code: str
    advocate_profile_integration_id: str
    usage_limit: Integer
    usage_counter: Integer
    friend_profile_integration_id: str | None = None
    start_date: Time | None = None
    expiry_date: Time | None = None
    attributes: Attributes = {}
    import_id: Integer | None = None
    batch_id: str | None = None


class Giveaway(Model, frozen=True):
    """One code of a giveaway pool, and who was given it."""

    id: Integer
    created: Time
    code: str
    pool_id: Integer
    start_date: Time | None = None
    end_date: Time | None = None
    attributes: Attributes = {}
    used: bool = False
    import_id: Integer | None = None
    profile_integration_id: str | None = None


class Effect(Model, frozen=True):
    """One effect as answered; `props` has the vendor's shape for its `effect_type`."""

    campaign_id: int
    ruleset_id: int
    rule_index: int
    rule_name: str
    effect_type: str
    props: dict[str, Json]
    triggered_by_coupon: int | None = None
    condition_index: int | None = None
    evaluation_group_id: int | None = msgspec.field(default=None, name="evaluationGroupID")
    evaluation_group_mode: str | None = None
    experiment_id: int | None = None
    selected_price_type: str | None = None
    selected_price: Number | None = None
    adjustment_reference_id: str | None = None


class RuleFailure(Model, frozen=True):
    """Why one rule did not apply in one run (wire name: ruleFailureReasons)."""

    campaign_id: int = msgspec.field(name="campaignID")
    campaign_name: str
    ruleset_id: int = msgspec.field(name="rulesetID")
    rule_index: int
    rule_name: str
    coupon_id: int | None = msgspec.field(default=None, name="couponID")
    coupon_value: str | None = None
    referral_id: int | None = msgspec.field(default=None, name="referralID")
    referral_value: str | None = None
    condition_index: int | None = None
    effect_index: int | None = None
    details: str | None = None
    evaluation_group_id: int | None = msgspec.field(default=None, name="evaluationGroupID")
    evaluation_group_mode: str | None = None
