"""The Application that the tables of sentences are told for, and ways to tell single parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from sandbox.errors import Fault
from sandbox.numbers import decode_json
from sandbox.rules.model import Ruleset
from sandbox.rules.parse import parse_ruleset
from sandbox.rules.words.model import RuleWords
from sandbox.rules.words.rules import ruleset_in_words
from sandbox.rules.words.vocabulary import AttributeTitle, Vocabulary

TABLES = Path(__file__).parent / "tables"

SHOP = Vocabulary(
    currency="EUR",
    timezone="Europe/Berlin",
    attributes={
        ("CustomerProfile", "city"): AttributeTitle("City", "string"),
        ("CustomerProfile", "vip"): AttributeTitle("VIP", "boolean"),
        ("CustomerProfile", "birthday"): AttributeTitle("Birthday", "time"),
        ("CustomerProfile", "tags"): AttributeTitle("Tags", "(list string)"),
        ("CustomerProfile", "limit"): AttributeTitle("Spending limit", "number"),
        ("CustomerSession", "giftNote"): AttributeTitle("", "string"),
        ("CartItem", "size"): AttributeTitle("Size", "string"),
        ("CartItem", "released"): AttributeTitle("Release date", "time"),
        ("Coupon", "percent"): AttributeTitle("Percent", "number"),
        ("Event", "score"): AttributeTitle("Score", "number"),
    },
    costs={"shipping": "Shipping", "wrap": "Gift wrap"},
    programs={"stars": "Stars"},
    card_programs=frozenset({6}),
    names={
        ("achievement", 5): "Ten coffees",
        ("audience", 9): "Regulars",
        ("campaign", 11): "Next order",
        ("collection", 3): "Berlin zips",
        ("custom effect", 4): "Extend trial",
        ("giveaway pool", 2): "Cinema",
        ("loyalty program", 5): "Stars",
        ("value map", 8): "Summer prices",
        ("webhook", 7): "Order hook",
    },
)


class Row(NamedTuple):
    """One row of a table: what is told, and how it reads. `place` is where it stands."""

    place: str
    told: Any
    words: str


def table(name: str) -> list[Row]:
    """Read a table: JSON, over one or more lines, then ``=> sentence``; ``#`` starts a comment."""
    rows = []
    json = ""
    for number, line in enumerate((TABLES / f"{name}.txt").read_text().splitlines(), 1):
        if line.startswith("=> "):
            rows.append(Row(f"{name}:{number}", decode_json(json), line[3:]))
            json = ""
        elif line and not line.startswith("#"):
            json += line
    assert not json, f"{name} ends without a sentence"
    return rows


def read(raw: dict[str, Any]) -> Ruleset:
    faults: list[Fault] = []
    ruleset = parse_ruleset({"id": 1, **raw}, "", faults)
    assert not faults, faults
    return ruleset


SELECTORS = decode_json((TABLES / "selectors.json").read_text())


def tell(*blocks: dict[str, Any], vocabulary: Vocabulary = SHOP, **ruleset: Any) -> RuleWords:
    """Tell one rule of these blocks."""
    raw = SELECTORS | {"promotionRules": [{"title": "rule", "blocks": list(blocks)}]} | ruleset
    return ruleset_in_words(read(raw), vocabulary).rules[0]
