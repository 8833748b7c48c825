"""What people really do, in a real browser against the real app."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import start_app
from tests.process import free_port

pytestmark = pytest.mark.browser

MINUS = "\N{MINUS SIGN}"


def price(page: Page) -> str:
    """What the headline says is to pay."""
    return page.locator(".st-key-price [data-testid=stMetricValue]").first.inner_text().strip()


def expect_price(page: Page, amount: str) -> None:
    headline = page.locator(".st-key-price [data-testid=stMetricValue]").first
    expect(headline).to_have_text(amount)


def edit_quantity(page: Page, row: int, quantity: int) -> None:
    """Type a quantity into the cart's grid as a person would, with the keyboard."""
    grid = page.locator("[data-testid=stDataFrame] canvas").first
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 80, box["y"] + 35 * row + 52)
    page.wait_for_timeout(200)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    page.keyboard.type(str(quantity))
    expect(page.locator("#portal input")).to_be_visible()
    page.keyboard.press("Enter")


def type_code(page: Page, code: str) -> None:
    codes = page.get_by_role("combobox", name="Codes")
    codes.click()
    codes.fill(code)
    codes.press("Enter")


def test_the_first_load_shows_a_priced_cart_without_a_click(page: Page):
    expect_price(page, "€98.40")
    expect(page.get_by_text("accepted: Christmas 20 %")).to_be_visible()


def test_the_page_asks_nothing_of_any_other_host(chromium: Browser, app_url: str):
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(app_url)
    expect_price(page, "€98.40")
    expect(page.locator("link[rel*=icon][href^='data:image/svg']")).to_have_count(1)
    own = (app_url, "data:", "blob:")
    assert asked
    assert [url for url in asked if not url.startswith(own)] == []
    context.close()


def test_editing_a_quantity_changes_the_price(page: Page):
    expect_price(page, "€98.40")
    edit_quantity(page, 0, 2)
    expect_price(page, "€137.60")
    edit_quantity(page, 1, 2)
    expect_price(page, "€181.80")


def test_good_expired_and_unknown_codes_each_show_their_verdict(page: Page):
    expect_price(page, "€98.40")
    type_code(page, "SUMMER25")
    expect(page.get_by_text("expired on 3 May 2026")).to_be_visible()
    type_code(page, "NO-SUCH-CODE")
    expect(page.get_by_text("no campaign in this Application knows this code")).to_be_visible()
    expect(page.get_by_text("accepted: Christmas 20 %")).to_be_visible()
    expect_price(page, "€98.40")


def test_a_tab_that_is_opened_has_its_content(page: Page):
    expect_price(page, "€98.40")
    page.get_by_role("tab", name="Use it in code").click()
    expect(page.get_by_text("curl -X PUT")).to_be_visible()
    page.get_by_role("tab", name="Request and answer").click()
    expect(page.get_by_text("Answer", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Campaigns").click()
    expect(page.get_by_role("table").last).to_contain_text("Christmas")
    expect_price(page, "€98.40")


def test_two_visitors_do_not_see_each_other(page: Page, chromium: Browser, app_url: str):
    expect_price(page, "€98.40")
    context = chromium.new_context(viewport={"width": 1280, "height": 1100})
    other = context.new_page()
    other.goto(app_url)
    expect_price(other, "€98.40")
    edit_quantity(page, 0, 5)
    expect_price(page, "€240.20")
    assert price(other) == "€98.40"
    assert page.url != other.url
    assert "workspace=demo-" in page.url
    context.close()


def test_a_reload_stays_in_the_same_workspace(page: Page):
    expect_price(page, "€98.40")
    # The address names the cart a moment after its price is there.
    page.wait_for_url("**saved=tutorial**")
    before = page.url
    page.reload()
    expect_price(page, "€98.40")
    page.wait_for_url(before)


def test_on_a_phone_the_price_comes_before_the_cart(chromium: Browser, app_url: str):
    context = chromium.new_context(viewport={"width": 400, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.goto(app_url)
    expect_price(page, "€98.40")
    headline = page.locator(".st-key-headline").bounding_box()
    cart = page.get_by_role("heading", name="Cart").bounding_box()
    assert headline is not None
    assert cart is not None
    assert headline["y"] < cart["y"]
    width = page.evaluate("document.scrollingElement.scrollWidth")
    assert width <= 400
    context.close()


def test_the_page_survives_a_stopped_api(chromium: Browser, tmp_path: Path):
    port = free_port()
    process = start_app(tmp_path, port, app="tests/browser/stoppable_app.py")
    context = chromium.new_context(viewport={"width": 1280, "height": 1100})
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}")
        expect_price(page, "€98.40")
        urllib.request.urlopen(f"http://127.0.0.1:{port}/stop-api").close()
        page.get_by_role("radio", name="Big basket").click()
        expect(page.get_by_text("Nothing answers at")).to_be_visible()
        expect(page.get_by_text("Traceback")).to_have_count(0)
    finally:
        context.close()
        process.terminate()
        process.communicate(timeout=20)
