"""The log in a real browser: run a cart, find it, send it again, compare, load it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(params=[(1280, "light"), (400, "dark")], ids=["desktop", "phone"])
def visitor(chromium: Browser, app_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A visitor who ran two carts on the Workbench, and went to the log."""
    width, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 1000}, color_scheme=scheme, accept_downloads=False
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(app_url)
    price = page.locator(".st-key-price [data-testid=stMetricValue]").first
    expect(price).to_have_text("€98.40")
    page.get_by_text("Outfit", exact=True).click()
    expect(price).to_have_text("€125.00")
    go_to_log(page)
    yield page
    context.close()


def go_to_log(page: Page) -> None:
    if page.viewport_size["width"] < 600:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Log", exact=True).click()
    expect(page.get_by_text("newest first")).to_be_visible()
    if page.viewport_size["width"] < 600:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()


def rows(page: Page):
    return page.get_by_role("button", name="/v2/customer_sessions/")


def test_a_cart_is_found_sent_again_compared_and_loaded(visitor: Page):
    page = visitor
    page.get_by_role("searchbox", name="Code").fill("xmas")
    page.get_by_role("searchbox", name="Code").press("Enter")
    expect(rows(page)).to_have_count(1)
    rows(page).first.press("Enter")
    expect(page.get_by_text("200 · success")).to_be_visible()

    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("The answer is the same.")).to_be_visible()

    page.get_by_role("tab", name="Compare with another").click()
    combobox = page.get_by_role("combobox", name="Compare with")
    # At the edge of the screen its list would have no room.
    combobox.evaluate("box => box.scrollIntoView({ block: 'center' })")
    combobox.click()
    page.get_by_role("option").nth(1).click()
    expect(page.get_by_text("acceptCoupon “xmas20”")).to_be_visible()
    expect(page.get_by_text("setDiscountPerItem “Outfit#0”, line 1, unit 1: 15")).to_be_visible()

    page.get_by_role("button", name="Load it into the Workbench").click()
    price = page.locator(".st-key-price [data-testid=stMetricValue]").first
    expect(price).to_have_text("€98.40")


def test_an_opened_call_has_an_address_and_no_wider_page_than_the_screen(visitor: Page):
    page = visitor
    rows(page).first.click()
    expect(page.get_by_text("200 · success")).to_be_visible()
    page.reload()
    expect(page.get_by_text("200 · success")).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth")
    page.get_by_role("button", name="All calls").click()
    expect(page.get_by_text("newest first")).to_be_visible()
