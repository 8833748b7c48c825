"""What words need to know about an Application that its rules do not say themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sandbox.rules.model import Selector

# Things that rules mean by an id and people know by a name.
Thing: TypeAlias = Literal[
    "achievement",
    "audience",
    "campaign",
    "collection",
    "custom effect",
    "giveaway pool",
    "loyalty program",
    "value map",
    "webhook",
]


@dataclass(frozen=True, slots=True)
class AttributeTitle:
    """How people call a custom attribute, and its type: string, number, (list string), …"""

    title: str
    type: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names and settings as plain data; everything has a default, and words only get poorer.

    `attributes` are known by entity and API name; `costs` and `programs` are titles by API name,
    `names` those of things by id. `card_programs` are the loyalty programs whose points belong to
    cards, `filters` the Application's cart item filters, which every ruleset can use. `locale`
    decides how numbers are written; the sentences are English.
    """

    currency: str = "EUR"
    timezone: str = "UTC"
    locale: str = "en"
    cascading_discounts: bool = False
    partial_rewards: bool = False
    discount_scope: str = "sessionTotal"
    item_discount_scope: str = "price"
    attributes: Mapping[tuple[str, str], AttributeTitle] = field(default_factory=dict)
    costs: Mapping[str, str] = field(default_factory=dict)
    programs: Mapping[str, str] = field(default_factory=dict)
    card_programs: frozenset[int] = frozenset()
    names: Mapping[tuple[Thing, int], str] = field(default_factory=dict)
    filters: tuple[Selector, ...] = ()
