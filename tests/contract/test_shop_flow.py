"""One customer's way through a shop, with the official SDKs: points are earned and spent, a code is
used up, an item comes back, and the order is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import talon_one
from talon_one.exceptions import BadRequestException

from sandbox.emulator.server import BackgroundServer
from sandbox.workspace.service import WorkspaceKeys
from tests.contract.conftest import JAVASCRIPT, Node
from tests.contract.shop import FLOW, PROGRAM
from tests.contract.test_tutorial import api_with

SHIRT = {"name": "Shirt", "sku": "S", "quantity": 2, "price": 40}
SHOES = {"name": "Shoes", "sku": "B", "quantity": 1, "price": 20}
CONTENT = ["customerSession", "customerProfile", "coupons"]


@pytest.fixture
def keys(server: BackgroundServer) -> Iterator[WorkspaceKeys]:
    workspaces = server.running.workspaces
    yield workspaces.load("flow", FLOW)
    workspaces.delete("flow")


class Shop:
    """What a shop's code does with the Python SDK."""

    def __init__(self, api: talon_one.IntegrationApi) -> None:
        self.api = api

    def update(self, id: str, *items: dict[str, Any], **session: Any) -> Any:
        if items:
            session["cart_items"] = [talon_one.CartItem(**item) for item in items]
        wanted = talon_one.NewCustomerSessionV2(**session)
        request = talon_one.IntegrationRequest(customer_session=wanted, response_content=CONTENT)
        return self.api.update_customer_session_v2(id, request)

    def give_back(self, id: str, position: int, quantity: int) -> Any:
        item = talon_one.ReturnedCartItem(position=position, quantity=quantity)
        returned = talon_one.NewReturn(returned_cart_items=[item])
        request = talon_one.ReturnIntegrationRequest.from_dict(
            {"return": returned.to_dict(), "responseContent": CONTENT}
        )
        return self.api.return_cart_items(id, request)

    @property
    def points(self) -> float:
        points: float = self.api.get_loyalty_balances(PROGRAM, "ada").balance.active_points
        return points


def props(state: Any, effect_type: str, name: str) -> list[Any]:
    return [effect.props[name] for effect in state.effects if effect.effect_type == effect_type]


def test_the_python_sdk_leads_a_customer_through_the_shop(
    server: BackgroundServer, keys: WorkspaceKeys
):
    shop = Shop(api_with(server.running.base_url, keys.integration_key))
    profile = talon_one.CustomerProfileIntegrationRequestV2(attributes={"Language": "en"})
    assert shop.api.update_customer_profile_v2("ada", profile).effects == []

    opened = shop.update("order-1", SHIRT, profile_id="ada")
    assert opened.customer_session.state == "open"
    assert opened.customer_profile.attributes == {"Language": "en"}
    assert [effect.effect_type for effect in opened.effects] == ["addLoyaltyPoints"]

    wrong = shop.update("order-1", coupon_codes=["nonsense"])
    assert props(wrong, "rejectCoupon", "rejectionReason") == ["CouponNotFound"]

    coded = shop.update("order-1", SHIRT, SHOES, coupon_codes=["xmas20"])
    assert props(coded, "setDiscount", "value") == [20]
    assert coded.coupons[0].usage_counter == 0
    assert shop.points == 0

    closed = shop.update("order-1", state="closed")
    assert closed.coupons[0].usage_counter == 1
    assert props(closed, "addLoyaltyPoints", "value") == [100]
    assert shop.points == 100

    paid = shop.update(
        "order-2", SHOES, profile_id="ada", state="closed", coupon_codes=["REWARD", "xmas20"]
    )
    assert props(paid, "rejectCoupon", "rejectionReason") == ["CouponLimitReached"]
    assert props(paid, "deductLoyaltyPoints", "value") == [50]
    assert shop.points == 100 + 20 - 50

    back = shop.give_back("order-1", 0, 1)
    assert back.customer_session.state == "partially_returned"
    assert back.customer_session.cart_items[0].remaining_quantity == 1

    refunded = shop.update("order-2", state="cancelled")
    assert props(refunded, "rollbackDeductedLoyaltyPoints", "value") == [50]

    cancelled = shop.update("order-1", state="cancelled")
    assert props(cancelled, "rollbackCoupon", "value") == ["xmas20"]
    assert cancelled.coupons[0].usage_counter == 0
    assert cancelled.customer_profile.closed_sessions == 0
    assert shop.points == 0

    with pytest.raises(BadRequestException):
        shop.update("order-1", state="open")


def test_a_closed_order_is_reopened_and_closed_again(server: BackgroundServer, keys: WorkspaceKeys):
    shop = Shop(api_with(server.running.base_url, keys.integration_key))
    shop.update("order-1", SHIRT, profile_id="ada", state="closed", coupon_codes=["xmas20"])
    reopened = shop.api.reopen_customer_session("order-1")
    assert props(reopened, "rollbackCoupon", "value") == ["xmas20"]
    assert shop.points == 0
    again = shop.update("order-1", SHOES, state="closed")
    assert props(again, "setDiscount", "value") == [4]
    assert shop.points == 20


def test_the_javascript_sdk_leads_a_customer_through_the_shop(
    server: BackgroundServer, keys: WorkspaceKeys, node: Node
):
    flow = (JAVASCRIPT / "shop_flow.js").read_text()
    ended = node(flow, HOST=server.running.base_url, KEY=keys.integration_key)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")
