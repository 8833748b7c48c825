"""The keys of a bundle: what configures an Application, what is state, and the others.

Format: conformance README, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.engine.achievements.definitions import Achievement
from sandbox.engine.catalogs.items import PriceType
from sandbox.engine.definitions import (
    AdditionalCost,
    Attribute,
    Campaign,
    Collection,
    CustomEffect,
    EventType,
    Experiment,
    Store,
    ValueMap,
    Webhook,
)
from sandbox.engine.loyalty.programs import LoyaltyProgram
from sandbox.workspace.entities import BundledAudience, BundledPool

EVALUATION_TREE = "campaignEvaluationTree"


def no_defaults(number: int) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Part:
    """Entities of one kind that configure an Application.

    `field` is theirs in `Definition`; `defaults` gets an entity's number, from 1.
    """

    field: str
    shape: type
    defaults: Callable[[int], dict[str, Any]] = no_defaults


# The lists of a bundle that nothing but the rules depend on, by the bundle's keys.
CONFIGURATION: Mapping[str, Part] = {
    "campaigns": Part("campaigns", Campaign, lambda number: {"ruleset": {"id": 0}}),
    "attributes": Part("attributes", Attribute),
    "eventTypes": Part("event_types", EventType),
    "additionalCosts": Part("additional_costs", AdditionalCost),
    "stores": Part("stores", Store),
    "collections": Part("collections", Collection),
    "customEffects": Part("custom_effects", CustomEffect),
    "audiences": Part("audiences", BundledAudience),
    "giveawayPools": Part("giveaway_pools", BundledPool),
    "webhooks": Part("webhooks", Webhook),
    "valueMaps": Part("value_maps", ValueMap),
    "experiments": Part("experiments", Experiment),
    "cartItemFilters": Part("cart_item_filters", dict[str, Any]),
    "loyaltyPrograms": Part("loyalty_programs", LoyaltyProgram),
    "achievements": Part("achievements", Achievement),
    "priceTypes": Part("price_types", PriceType),
}
# The keys that hold state which requests change.
STATE = frozenset(
    {
        "coupons",
        "referrals",
        "customerProfiles",
        "couponReservations",
        "loyaltyCards",
        "loyaltyTransactions",
        "loyaltyTiers",
        "achievementProgress",
        "limitCounters",
        "customerSessions",
        "x-runtime",
    }
)
KEYS = frozenset(
    {"formatVersion", "clock", "application", "catalogs", EVALUATION_TREE, *CONFIGURATION, *STATE}
)
