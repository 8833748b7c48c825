from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.errors import Refused
from sandbox.ui.cart.pasted_rows import read_rows
from sandbox.workspace.updates import CartItemUpdate

BLOUSE = CartItemUpdate(
    sku="rdbs-1111", quantity=1, price=Decimal(49), name="Red Spring Blouse", category="Shirts"
)
CATALOG = {BLOUSE.sku: BLOUSE}


def brief(text: str) -> list[tuple[str | None, str, int, Decimal | None, str | None]]:
    return [
        (line.name, line.sku, line.quantity, line.price, line.category)
        for line in read_rows(text, CATALOG)
    ]


def refusal(text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_rows(text, CATALOG)
    return [fault.details for fault in refused.value.faults]


def test_rows_without_column_names_are_item_quantity_price_category_sku():
    text = "Mug\t2\t7.50\tKitchen\tMUG-1\nTea\t1\t3"
    assert brief(text) == [
        ("Mug", "MUG-1", 2, Decimal("7.50"), "Kitchen"),
        ("Tea", "Tea", 1, Decimal(3), None),
    ]


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_columns_that_are_named_come_in_any_order(separator: str):
    rows = [["SKU", "Unit price", "Qty", "Name"], ["MUG-1", "7.50", "2", "Mug"]]
    text = "\n".join(separator.join(row) for row in rows)
    assert brief(text) == [("Mug", "MUG-1", 2, Decimal("7.50"), None)]


def test_quoted_cells_may_hold_the_separator():
    assert brief('item,price\n"Mug, blue",5') == [("Mug, blue", "Mug, blue", 1, Decimal(5), None)]


def test_what_is_left_out_comes_from_the_catalog():
    known = ("Red Spring Blouse", "rdbs-1111", 3, Decimal(49), "Shirts")
    assert brief("sku\tquantity\nrdbs-1111\t3") == [known]
    assert brief("Red spring blouse\t3")[0][1:] == known[1:]
    assert brief("rdbs-1111\t3") == [known]


def test_a_price_of_ones_own_wins_over_the_catalog():
    assert brief("sku\tprice\nrdbs-1111\t12")[0][3] == Decimal(12)


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("€ 49.00", "49.00"),
        ("49,90 €", "49.90"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("-9", "-9"),
        ("\N{MINUS SIGN}9", "-9"),
        ("USD 5", "5"),
        ("1,234,567", "1234567"),
    ],
)
def test_prices_are_read_as_people_write_them(written: str, price: str):
    assert brief(f"Mug\t1\t{written}")[0][3] == Decimal(price)


def test_a_price_that_may_mean_two_things_is_refused():
    (details,) = refusal("Mug\t1\t1,234")
    assert details == "Row 1: the price “1,234” may be 1234 or 1.234: write which"


def test_every_fault_names_its_row_and_nothing_is_read():
    assert refusal("item\tquantity\tprice\nMug\ttwo\t5\nTea\t1\tfree\n\t1\t3\nCup\t0\t1") == [
        "Row 2: the quantity “two” is no whole number from 1 on",
        "Row 3: the price “free” is no amount",
        "Row 4: there is no item and no SKU",
        "Row 5: the quantity “0” is no whole number from 1 on",
    ]


def test_an_item_that_nobody_knows_needs_a_price():
    assert refusal("Mug\t2") == ["Row 1: there is no price, and the catalog does not know the item"]


def test_a_cell_without_a_column_is_refused_and_not_lost():
    assert refusal("item\tprice\nMug\t5\tsurprise") == ["Row 2: there is no column for “surprise”"]


def test_a_column_that_nobody_knows_is_refused_and_not_lost():
    (details,) = refusal("item\tprice\tcolour\nMug\t5\tred")
    assert details.startswith("Row 1: there is no column “colour”")


def test_a_first_row_with_numbers_is_no_row_of_names():
    assert brief("Title 1\t2\t5\tCategory 4\tSKU-1") == [
        ("Title 1", "SKU-1", 2, Decimal(5), "Category 4")
    ]


def test_two_columns_of_one_meaning_are_refused():
    assert refusal("item\tname\tprice\nMug\tCup\t5") == ["Row 1: two columns are “item”"]


def test_blank_rows_do_not_count_but_rows_keep_their_numbers():
    assert brief("\n\nMug\t1\t5\n\n")[0][0] == "Mug"
    assert refusal("Mug\t1\t5\n\nTea\tx\t1") == [
        "Row 3: the quantity “x” is no whole number from 1 on"
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "\t\t"])
def test_nothing_is_refused_kindly(text: str):
    assert refusal(text) == ["There is no row to read"]


def test_column_names_alone_are_refused():
    assert refusal("item\tprice") == ["There is no row below the column names"]


def test_more_rows_than_a_cart_may_have_are_refused():
    (details,) = refusal("\n".join(f"Mug {n}\t1\t1" for n in range(1002)))
    assert "At most 1000 rows" in details


def test_a_quantity_that_a_spreadsheet_wrote_as_a_fraction_is_whole():
    assert brief("Mug\t2.0\t5")[0][2] == 2
