"""axe-core finds nothing serious on any page, but for what Streamlit makes so."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import go_to
from tests.browser.test_workbench import expect_price, type_code

pytestmark = pytest.mark.browser

SCREENS = [(width, scheme) for scheme in ("light", "dark") for width in (1280, 400)]
SERIOUS = ("serious", "critical")


class Known(NamedTuple):
    """A fault that no setting of ours can mend: axe-core's rule, where, and why it is so."""

    rule: str
    within: str
    why: str


STREAMLITS = [
    Known(
        "color-contrast",
        "[data-tag]",
        "Text on a chip of st.multiselect is white, on primaryColor. The same colour is that of "
        "the chosen tab's text, and none is far enough from white and from a dark page (S313).",
    ),
    Known(
        "color-contrast",
        "button[kind=primary]",
        "Text on a primary button is white, on primaryColor, as on a chip.",
    ),
    Known(
        "color-contrast",
        "[data-testid=stJson]",
        "The colours of st.json are fixed, one theme for light pages and one for dark ones.",
    ),
    Known(
        "color-contrast",
        "[data-testid=stCode] pre .token",
        "The colours of highlighted code are fixed, whatever the theme says.",
    ),
    Known(
        "scrollable-region-focusable",
        "[data-testid=stCode] pre",
        "st.code scrolls what is long, and offers no way to give it the focus.",
    ),
    Known(
        "scrollable-region-focusable",
        "[data-testid=stTable]",
        "st.table, and each of its cells, scrolls what is wide, with no way to give it the focus.",
    ),
]


def workbench(page: Page) -> None:
    type_code(page, "SUMMER25")
    expect(page.get_by_text("expired on 3 May 2026")).to_be_visible()
    page.keyboard.press("Escape")


def code(page: Page) -> None:
    page.get_by_role("tab", name="Use it in code").click()
    expect(page.get_by_text("curl -X PUT")).to_be_visible()


def campaigns(page: Page) -> None:
    go_to(page, "Campaigns")
    expect(page.get_by_role("radiogroup", name="Campaign")).to_be_visible()
    expect(page.get_by_role("cell", name="xmas20")).to_be_visible()


def customers(page: Page) -> None:
    go_to(page, "Customers")
    expect(page.get_by_role("tab", name="Sessions")).to_be_visible()


def log(page: Page) -> None:
    go_to(page, "Log")
    expect(page.get_by_text("newest first")).to_be_visible()


def logged_call(page: Page) -> None:
    log(page)
    page.get_by_role("button", name="/v2/customer_sessions/").first.click()
    expect(page.get_by_text("200 · success")).to_be_visible()


def connect(page: Page) -> None:
    go_to(page, "Connect")
    expect(page.get_by_role("table").last).to_be_visible()


def presenter(page: Page) -> None:
    page.get_by_role("button", name="Present").click()
    expect(page.get_by_role("heading", name="€98.40", exact=True)).to_be_visible()


def serious_faults(page: Page) -> list[tuple[str, str, str]]:
    """Run axe-core; returns the rule, the element's selector and what to do for each fault."""
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], node["target"][0], node["failureSummary"])
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def is_streamlits(page: Page, rule: str, selector: str) -> bool:
    element = page.locator(selector).first
    return any(
        element.evaluate("(element, within) => !!element.closest(within)", known.within)
        for known in STREAMLITS
        if known.rule == rule
    )


@pytest.mark.parametrize(
    "open_it", [workbench, code, campaigns, customers, log, logged_call, connect, presenter]
)
def test_no_page_has_a_serious_fault_of_ours(page: Page, open_it: Callable[[Page], None]):
    expect_price(page, "€98.40")
    open_it(page)
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector("[data-test-script-state=notRunning]")
        page.wait_for_timeout(400)  # colours fade into each other
        ours = [one for one in serious_faults(page) if not is_streamlits(page, *one[:2])]
        assert ours == [], f"{width} pixels, {scheme}"
