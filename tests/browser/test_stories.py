"""Three people finish their stories without help: a marketer, a developer, a presenter.

Each on a wide and on a narrow screen, light and dark.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from talon_one import ApiClient, Configuration, IntegrationApi, IntegrationRequest

from tests.browser.conftest import go_to
from tests.browser.test_cart import evaluate_at
from tests.browser.test_workbench import expect_price, type_code

pytestmark = pytest.mark.browser


@pytest.fixture(
    params=[(1280, "light"), (1280, "dark"), (400, "light"), (400, "dark")],
    ids=lambda screen: f"{screen[0]}-{screen[1]}",
)
def visitor(chromium: Browser, app_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Somebody who opens the app for the first time."""
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(app_url)
    expect_price(page, "€98.40")
    yield page
    assert page.get_by_test_id("stMain").evaluate("box => box.scrollWidth <= box.clientWidth")
    context.close()


def test_a_marketer_tries_a_campaign_with_other_customers_and_dates(visitor: Page):
    page = visitor
    page.get_by_role("tab", name="Time").click()
    page.get_by_role("radio", name="Expired code").click()
    expect_price(page, "€76.00")
    expect(page.get_by_text("expired on 3 May 2026")).to_be_visible()

    page.get_by_role("radio", name="Vera, VIP").click()
    expect_price(page, "€68.40")

    evaluate_at(page, "202605011200")
    expect(page.get_by_text("Evaluated at 1 May 2026, 12:00, Europe/Berlin")).to_be_visible()
    expect(page.get_by_text("accepted: Season 25 %")).to_be_visible()
    expect_price(page, "€51.30")
    page.keyboard.press("Escape")

    type_code(page, "HELLO-NORA")
    expect(page.get_by_text("is reserved for another customer")).to_be_visible()

    go_to(page, "Campaigns")
    listed = page.get_by_role("radiogroup", name="Campaign")
    listed.get_by_text("Season codes", exact=True).click()
    expect(page.get_by_text("When the coupon code is valid, take 25 % off")).to_be_visible()


def tab_to(page: Page, name: str, *, backwards: bool = False) -> None:
    """Press Tab until what has the focus is called so."""
    says = "document.activeElement.ariaLabel ?? document.activeElement.innerText.trim()"
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        says_now = page.evaluate(says).splitlines()
        if name in says_now and len(says_now) <= 5:  # icons are lines too
            return
    raise AssertionError(f"Tab does not reach “{name}”")


def test_the_keyboard_alone_suffices_for_the_marketer(page: Page):
    expect_price(page, "€98.40")
    page.locator("[data-testid=stDataFrame] canvas").first.wait_for()
    tab_to(page, "Tutorial cart")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect_price(page, "€195.00")
    page.locator("[data-testid=stDataFrame] canvas").first.wait_for()
    page.wait_for_timeout(500)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "CANVAS":
            break
    page.wait_for_timeout(200)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    page.keyboard.type("2")
    expect(page.locator("#portal input")).to_be_visible()
    page.keyboard.press("Enter")
    expect_price(page, "€315.00")
    tab_to(page, "Codes")
    page.wait_for_timeout(500)  # what scrolls closes its list of codes
    page.keyboard.type("xmas20", delay=50)
    page.keyboard.press("Enter")
    expect(page.get_by_text("accepted: Christmas 20 %")).to_be_visible()
    expect_price(page, "€249.00")

    tab_to(page, "Guest", backwards=True)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Vera, VIP")).to_be_checked()
    expect(page.get_by_text("Since the last run")).to_contain_text("less to pay")
    tab_to(page, "Evaluate at: 13 June 2026, 12:00", backwards=True)
    page.keyboard.press("Enter")
    tab_to(page, "year, Evaluate at")
    page.keyboard.type("202612241200")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Evaluated at 24 December 2026, 12:00")).to_be_visible()
    page.keyboard.press("Escape")
    tab_to(page, "Campaigns", backwards=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("radiogroup", name="Campaign")).to_be_visible()
    page.locator("body").press("Home")
    while not page.get_by_role("radio", name="Christmas code").evaluate(
        "radio => radio === document.activeElement"
    ):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("When the cart is worth at least €200")).to_be_visible()


