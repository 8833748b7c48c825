"""What one Application is made of, as its bundle says: settings, campaigns, evaluation tree.

Shapes and names are the Management API's. `sandbox.engine.application` compiles a definition; only
a change of configuration makes a new one.
"""

from __future__ import annotations

from typing import Literal

from sandbox.engine.achievements.definitions import Achievement
from sandbox.engine.catalogs.items import PriceType
from sandbox.engine.loyalty.programs import LoyaltyProgram
from sandbox.engine.model import Attributes, CodeSettings, Integer, Json, Limit, Model, Time
from sandbox.numbers import ZERO, Number

EvaluationMode = Literal["stackable", "listOrder", "highestDiscount", "lowestDiscount"]
EvaluationScope = Literal["session", "cartItem"]
CaseSensitivity = Literal["sensitive", "insensitive-uppercase", "insensitive-lowercase"]
DiscountScope = Literal["sessionTotal", "cartItems", "additionalCosts"]
ItemDiscountScope = Literal["price", "additionalCosts", "itemTotal"]
AttributeEntity = Literal[
    "Application",
    "Campaign",
    "CustomerProfile",
    "CustomerSession",
    "CartItem",
    "Coupon",
    "Event",
    "Giveaway",
    "LoyaltyCard",
    "Referral",
    "Store",
]
AttributeType = Literal[
    "string",
    "number",
    "boolean",
    "time",
    "location",
    "(list string)",
    "(list number)",
    "(list time)",
    "(list location)",
]


class Application(Model, frozen=True):
    """Settings of the Application (reference/engine/03, section 3.5)."""

    id: int = 1
    name: str = "Sandbox"
    timezone: str = "UTC"
    currency: str = "EUR"
    case_sensitivity: CaseSensitivity = "sensitive"
    enable_cascading_discounts: bool = False
    enable_partial_discounts: bool = False
    enable_flattened_cart_items: bool = True
    default_discount_scope: DiscountScope = "sessionTotal"
    default_discount_additional_cost_per_item_scope: ItemDiscountScope = "price"
    attributes: Attributes = {}


class Attribute(Model, frozen=True):
    """A custom attribute that requests may send for `entity`.

    One of events is there for events of its `event_type`; without one, for all.
    """

    entity: AttributeEntity
    name: str
    type: AttributeType
    title: str = ""
    suggestions: list[Json] = []
    restricted_by_suggestions: bool = False
    event_type: str | None = None


class EventType(Model, frozen=True):
    """A kind of custom event that clients may track."""

    name: str
    id: int = 0
    title: str = ""


class AdditionalCost(Model, frozen=True):
    id: int
    name: str
    title: str = ""
    type: Literal["session", "item", "both"] = "session"


class Store(Model, frozen=True):
    id: int
    integration_id: str
    name: str = ""
    description: str | None = None
    attributes: Attributes = {}


class Collection(Model, frozen=True):
    id: int
    name: str
    items: list[str] = []
    campaign_id: int | None = None


class EffectParameter(Model, frozen=True):
    """A parameter of a custom effect, as `title` names it in the editor."""

    title: str | None = None


class CustomEffect(Model, frozen=True):
    """A custom effect; ``${param}`` is replaced in the JSON text `payload` (decision F15)."""

    id: int
    name: str
    title: str = ""
    payload: str = "{}"
    params: list[EffectParameter] = []
    is_per_item: bool = False
    enabled: bool = True


class Audience(Model, frozen=True):
    """A group of customers; who belongs to it is runtime state."""

    id: int
    name: str
    integration: str | None = None
    integration_id: str | None = None


class GiveawayPool(Model, frozen=True):
    """A pool of codes of somebody else's making; the codes are runtime state."""

    id: Integer
    name: str


class Webhook(Model, frozen=True):
    id: int
    title: str = ""
    enabled: bool = True


class ValueMap(Model, frozen=True):
    """Values by SKU, for one campaign."""

    id: int
    campaign_id: int | None = None
    items: dict[str, Number] = {}


class Variant(Model, frozen=True):
    """One variant of an experiment; `weight` is its share of the profiles, in percent."""

    id: int
    ruleset: dict[str, Json]
    name: str = ""
    weight: Number = ZERO
    is_primary: bool = False


class Experiment(Model, frozen=True):
    """Several rulesets of one campaign, of which each profile sees one."""

    id: int
    campaign_id: int
    is_variant_assignment_external: bool = False
    variants: list[Variant] = []


class Campaign(Model, frozen=True):
    """One campaign with its ruleset as JSON; `sandbox.rules.parse` reads the ruleset."""

    id: int
    name: str
    ruleset: dict[str, Json]
    description: str = ""
    state: Literal["enabled", "disabled", "archived"] = "enabled"
    start_time: Time | None = None
    end_time: Time | None = None
    attributes: Attributes = {}
    tags: list[str] = []
    features: list[str] = []
    limits: list[Limit] = []
    linked_store_ids: list[int] = []
    coupon_settings: CodeSettings | None = None
    referral_settings: CodeSettings | None = None
    reevaluate_on_return: bool = False


class CampaignLeaf(Model, frozen=True, tag_field="type", tag="CAMPAIGN"):
    """A campaign's place in the evaluation tree."""

    campaign_id: int


class CampaignGroup(Model, frozen=True, tag_field="type", tag="SET"):
    """An evaluation group (vendor schema CampaignSet): a mode that decides among its members."""

    elements: list[CampaignGroup | CampaignLeaf]
    group_id: int = 0
    name: str = "Base group"
    evaluation_mode: EvaluationMode = "stackable"
    evaluation_scope: EvaluationScope = "session"


class Definition(Model, frozen=True):
    """What evaluation needs to know about an Application and requests do not change."""

    application: Application
    campaigns: list[Campaign] = []
    evaluation_tree: CampaignGroup | None = None
    attributes: list[Attribute] = []
    event_types: list[EventType] = []
    additional_costs: list[AdditionalCost] = []
    stores: list[Store] = []
    collections: list[Collection] = []
    custom_effects: list[CustomEffect] = []
    audiences: list[Audience] = []
    giveaway_pools: list[GiveawayPool] = []
    webhooks: list[Webhook] = []
    value_maps: list[ValueMap] = []
    experiments: list[Experiment] = []
    cart_item_filters: list[dict[str, Json]] = []
    loyalty_programs: list[LoyaltyProgram] = []
    achievements: list[Achievement] = []
    price_types: list[PriceType] = []
