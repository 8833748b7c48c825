"""Every rule of the demo, word for word; and every published case, in clean sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.numbers import decode_json
from sandbox.rules.words.model import RulesetWords
from sandbox.rules.words.outline import outline
from sandbox.rules.words.rules import ruleset_in_words
from sandbox.workspace.bundle import read_bundle
from sandbox.workspace.vocabulary import vocabulary_of
from tests.rules.words.shop import TABLES, read

DEMO = Path(__file__).parents[3] / "fixtures" / "demo.json"
# Formulas and names that a reader should never meet.
UNTOLD = re.compile(r"\{\{|\}\}|\$\w|\bNone\b|Decimal\(|Literal\(|<|  |\bx-|[a-z]+[A-Z]\w+ \(")


def campaigns(raw: dict[str, Any]) -> Iterator[tuple[str, RulesetWords]]:
    """Yield the campaigns of a bundle by name."""
    vocabulary = vocabulary_of(read_bundle(raw).application.definition, raw)
    for campaign in raw.get("campaigns", []):
        ruleset = campaign.get("ruleset") or {}
        yield campaign["name"], ruleset_in_words(read(ruleset), vocabulary)


def test_the_demo_reads_word_for_word():
    told = []
    for name, words in campaigns(decode_json(DEMO.read_text())):
        told += [f"# {name}", *(line for rule in words.rules for line in outline(rule)), ""]
    assert "\n".join(told) == (TABLES / "demo.txt").read_text()


def lines(words: RulesetWords) -> Iterator[str]:
    for rule in words.rules:
        yield from outline(rule)
    for definition in words.filters:
        yield definition.sentence


def test_the_rules_of_every_published_case_read_clean(shared: Path):
    files = sorted((shared / "conformance" / "cases").glob("*.jsonl"))
    cases = [decode_json(line) for file in files for line in file.read_text().splitlines()]
    seen = 0
    for case in cases:
        if not case.get("bundle"):
            continue
        for _, words in campaigns(case["bundle"]):
            for line in lines(words):
                seen += 1
                assert not UNTOLD.search(line.strip()), (case["id"], line)
    assert seen > 1000


@pytest.mark.parametrize("word", ["{{$Session.Total}}", "the campaign None", "checkWeather (x 1)"])
def test_the_search_for_what_is_untold_finds_it(word: str):
    assert UNTOLD.search(word)