def test_a_developer_reproduces_a_call_of_their_own_integration(visitor: Page, app_url: str):
    page = visitor
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go_to(page, "Connect")
    key = re.search(r"'([0-9a-f]{64})'", page.locator(".language-python").inner_text())
    assert key is not None
    call_as_a_shop(app_url, key[1])

    go_to(page, "Log")
    page.get_by_role("searchbox", name="Code").fill("classic12")
    page.get_by_role("searchbox", name="Code").press("Enter")
    page.get_by_role("button", name="/v2/customer_sessions/order-4711").click()
    expect(page.get_by_text("200 · success")).to_be_visible()
    expect(page.get_by_text("classic12").first).to_be_visible()

    page.get_by_role("button", name="Load it into the Workbench").click()
    expect_price(page, "€20.00")
    why = "needs items worth at least €50.00; this cart has €20.00"
    expect(page.locator(".st-key-headline")).to_contain_text(why)

    page.get_by_role("tab", name="Request and answer").click()
    raw = page.get_by_role("tabpanel", name="Request and answer")
    expect(raw.get_by_text("classic12").first).to_be_visible()
    expect(raw.get_by_text("effects", exact=True)).to_be_visible()

    page.get_by_role("tab", name="Use it in code").click()
    snippet = page.get_by_test_id("stElementContainer").filter(has_text="import talon_one").last
    snippet.hover()
    snippet.get_by_role("button", name="Copy to clipboard").click()
    script = page.evaluate("navigator.clipboard.readText()")
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert "rejectCoupon" in ran.stdout, ran.stderr


def call_as_a_shop(host: str, key: str) -> None:
    """Update a session as a shop's own code does, with the official SDK."""
    configuration = Configuration(host, {"api_key_v1": key}, {"api_key_v1": "ApiKey-v1"})
    shirt = {"sku": "wtee-1120", "name": "White T-shirt", "quantity": 1, "price": 20}
    order = {"customerSession": {"couponCodes": ["classic12"], "cartItems": [shirt]}}
    with ApiClient(configuration) as client:
        answer = IntegrationApi(client).update_customer_session_v2(
            "order-4711", IntegrationRequest.from_dict(order)
        )
    assert [effect.effect_type for effect in answer.effects] == ["rejectCoupon"]


def test_somebody_shows_a_cart_to_stakeholders_from_a_link(visitor: Page, chromium: Browser):
    page = visitor
    page.get_by_role("tab", name="Codes", exact=True).click()
    page.get_by_role("radio", name="Gift card").click()
    expect_price(page, "€25.00")
    page.get_by_role("button", name="Share").click()
    page.get_by_text("Open it in the presenter view").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("[data-testid=stPopoverBody] code").first
    expect(link).to_contain_text("present=1")

    audience = chromium.new_context(viewport=page.viewport_size)
    shown = audience.new_page()
    shown.goto(link.inner_text().strip())
    expect(shown.get_by_role("heading", name="Gift card")).to_be_visible()
    expect(shown.get_by_role("heading", name="€25.00", exact=True)).to_be_visible()
    shown.wait_for_timeout(500)  # what is shown listens to keys a moment later
    shown.keyboard.press("ArrowRight")
    expect(shown.get_by_role("heading", name="Budget almost gone")).to_be_visible()
    expect(shown.get_by_role("heading", name="€48.00", exact=True)).to_be_visible()
    shown.keyboard.press("ArrowLeft")
    expect(shown.get_by_role("heading", name="Gift card")).to_be_visible()
    audience.close()
    expect_price(page, "€25.00")
