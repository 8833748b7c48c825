"""What the words of one ruleset refer to: the Application's vocabulary and the ruleset's names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from sandbox.rules.words.english import quoted
from sandbox.rules.words.vocabulary import AttributeTitle, Thing, Vocabulary

Kind: TypeAlias = Literal["money", "number", "text", "time", "flag", "list", "items", "unknown"]


@dataclass(frozen=True, slots=True)
class Term:
    """A value in words. What is not `simple` needs brackets inside other terms."""

    text: str
    kind: Kind = "unknown"
    plural: bool = False
    shape: Literal["simple", "sum", "compound"] = "simple"

    @property
    def inner(self) -> str:
        """The text as it stands inside another term."""
        return self.text if self.shape == "simple" else f"({self.text})"

    @property
    def in_clause(self) -> str:
        """The text as it stands before or behind a verb; one with an afterthought in brackets."""
        return self.inner if "," in self.text else self.text


@dataclass(frozen=True, slots=True)
class Selection:
    """What a cart item filter gives, in words.

    `text` is a noun: “the items whose category is Shoes”, “the 2 cheapest items”, “the total weight
    of the cart items”. `each` means its members one by one; it is "" for what is no items. `plain`
    is what the cart can have so many of, such as “items whose category is Shoes”; it is None for
    anything but all items that pass. `by_name` says that the filter's name stands for it.
    """

    text: str
    kind: Kind
    each: str = ""
    plain: str | None = None
    plural: bool = True
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Glossary:
    """`owner` is whose the fields of an item are: “its price”, “whose price”, “the price”.

    `remaining` says that amounts are those that earlier discounts left (decision E21).
    """

    vocabulary: Vocabulary
    selections: Mapping[str, Selection] = field(default_factory=dict)
    owner: str = "the item's"
    remaining: bool = False

    def of_each_item(self) -> Glossary:
        """Return the glossary for what is said about one item after another."""
        return replace(self, owner="its")

    def owned_by(self, owner: str) -> Glossary:
        return replace(self, owner=owner)

    def for_discounts(self) -> Glossary:
        """Return the glossary for the values of discounts."""
        return replace(self, remaining=self.vocabulary.cascading_discounts)

    def attribute(self, entity: str, name: str) -> AttributeTitle | None:
        return self.vocabulary.attributes.get((entity, name))

    def cost(self, name: str) -> str:
        """Return the title of an additional cost."""
        return self.vocabulary.costs.get(name) or name

    def name_of(self, thing: Thing, number: int, written: str = "") -> str:
        """Return the quoted name of a thing: as it is known now, else as the rule has it."""
        name = self.vocabulary.names.get((thing, number)) or written
        return quoted(name) if name else str(number)
