"""Which units a return means, and the session without them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.model import CartItem, Cost
from sandbox.engine.returns import ReturnedLine
from sandbox.errors import Refused
from sandbox.workspace.updates import ItemToReturn
from sandbox.workspace.updating.returned_items import returned_lines, value_of, without
from tests.engine.builders import NOW, item, session

CART = [item("A", 10, 2), item("B", 20, 3, position=1), item("A", 30, 2, position=2)]


def lines(*wanted: dict[str, Any], cart: list[CartItem] = CART) -> dict[int, int]:
    found = returned_lines(cart, [ItemToReturn(**one) for one in wanted])
    return {line.position: line.quantity for line in found}


def faults(*wanted: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refusal:
        lines(*wanted)
    return [fault.pointer for fault in refusal.value.faults]


def test_without_a_quantity_all_that_is_left_of_the_line_comes_back():
    assert lines({"position": 1}) == {1: 3}


def test_lines_with_the_same_sku_give_in_order():
    assert lines({"sku": "A", "quantity": 3}) == {0: 2, 2: 1}


def test_several_entries_for_one_line_add_up():
    assert lines({"position": 1, "quantity": 1}, {"sku": "B", "quantity": 2}) == {1: 3}


def test_units_that_came_back_before_are_not_there_any_more():
    after = without(
        session(CART), returned_lines(CART, [ItemToReturn(position=1, quantity=2)]), NOW
    )
    (line,) = returned_lines(after.cart_items, [ItemToReturn(position=1)])
    assert line == ReturnedLine(position=1, first=2, quantity=1, remaining=1)


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({}, ""),
        ({"position": 7}, "/position"),
        ({"sku": "Z"}, "/sku"),
        ({"position": 0, "sku": "B"}, "/sku"),
        ({"position": 1, "quantity": 4}, "/quantity"),
        ({"sku": "A", "quantity": 5}, "/quantity"),
    ],
)
def test_what_cannot_come_back_is_refused(wanted: dict[str, Any], pointer: str):
    assert faults(wanted) == [f"/return/returnedCartItems/0{pointer}"]


def test_every_fault_is_named():
    assert faults({"position": 7}, {"position": 1}, {"sku": "Z"}) == [
        "/return/returnedCartItems/0/position",
        "/return/returnedCartItems/2/sku",
    ]


def test_a_return_of_nothing_is_refused():
    assert faults() == ["/return/returnedCartItems"]


def test_what_comes_back_is_worth_its_price_and_its_own_costs():
    cart = [item("A", 10, 3, additional_costs={"wrap": Cost(price=Decimal(2))})]
    assert value_of(cart, [ReturnedLine(0, 0, 2, 3)]) == 24


def test_totals_leave_out_what_came_back():
    after = without(session(CART), [ReturnedLine(1, 0, 2, 3)], NOW)
    assert (after.total, after.cart_item_total, after.state) == (100, 100, "partially_returned")
    assert after.cart_items[1].remaining_quantity == 1
    assert after.update_count == 2
