"""Orders, shared links and the presenter view in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_workbench import edit_quantity, expect_price, price

pytestmark = pytest.mark.browser


def changed(page: Page, what: str) -> Locator:
    """The row that says what an act changed of one counter."""
    return page.get_by_role("row").filter(has_text=what)


def place_order(page: Page) -> None:
    page.get_by_role("button", name="Place the order").click()
    expect(page.get_by_role("button", name="Start a new order")).to_be_visible()


def make_link(page: Page) -> str:
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("[data-testid=stPopoverBody] code").first
    expect(link).to_contain_text("snapshot=")
    return link.inner_text().strip()


def new_profile(chromium: Browser, address: str) -> Page:
    """Somebody else, with a browser profile of their own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1100})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(address)
    return page


def test_an_order_uses_the_code_and_adds_points_and_its_return_takes_spending_back(page: Page):
    expect_price(page, "€98.40")
    page.get_by_text("Vera, VIP").first.click()
    expect(page.get_by_text("Points after")).to_be_visible()
    place_order(page)
    expect(changed(page, "Uses of xmas20")).to_contain_text("1, no limit")
    expect(changed(page, "Points in Points club")).to_be_visible()
    page.get_by_role("button", name="Return items").click()
    page.get_by_label("What comes back").click()
    page.get_by_role("option", name="Denim Trousers").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Return these").click()
    expect(page.get_by_text("has items returned")).to_be_visible()
    expect(changed(page, "Spent by Vera, VIP")).to_be_visible()


def test_a_cell_that_is_still_being_edited_is_part_of_the_order(page: Page):
    expect_price(page, "€98.40")
    edit_quantity(page, 0, 2)
    place_order(page)
    expect_price(page, "€137.60")


def test_a_link_opens_in_another_profile_and_its_edits_stay_there(page: Page, chromium: Browser):
    expect_price(page, "€98.40")
    edit_quantity(page, 0, 2)
    expect_price(page, "€137.60")
    other = new_profile(chromium, make_link(page))
    expect_price(other, "€137.60")
    edit_quantity(other, 0, 5)
    expect_price(other, "€240.20")
    place_order(other)
    expect(changed(other, "Uses of xmas20")).to_contain_text("1, no limit")
    assert price(page) == "€137.60"
    page.keyboard.press("Escape")
    place_order(page)
    expect(changed(page, "Uses of xmas20")).to_contain_text("0, no limit")
    assert "snapshot" not in other.url
    assert page.url != other.url
    other.context.close()


def test_a_reload_of_a_shared_workspace_stays_in_it(page: Page, chromium: Browser):
    expect_price(page, "€98.40")
    other = new_profile(chromium, make_link(page))
    expect_price(other, "€98.40")
    before = other.url
    other.reload()
    expect_price(other, "€98.40")
    assert other.url == before
    other.context.close()


def test_a_presenter_goes_from_cart_to_cart_with_the_arrow_keys(page: Page):
    expect_price(page, "€98.40")
    page.get_by_role("button", name="Present").click()
    expect(page.get_by_role("heading", name="Tutorial cart")).to_be_visible()
    expect(page.get_by_role("heading", name="€98.40", exact=True)).to_be_visible()
    expect(page.locator("[data-testid=stDataFrame]")).to_have_count(0)
    expect(page.get_by_role("tab")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Big basket")).to_be_visible()
    expect(page.get_by_role("heading", name="€195.00", exact=True)).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="Tutorial cart")).to_be_visible()
    page.keyboard.press("Escape")
    expect_price(page, "€98.40")
    expect(page.get_by_role("tab", name="Effects")).to_be_visible()


def test_on_a_phone_an_order_and_the_presenter_view_fit(chromium: Browser, app_url: str):
    context = chromium.new_context(viewport={"width": 400, "height": 900}, color_scheme="dark")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(app_url)
    expect_price(page, "€98.40")
    place_order(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 400
    page.goto(f"{page.url}&present=1")
    expect(page.get_by_role("heading", name="Tutorial cart")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 400
    context.close()
