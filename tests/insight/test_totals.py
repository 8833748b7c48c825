from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.insight.totals import Totals, apportion, compute_totals


def line(price: str, quantity: int = 1, **fields: Any) -> dict[str, Any]:
    return {"sku": "A", "name": "A", "price": Decimal(price), "quantity": quantity, **fields}


def session(*lines: dict[str, Any], **costs: str) -> dict[str, Any]:
    return {
        "cartItems": list(lines),
        "additionalCosts": {name: {"price": Decimal(price)} for name, price in costs.items()},
    }


def effect(kind: str, value: Any, name: str = "off", **props: Any) -> dict[str, Any]:
    value = value if isinstance(value, int) else Decimal(value)
    return {"effectType": kind, "props": {"name": name, "value": value, **props}}


def totals(cart: dict[str, Any], *effects: dict[str, Any], currency: str = "EUR") -> Totals:
    return compute_totals(cart, effects, currency)


def pays(result: Totals) -> list[str]:
    return [str(row.pays) for row in result.rows]


def test_a_cart_without_effects_costs_its_price():
    result = totals(session(line("49"), line("74", 2), shipping="4.90"))
    assert (result.price, result.pays) == (Decimal("201.90"), Decimal("201.90"))


def test_a_discount_on_the_session_is_spread_over_lines_and_costs():
    result = totals(session(line("60"), line("30"), shipping="10"), effect("setDiscount", "10"))
    assert pays(result) == ["54.00", "27.00", "9.00"]
    assert result.spreads


def test_a_discount_with_scope_cart_items_leaves_costs_alone():
    result = totals(
        session(line("60"), line("30"), shipping="10"), effect("setDiscount", 9, scope="cartItems")
    )
    assert pays(result) == ["54.00", "27.00", "10.00"]


def test_item_discounts_come_off_their_line_and_are_added_up():
    result = totals(
        session(line("10", 2), line("5")),
        effect("setDiscountPerItem", 2, "two#0", position=0, subPosition=0),
        effect("setDiscountPerItem", 2, "two#0", position=0, subPosition=1),
    )
    assert pays(result) == ["16.00", "5.00"]
    assert [(share.name, str(share.amount)) for share in result.rows[0].discounts] == [
        ("two", "4.00")
    ]


def test_a_discount_on_a_cost_comes_off_that_cost():
    result = totals(
        session(line("50"), shipping="4.90"),
        effect("setDiscountPerAdditionalCost", "4.90", additionalCost="shipping"),
    )
    assert pays(result) == ["50.00", "0.00"]


def test_a_session_discount_is_spread_by_what_item_discounts_left():
    result = totals(
        session(line("50"), line("50")),
        effect("setDiscount", 10),
        effect("setDiscountPerItem", 50, position=0),
    )
    assert pays(result) == ["0.00", "40.00"]


def test_9_999_shows_as_10_00_and_keeps_its_exact_value():
    result = totals(session(line("99.99")), effect("setDiscount", "9.999"))
    assert (result.discount, result.exact_discount) == (Decimal("10.00"), Decimal("9.999"))
    assert result.pays == Decimal("89.99")


def test_a_discount_larger_than_the_cart_shows_0_and_warns_with_the_raw_sum():
    result = totals(session(line("30")), effect("setDiscount", 150, "gift"))
    assert result.pays == 0
    assert "150" in result.warnings[0]
    assert "30" in result.warnings[0]


def test_a_free_item_is_a_row_at_0():
    gift = {"effectType": "addFreeItem", "props": {"sku": "MUG", "name": "Mug"}}
    result = totals(session(line("30")), gift)
    assert (result.rows[1].label, result.rows[1].pays) == ("Mug", 0)


def test_a_negative_price_is_shown_as_it_is():
    result = totals(session(line("30"), line("-10")), effect("setDiscount", 3))
    assert pays(result) == ["27.00", "-10.00"]
    assert result.pays == Decimal("17.00")


def test_currencies_without_minor_units_are_rounded_to_whole_numbers():
    result = totals(
        session(line("100"), line("100"), line("100")), effect("setDiscount", 10), currency="JPY"
    )
    assert [int(row.pays) for row in result.rows] == [96, 97, 97]


amounts = st.decimals(min_value="0.01", max_value=500, places=2)
lines = st.lists(st.tuples(amounts, st.integers(1, 3)), min_size=1, max_size=6)
discounts = st.lists(
    st.tuples(
        st.sampled_from(["setDiscount", "setDiscountPerItem"]),
        st.decimals(min_value="0.001", max_value=400, places=4),
        st.integers(0, 5),
    ),
    max_size=6,
)


@given(lines, discounts, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_rows_always_sum_to_the_total_and_nobody_pays_less_than_nothing(carts, given_, currency):
    cart = session(*[line(str(price), quantity) for price, quantity in carts])
    effects = [
        effect(kind, str(value), f"d{number}", position=position % len(carts))
        for number, (kind, value, position) in enumerate(given_)
    ]
    result = totals(cart, *effects, currency=currency)
    assert sum(row.price for row in result.rows) == result.price
    assert sum(row.pays for row in result.rows) == result.pays
    assert sum(share.amount for row in result.rows for share in row.discounts) == result.discount
    assert all(row.price - sum(s.amount for s in row.discounts) == row.pays for row in result.rows)
    if currency != "JPY":  # whole yen round each price up to half a yen away from its discount
        assert all(row.pays >= 0 for row in result.rows)


@given(st.lists(st.decimals(min_value=0, max_value=100, places=6), min_size=1, max_size=20))
def test_apportioned_parts_are_whole_units_next_to_their_exact_value(exact):
    unit = Decimal("0.01")
    total = sum(exact).quantize(unit)
    parts = apportion(exact, unit, total)
    assert sum(parts) == total
    assert all(
        part % unit == 0 and abs(part - value) <= unit
        for part, value in zip(parts, exact, strict=True)
    )


def test_amounts_beyond_all_sense_are_still_added_up():
    result = totals(session(line("1E+30", 3), line("0.01")), effect("setDiscount", "1E+29"))
    assert sum(row.pays for row in result.rows) == result.pays
