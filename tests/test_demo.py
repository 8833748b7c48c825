"""The demo: it loads whole, and every saved cart costs what it is there to show."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.insight.totals import compute_totals
from sandbox.numbers import decode_json, encode_json
from sandbox.ui.drafts import scenario_draft
from sandbox.workspace.service import Workspaces
from sandbox.workspace.updates import CartItemUpdate
from sandbox.workspace.workspace import Workspace
from tests.conftest import settings

FIXTURES = Path(__file__).parents[1] / "fixtures"
SCENARIOS: list[dict[str, Any]] = decode_json((FIXTURES / "scenarios.json").read_text())

# What the customer pays for each saved cart.
PAYS = {
    "tutorial": "98.40",
    "big-basket": "195.00",
    "three-for-two": "45.00",
    "free-shipping": "158.00",
    "best-deal": "160.20",
    "expired": "76.00",
    "outfit": "125.00",
    "discount-on-discount": "88.56",
    "budget": "48.00",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspaces = Workspaces(settings(tmp_path_factory.mktemp("demo")))
    workspaces.load("demo", (FIXTURES / "demo.json").read_bytes())
    yield workspaces.workspace("demo")
    workspaces.close()


def test_the_demo_loads_without_a_warning(demo: Workspace):
    assert demo.application.warnings == ()


def test_every_saved_cart_is_checked_here():
    assert [scenario["id"] for scenario in SCENARIOS] == list(PAYS)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["id"])
def test_a_saved_cart_costs_what_it_shows(scenario: dict[str, Any], demo: Workspace):
    catalog = {
        sku: CartItemUpdate(sku=sku, quantity=1, price=item.price, name=item.name)
        for sku, item in demo.catalog.items()
    }
    outcome = demo.preview_session("cart", scenario_draft(scenario, catalog))
    answer = decode_json(encode_json({"session": outcome.session, "effects": outcome.effects}))
    totals = compute_totals(answer["session"], answer["effects"], "EUR", {})
    assert totals.pays == Decimal(PAYS[scenario["id"]])
    assert totals.exact_discount == totals.discount
