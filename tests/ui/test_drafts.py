from __future__ import annotations

from decimal import Decimal

import pandas as pd

from sandbox.ui.drafts import grid_frame, read_grid, with_item
from sandbox.workspace.updates import CartItemUpdate

MUG = CartItemUpdate(
    sku="MUG", quantity=2, price=Decimal("0.1"), name="Mug", attributes={"size": "L"}
)


def test_an_unedited_grid_gives_the_cart_back_exactly():
    assert read_grid(grid_frame([MUG]), (MUG,)) == (((0, MUG),), 0)


def test_an_edited_quantity_keeps_what_the_grid_does_not_show():
    frame = grid_frame([MUG])
    frame.loc[0, "quantity"] = 5
    ((_, line),), _ = read_grid(frame, (MUG,))
    assert (line.quantity, line.attributes) == (5, {"size": "L"})


def test_rows_that_are_incomplete_wait_and_empty_ones_do_not_count():
    frame = grid_frame([MUG])
    rows = [{"name": "Tea"}, {"name": None}, {"sku": "T", "quantity": 1, "price": 3.0}]
    frame = pd.concat([frame, pd.DataFrame(rows)], ignore_index=True)
    lines, incomplete = read_grid(frame, (MUG,))
    assert [line.item.sku for line in lines] == ["MUG", "T"]
    assert incomplete == 1


def test_adding_a_product_that_is_there_makes_its_line_grow():
    assert [item.quantity for item in with_item([MUG], MUG, 3)] == [5]


def test_adding_another_product_adds_a_line():
    tea = CartItemUpdate(sku="TEA", quantity=1, price=Decimal(3))
    assert [item.sku for item in with_item([MUG], tea, 2)] == ["MUG", "TEA"]


def test_what_only_json_can_say_of_a_line_stays_with_it():
    heavy = CartItemUpdate(sku="A", quantity=1, price=Decimal(1), name="A", weight=Decimal("1.5"))
    ((row, line),), _ = read_grid(grid_frame([heavy]), (heavy,))
    assert (row, line.weight) == (0, Decimal("1.5"))


def test_a_line_without_a_price_is_complete_if_it_never_had_one():
    known = CartItemUpdate(sku="A", quantity=1, name="A")
    lines, incomplete = read_grid(grid_frame([known]), (known,))
    assert ([line.item.price for line in lines], incomplete) == ([None], 0)


def test_lines_keep_the_number_of_their_row_when_another_is_deleted():
    tea = CartItemUpdate(sku="TEA", quantity=1, price=Decimal(3), attributes={"kind": "green"})
    lines, _ = read_grid(grid_frame([MUG, tea]).drop(index=0), (MUG, tea))
    assert [(line.row, line.item.attributes) for line in lines] == [(1, {"kind": "green"})]
