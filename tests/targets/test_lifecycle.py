"""Orders through the SDK, and what they counted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.emulator.server import BackgroundServer
from sandbox.targets.connection import Connection
from sandbox.targets.errors import RefusedCallError
from sandbox.targets.histories import Histories
from sandbox.targets.tallies import Tallies
from sandbox.targets.target import Target
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate
from tests.client import coupon_campaign

CART = SessionUpdate(
    profile_id="p",
    coupon_codes=["TEN"],
    cart_items=[
        CartItemUpdate(sku="A", quantity=3, price=Decimal("10.5")),
        CartItemUpdate(sku="B", quantity=1, price=Decimal(20)),
    ],
)


@pytest.fixture
def connection(server: BackgroundServer) -> Connection:
    limits = [{"action": "setDiscount", "limit": 50, "entities": []}]
    bundle = {
        "campaigns": [coupon_campaign(limits=limits, features=["coupons", "referrals"])],
        "coupons": [{"value": "TEN", "campaignId": 1}, {"value": "TEN-2", "campaignId": 1}],
        "referrals": [{"code": "FRIEND", "campaignId": 1, "advocateProfileIntegrationId": "a"}],
    }
    keys = server.running.workspaces.load("lifecycle", bundle)
    return Connection(server.running.base_url, keys.integration_key, keys.management_key)


@pytest.fixture
def shop(connection: Connection) -> Target:
    return Target(connection)


@pytest.fixture
def tallies(connection: Connection) -> Tallies:
    return Tallies(connection, 1)


def test_an_order_is_closed_and_counted(shop: Target, tallies: Tallies):
    answer = shop.place_order("s", CART)
    assert answer.path == "/v2/customer_sessions/s"
    assert answer.content["customerSession"]["state"] == "closed"
    tally = tallies.read("p", ["ten"], "")
    assert [(c["value"], c["usageCounter"]) for c in tally["coupons"]] == [("TEN", 1)]
    assert tally["campaigns"][0]["budgets"][0]["counter"] == Decimal("5.15")
    assert tally["inventory"]["profile"]["closedSessions"] == 1


def test_an_order_twice_is_refused(shop: Target):
    shop.place_order("s", CART)
    with pytest.raises(RefusedCallError) as refused:
        shop.place_order("s", CART)
    assert refused.value.status == 400
    assert "closed" in refused.value.faults[0].details


def test_items_are_returned_by_their_positions(shop: Target):
    shop.place_order("s", CART)
    answer = shop.return_items("s", {0: 2, 1: 1})
    session = answer.content["customerSession"]
    assert session["state"] == "partially_returned"
    assert [item["remainingQuantity"] for item in session["cartItems"]] == [1, 0]


def test_more_than_was_bought_cannot_be_returned(shop: Target):
    shop.place_order("s", CART)
    with pytest.raises(RefusedCallError):
        shop.return_items("s", {0: 4})


def test_a_cancelled_order_counts_no_longer(shop: Target, tallies: Tallies):
    shop.place_order("s", CART)
    answer = shop.cancel("s")
    assert answer.content["customerSession"]["state"] == "cancelled"
    assert tallies.read("p", ["TEN"], "")["coupons"][0]["usageCounter"] == 0


def test_a_reopened_order_can_be_placed_again(shop: Target):
    shop.place_order("s", CART)
    assert shop.reopen("s").path == "/v2/customer_sessions/s/reopen"
    assert shop.place_order("s", CART).content["customerSession"]["state"] == "closed"


def test_what_is_not_there_cannot_be_reopened(shop: Target):
    with pytest.raises(RefusedCallError) as refused:
        shop.reopen("never")
    assert refused.value.status == 404


def test_a_guest_has_no_inventory(tallies: Tallies):
    tally = tallies.read("", [], "")
    assert (tally["inventory"], tally["achievements"], tally["coupons"]) == ({}, [], [])


def test_referral_codes_are_found_in_their_campaigns(tallies: Tallies):
    assert [one["code"] for one in tallies.read("", [], "FRIEND")["referrals"]] == ["FRIEND"]


def test_the_history_has_the_steps_of_one_session_newest_first(
    shop: Target, connection: Connection
):
    shop.place_order("s", CART)
    shop.place_order("other", CART)
    shop.cancel("s")
    histories = Histories(connection, 1)
    assert [event["type"] for event in histories.events("s")] == [
        "talon_session_revoked",
        "talon_session_closed",
        "talon_session_created",
    ]
    session = histories.session("s")
    assert session is not None
    assert session["state"] == "cancelled"
    assert histories.session("never") is None
