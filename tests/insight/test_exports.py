"""Insight as files that other programs read."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.insight.effects import effect_rows
from sandbox.insight.exports import effects_csv, effects_json, lines_csv, lines_json
from sandbox.insight.facts import WorkspaceFacts
from sandbox.insight.frames import effects_frame
from sandbox.insight.totals import compute_totals
from sandbox.numbers import decode_json

FACTS = WorkspaceFacts("EUR", "UTC", datetime(2026, 6, 1, tzinfo=UTC))
EFFECT = {
    "effectType": "setDiscount",
    "campaignId": 1,
    "props": {"name": "Ten", "value": Decimal("9.999")},
}


def session(name: str = "Blouse") -> dict[str, Any]:
    item = {"sku": "A", "name": name, "quantity": 1, "price": Decimal("99.99")}
    return {"cartItems": [item], "additionalCosts": {}}


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def effects_as_csv(*effects: dict[str, Any]) -> list[dict[str, str]]:
    frame = effects_frame(effect_rows(effects, [], FACTS), "EUR")
    return read(effects_csv(effects, frame))


def test_effects_have_their_amounts_with_all_digits_and_their_props():
    (row,) = effects_as_csv(EFFECT)
    assert (row["Value"], row["Effect"]) == ("9.999", "setDiscount")
    assert json.loads(row["Props"]) == {"name": "Ten", "value": 9.999}


def test_lines_sum_to_the_total():
    totals = compute_totals(session(), [EFFECT], "EUR")
    rows = read(lines_csv(totals))
    assert [(row["Item"], row["List"], row["Pays"]) for row in rows] == [
        ("Blouse", "99.99", "89.99"),
        ("Total", "99.99", "89.99"),
    ]


def test_json_keeps_every_digit():
    totals = compute_totals(session(), [EFFECT], "EUR")
    assert decode_json(lines_json(totals))["exactDiscount"] == Decimal("9.999")
    assert decode_json(effects_json([EFFECT])) == [EFFECT]


@pytest.mark.parametrize("name", ["=1+1", "+A1", "-x", "@SUM(A1)", "\tx"])
def test_no_text_becomes_a_formula(name: str):
    totals = compute_totals(session(name), [], "EUR")
    assert read(lines_csv(totals))[0]["Item"] == f"'{name}"


def test_negative_amounts_stay_numbers():
    item = {"sku": "A", "quantity": 1, "price": Decimal(-5)}
    totals = compute_totals({"cartItems": [item]}, [], "EUR")
    assert read(lines_csv(totals))[0]["List"] == "-5"
