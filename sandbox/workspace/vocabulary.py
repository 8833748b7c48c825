"""What rules in words call things in one workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.engine.definitions import Definition
from sandbox.rules.parse import read_selector
from sandbox.rules.reading import Reader
from sandbox.rules.words.vocabulary import AttributeTitle, Thing, Vocabulary

# Where a bundle keeps the things that rules mean by id.
_THINGS: dict[Thing, str] = {
    "achievement": "achievements",
    "audience": "audiences",
    "campaign": "campaigns",
    "collection": "collections",
    "custom effect": "customEffects",
    "giveaway pool": "giveawayPools",
    "loyalty program": "loyaltyPrograms",
    "value map": "valueMaps",
    "webhook": "webhooks",
}


def vocabulary_of(definition: Definition, raw: Mapping[str, Any]) -> Vocabulary:
    """Return the settings and names of a workspace; `raw` is the bundle it was loaded from.

    Names come from the bundle, which also has things that the engine does not need to know.
    """
    settings = definition.application
    return Vocabulary(
        currency=settings.currency,
        timezone=settings.timezone,
        cascading_discounts=settings.enable_cascading_discounts,
        partial_rewards=settings.enable_partial_discounts,
        discount_scope=settings.default_discount_scope,
        item_discount_scope=settings.default_discount_additional_cost_per_item_scope,
        attributes={
            (attribute.entity, attribute.name): AttributeTitle(attribute.title, attribute.type)
            for attribute in definition.attributes
        },
        costs={cost.name: cost.title for cost in definition.additional_costs if cost.title},
        programs={
            str(program["name"]): _title(program)
            for program in _entities(raw, "loyaltyPrograms")
            if program.get("name")
        },
        card_programs=frozenset(
            program["id"]
            for program in _entities(raw, "loyaltyPrograms")
            if program.get("cardBased") is True
        ),
        names={
            (thing, entity["id"]): _title(entity)
            for thing, key in _THINGS.items()
            for entity in _entities(raw, key)
            if _title(entity)
        },
        filters=tuple(
            read_selector(Reader(selector, "", [])) for selector in definition.cart_item_filters
        ),
    )


def _entities(raw: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    """Yield what a bundle has under a key; the engine may not have looked at it."""
    found = raw.get(key)
    for entity in found if isinstance(found, list) else ():
        if isinstance(entity, dict) and type(entity.get("id")) is int:
            yield entity


def _title(entity: Mapping[str, Any]) -> str:
    return str(entity.get("title") or entity.get("name") or "")
