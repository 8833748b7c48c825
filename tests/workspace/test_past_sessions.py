"""Sessions that a bundle tells in short."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import Refused
from sandbox.numbers import decode_json
from sandbox.workspace.service import Workspaces
from sandbox.workspace.updates import SessionUpdate
from sandbox.workspace.workspace import Workspace
from tests.conftest import settings

SHOP: dict[str, Any] = {
    "clock": "2026-06-13T10:00:00Z",
    "additionalCosts": [{"id": 1, "name": "shipping", "type": "session"}],
    "stores": [{"id": 1, "integrationId": "here"}],
    "catalogs": [
        {"id": 1, "items": [{"sku": "A", "name": "Cap", "price": 15, "category": "Hats"}]}
    ],
}
ORDER: dict[str, Any] = {
    "integrationId": "order-1",
    "profileId": "p",
    "created": "2026-05-01T12:00:00+02:00",
    "cartItems": [{"sku": "A", "quantity": 2}],
    "additionalCosts": {"shipping": {"price": 5}},
}


@pytest.fixture
def workspaces(tmp_path: Path) -> Iterator[Workspaces]:
    opened = Workspaces(settings(tmp_path))
    yield opened
    opened.close()


def load(workspaces: Workspaces, *sessions: Any, **parts: Any) -> Workspace:
    workspaces.load("past", SHOP | {"customerSessions": list(sessions)} | parts)
    return workspaces.workspace("past")


def faults(workspaces: Workspaces, *sessions: Any) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        load(workspaces, *sessions)
    return {fault.pointer: fault.details for fault in refused.value.faults}


def test_what_a_session_leaves_out_follows_from_its_cart_and_the_catalog(workspaces: Workspaces):
    session, effects = load(workspaces, ORDER).session("order-1")
    (item,) = session.cart_items
    assert (item.name, item.category, item.price, item.remaining_quantity) == ("Cap", "Hats", 15, 2)
    assert (session.cart_item_total, session.total) == (30, 35)
    assert (session.state, session.update_count, effects) == ("closed", 1, [])
    assert session.created == session.updated
    assert session.created.isoformat() == "2026-05-01T12:00:00+02:00"


def test_a_session_without_a_time_is_of_now_and_may_be_open(workspaces: Workspaces):
    workspace = load(workspaces, {"integrationId": "cart", "state": "open"})
    session, _ = workspace.session("cart")
    assert (session.state, session.created) == ("open", workspace.clock.now())


def test_only_the_first_session_of_a_customer_is_their_first(workspaces: Workspaces):
    workspace = load(workspaces, ORDER, ORDER | {"integrationId": "order-2"})
    first = [workspace.session(name)[0].first_session for name in ("order-1", "order-2")]
    assert first == [True, False]


def test_stored_sessions_and_short_ones_stand_beside_each_other(workspaces: Workspaces):
    load(workspaces, ORDER)
    (stored,) = decode_json(workspaces.export("past"))["customerSessions"]
    workspace = load(workspaces, ORDER | {"integrationId": "order-2"}, stored)
    ids = [workspace.session(name)[0].id for name in ("order-1", "order-2")]
    assert ids == [1, 2]
    assert not workspace.session("order-2")[0].first_session


def test_an_export_has_them_whole_and_restores_them(workspaces: Workspaces):
    load(workspaces, ORDER)
    exported = decode_json(workspaces.export("past"))
    workspaces.load("past", exported)
    assert decode_json(workspaces.export("past")) == exported


def test_a_past_order_can_be_cancelled(workspaces: Workspaces):
    profile = {"integrationId": "p", "closedSessions": 1, "totalSales": 35}
    workspace = load(workspaces, ORDER, customerProfiles=[profile])
    workspace.update_session("order-1", SessionUpdate(state="cancelled"), lambda outcome: None)
    assert workspace.session("order-1")[0].state == "cancelled"


def test_every_fault_names_its_session(workspaces: Workspaces):
    unknown = {
        "integrationId": "order-2",
        "cartItems": [{"sku": "B", "quantity": 1}],
        "storeIntegrationId": "there",
    }
    assert faults(workspaces, ORDER, ORDER | unknown, {"profileId": "p"}) == {
        "/customerSessions/1/storeIntegrationId": "There is no store “there”",
        "/customerSessions/1/cartItems/0/price": "A price is required: no catalog has one for “B”",
        "/customerSessions/2/integrationId": "“integrationId” is required",
    }


def test_two_sessions_of_one_id_are_refused(workspaces: Workspaces):
    assert faults(workspaces, ORDER, ORDER) == {
        "/customerSessions/1/integrationId": "Another session has the id “order-1”"
    }


def test_what_is_no_session_is_refused(workspaces: Workspaces):
    assert list(faults(workspaces, ORDER, 5)) == ["/customerSessions/1"]
