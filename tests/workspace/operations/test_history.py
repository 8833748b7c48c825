"""What is offered and set by hand in a workspace of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.workspace.operations.history import set_history
from sandbox.workspace.service import Workspaces
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate
from sandbox.workspace.workspace import Workspace
from tests.conftest import settings

BUNDLE: dict[str, Any] = {
    "formatVersion": 1,
    "application": {"id": 1, "name": "Shop", "timezone": "UTC", "currency": "EUR"},
    "customerProfiles": [
        {"id": 1, "integrationId": "ada", "attributes": {}, "closedSessions": 7},
        {"id": 2, "integrationId": "bob", "attributes": {}},
    ],
    "campaigns": [{"id": 1, "name": "Friends", "features": ["referrals"]}],
    "referrals": [
        {"id": n, "code": f"F{n}", "campaignId": 1, "advocateProfileIntegrationId": "ada"}
        for n in (1, 2, 3)
    ],
}


@pytest.fixture
def workspaces(tmp_path: Path) -> Iterator[Workspaces]:
    opened = Workspaces(settings(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def workspace(workspaces: Workspaces) -> Workspace:
    workspaces.load("shop", BUNDLE)
    return workspaces.workspace("shop")


def history(workspace: Workspace, profile_id: str) -> tuple[int, Decimal] | None:
    profile = workspace.records.profile(workspace.reading, profile_id)
    return None if profile is None else (profile.closed_sessions, profile.total_sales)


def order(workspace: Workspace, profile_id: str) -> None:
    item = CartItemUpdate(sku="A", quantity=1, price=Decimal(10))
    update = SessionUpdate(profile_id=profile_id, state="closed", cart_items=[item])
    workspace.update_session("s1", update, lambda outcome: None)


def test_a_history_that_is_set_is_the_customers_own(workspace: Workspace):
    set_history(workspace, "ada", 3, Decimal("99.90"))
    assert history(workspace, "ada") == (3, Decimal("99.90"))
    assert history(workspace, "bob") == (0, Decimal(0))


def test_a_customer_who_is_not_there_comes_to_be(workspace: Workspace):
    set_history(workspace, "new", 2, Decimal(5))
    assert history(workspace, "new") == (2, Decimal(5))


def test_orders_add_to_a_history_that_was_set(workspace: Workspace):
    set_history(workspace, "ada", 3, Decimal(90))
    order(workspace, "ada")
    assert history(workspace, "ada") == (4, Decimal(100))


def test_a_reset_takes_a_history_back(workspaces: Workspaces, workspace: Workspace):
    set_history(workspace, "ada", 3, Decimal(90))
    set_history(workspace, "new", 3, Decimal(90))
    workspaces.reset("shop")
    assert history(workspaces.workspace("shop"), "ada") == (7, Decimal(0))
    assert history(workspaces.workspace("shop"), "new") is None


def test_customers_and_referral_codes_are_listed_the_newest_first(workspace: Workspace):
    set_history(workspace, "new", 0, Decimal(0))
    assert workspace.records.people.newest_ids(workspace.reading, 2) == ["new", "bob"]
    assert workspace.records.referrals.newest_codes(workspace.reading, 2) == ["F3", "F2"]
