"""Blocks, filters and formulas against the tables of sentences; read the tables to review them."""

from __future__ import annotations

import pytest

from sandbox.rules.words.rules import ruleset_in_words
from tests.rules.words.shop import SELECTORS, SHOP, Row, read, table, tell


def rows(name: str) -> list[object]:
    return [pytest.param(row, id=row.place) for row in table(name)]


@pytest.mark.parametrize("row", rows("conditions"))
def test_a_condition_reads_as_the_table_says(row: Row):
    (condition,) = tell(row.told).conditions
    assert condition.sentence == row.words


@pytest.mark.parametrize("row", rows("effects"))
def test_an_effect_reads_as_the_table_says(row: Row):
    (effect,) = tell(row.told).effects
    assert effect.sentence == row.words


@pytest.mark.parametrize("row", rows("filters"))
def test_a_filter_reads_as_the_table_says(row: Row):
    own = {"name": "it", "source": "$Session.CartItems"} | row.told
    raw = SELECTORS | {"selectors": [*SELECTORS["selectors"], own]}
    words = ruleset_in_words(read(raw), SHOP).filters
    assert [w.sentence for w in words if w.name == "it"] == [row.words]


@pytest.mark.parametrize("row", rows("formulas"))
def test_a_formula_reads_as_the_table_says(row: Row):
    update = {
        "type": "triggerCustomEffect",
        "customEffect": {"id": 1, "name": "e"},
        "params": {"value": row.told},
        "target": {"type": "allItems"},
    }
    (effect,) = tell(update).effects
    assert effect.details == (f"value = {row.words}",)
