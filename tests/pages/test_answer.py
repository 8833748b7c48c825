"""The answer in the Workbench: what changed, why not, points, and files."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer
from tests.pages.conftest import cells, open_tab, show_saved, texts
from tests.pages.test_orders import shop_as
from tests.pages.test_workbench import edit_cart, type_codes, use_json


def effects(page: AppTest) -> list[list[str]]:
    return cells(page.table[-1])


def marks(page: AppTest) -> dict[str, str]:
    """What the effects table says of each effect since the last run, by its words."""
    frame = page.table[-1].value
    if "Since last run" not in frame.columns:
        return {}
    return {row[1]: row[0] for row in effects(page)}


def test_the_first_answer_is_compared_with_nothing(page: AppTest):
    assert "Since the last run" not in texts(page)
    assert marks(page) == {}


def test_another_quantity_marks_what_it_changed(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 2}})
    assert "Since the last run: €39.20 more to pay, 1 effect changed" in texts(page).replace(
        "\\", ""
    )
    assert marks(page)["Takes €34.40 off: Christmas 20 %"] == "was €24.60"


def test_what_is_gone_is_shown_as_gone(page: AppTest):
    type_codes(page)
    assert marks(page)["Takes €24.60 off: Christmas 20 %"] == "gone"


def test_a_code_that_is_new_is_marked(page: AppTest):
    type_codes(page, "xmas20", "NOPE")
    assert ":blue-badge[new]" in texts(page)


def test_the_marks_stay_until_something_changes_again(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 2}})
    before = marks(page)
    assert marks(page.run()) == before


def test_another_saved_cart_is_compared_with_nothing(page: AppTest):
    show_saved(page, "three-for-two")
    assert "Since the last run" not in texts(page)


def test_a_refused_cart_is_no_run(page: AppTest):
    edit_cart(page, edited_rows={1: {"quantity": 0}})
    edit_cart(page, edited_rows={0: {"quantity": 2}})
    assert "€39.20 more to pay" in texts(page).replace("\\", "")


def test_a_condition_that_rejects_a_code_is_told_with_its_values(page: AppTest):
    item = {"sku": "A", "quantity": 1, "price": 20}
    use_json(page, json.dumps({"couponCodes": ["classic12"], "cartItems": [item]}))
    said = texts(page).replace("\\", "")
    assert "needs items worth at least €50.00; this cart has €20.00" in said


def test_campaigns_that_did_not_apply_say_what_they_need(page: AppTest):
    open_tab(page, "Campaigns")
    why = {row[0]: row[2] for row in effects(page)}
    assert "needs items worth at least €200.00; this cart has €123.00" in why["Big basket"]


def test_effects_are_found_by_any_of_their_words(page: AppTest):
    show_saved(page, "best-deal")
    type_codes(page, "xmas20")
    assert len(effects(page)) > 3
    page.text_input(key="effects-text").set_value("acceptcoupon").run()
    assert [row[-1] for row in effects(page)] == ["acceptCoupon"]
    page.text_input(key="effects-text").set_value("no such thing").run()
    assert "No effect matches" in texts(page)


def test_values_of_effects_that_are_money_have_their_currency(page: AppTest):
    assert "€24.60" in [row[3] for row in effects(page)]


def test_points_are_shown_before_and_after(page: AppTest):
    shop_as(page, "vera-vip")
    tables = [table for table in page.table if "Points after" in table.value.columns]
    (row,) = cells(tables[0])
    assert row[0] == "Points club"
    assert row[1] != row[2]


def test_a_guest_has_no_points(page: AppTest):
    assert not [table for table in page.table if "Points after" in table.value.columns]


def test_files_are_offered(page: AppTest, api: BackgroundServer):
    open_tab(page, "Export")
    assert not page.exception
    labels = [button.label for button in page.get("download_button")]
    assert labels == [
        "Effects as CSV",
        "Effects as JSON",
        "Lines as CSV",
        "Lines as JSON",
        "Answer as JSON",
    ]


def long_cart(page: AppTest) -> AppTest:
    """Show a cart of 150 lines, each of which a campaign takes something off."""
    lines = [
        {"sku": f"shoe-{number}", "quantity": 1, "price": 50, "category": "Shoes"}
        for number in range(150)
    ]
    return use_json(page, json.dumps({"cartItems": lines}))


def test_a_long_cart_shows_its_first_rows_and_the_sum_of_all(page: AppTest):
    rows = cells(long_cart(page).table[0])
    assert len(rows) == 102
    assert [row[0] for row in rows[98:]] == ["shoe-98", "shoe-99", "50 more", "Total"]


def test_of_many_effects_the_first_are_shown_and_any_is_found(page: AppTest):
    long_cart(page)
    assert len(effects(page)) == 100
    assert "The first 100 of" in texts(page)
    page.text_input(key="effects-text").set_value("shoe-149").run()
    assert {row[-2] for row in effects(page)} == {"shoe-149"}
    assert "The first 100 of" not in texts(page)
