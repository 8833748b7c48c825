"""The Workbench's cart in a real browser: what AppTest cannot do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_workbench import edit_quantity, expect_price

pytestmark = pytest.mark.browser


def expect_in_address(page: Page, part: str) -> None:
    page.wait_for_function("part => location.search.includes(part)", arg=part)


def evaluate_at(page: Page, keys: str) -> None:
    """Type a time as digits into the parts of the field: year, month, day, hour, minute."""
    page.get_by_role("button", name="Evaluate at").click()
    page.get_by_role("spinbutton", name="year").click()
    page.keyboard.type(keys)
    page.keyboard.press("Enter")


def test_rows_of_a_spreadsheet_are_pasted_into_the_cart(page: Page):
    expect_price(page, "€98.40")
    page.get_by_text("Paste rows").click()
    page.get_by_role("textbox", name="Rows of a spreadsheet").fill(
        "item\tquantity\tprice\nMug\t2\t5"
    )
    page.get_by_role("button", name="Replace the cart").click()
    expect_price(page, "€8.00")
    expect(page.get_by_role("textbox", name="Rows of a spreadsheet")).to_have_value("")


def test_a_product_is_found_by_its_category(page: Page):
    expect_price(page, "€98.40")
    page.get_by_label("Product").fill("scf-44")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add", exact=True).click()
    expect_price(page, "€118.40")


def test_the_id_of_a_new_customer_may_be_typed(page: Page):
    expect_price(page, "€98.40")
    page.get_by_label("Any other customer").fill("ada-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="ada-1")).to_be_checked()
    expect(page.get_by_text("A new customer")).to_be_visible()


def test_a_code_that_has_expired_works_at_another_time(page: Page):
    page.get_by_role("tab", name="Time").click()
    page.get_by_role("radio", name="Expired code").click()
    expect(page.get_by_text("expired on 3 May 2026")).to_be_visible()
    evaluate_at(page, "202605011200")
    expect(page.get_by_text("Evaluated at 1 May 2026, 12:00, Europe/Berlin")).to_be_visible()
    expect(page.get_by_text("expired on 3 May 2026")).to_have_count(0)
    expect_in_address(page, "at=2026-05-01T12%3A00")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Evaluate at: 1 May 2026, 12:00").click()
    page.get_by_role("button", name="Back to now").click()
    expect(page.get_by_text("expired on 3 May 2026")).to_be_visible()


def test_reloading_and_going_back_and_forward_keep_the_cart(page: Page):
    expect_price(page, "€98.40")
    expect_in_address(page, "saved=tutorial")
    edit_quantity(page, 0, 2)
    expect_price(page, "€137.60")
    expect_in_address(page, "cart=")
    edit_quantity(page, 0, 3)
    expect_price(page, "€161.80")
    page.reload()
    expect_price(page, "€161.80")
    page.go_back()
    expect_price(page, "€137.60")
    page.go_back()
    expect_price(page, "€98.40")
    expect_in_address(page, "saved=tutorial")
    page.go_forward()
    expect_price(page, "€137.60")


def test_a_link_without_the_workspace_shows_the_cart_to_somebody_else(
    page: Page, chromium: Browser, app_url: str
):
    expect_price(page, "€98.40")
    edit_quantity(page, 0, 2)
    expect_price(page, "€137.60")
    expect_in_address(page, "cart=")
    cart = page.evaluate("new URLSearchParams(location.search).get('cart')")
    context = chromium.new_context(viewport={"width": 400, "height": 900})
    other = context.new_page()
    other.goto(f"{app_url}/?cart={cart}")
    expect_price(other, "€137.60")
    context.close()


def test_the_price_is_in_sight_at_the_end_of_the_forms(page: Page):
    expect_price(page, "€98.40")
    page.get_by_text("As JSON").scroll_into_view_if_needed()
    expect(page.locator(".st-key-price-strip")).to_be_in_viewport()
    expect(page.locator(".st-key-price-strip")).to_contain_text("€98.40")
