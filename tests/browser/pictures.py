"""The pictures of docs/images, made anew: ``python -m tests.browser.pictures``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, ROOT, go_to, start_app
from tests.browser.test_workbench import expect_price, type_code
from tests.process import free_port

IMAGES = ROOT / "docs" / "images"


def workbench(page: Page) -> None:
    type_code(page, "SUMMER25")
    expect(page.get_by_text("expired on 3 May 2026")).to_be_visible()
    page.keyboard.press("Escape")


def refusal(page: Page) -> None:
    page.get_by_text("Paste rows").click()
    page.get_by_role("textbox", name="Rows of a spreadsheet").fill("White T-shirt\t1\t20")
    page.get_by_role("button", name="Replace the cart").click()
    expect_price(page, "€16.00")
    page.get_by_text("Paste rows").click()
    for code in ("classic12", "HELLO-NORA", "AUTUMN25"):
        type_code(page, code)
        expect(page.locator(".st-key-headline")).to_contain_text(code)
    page.keyboard.press("Escape")


def campaigns(page: Page) -> None:
    go_to(page, "Campaigns")
    listed = page.get_by_role("radiogroup", name="Campaign")
    listed.get_by_text("Big basket", exact=True).click()
    expect(page.locator(".st-key-headline")).to_contain_text("Big basket")


def customers(page: Page) -> None:
    go_to(page, "Customers")
    expect(page.get_by_role("tab", name="Sessions")).to_be_visible()


def log(page: Page) -> None:
    go_to(page, "Log")
    page.get_by_role("button", name="/v2/customer_sessions/").first.click()
    expect(page.get_by_text("200 · success")).to_be_visible()


def presenter(page: Page) -> None:
    page.get_by_role("button", name="Present").click()
    expect(page.get_by_role("heading", name="€98.40", exact=True)).to_be_visible()


PICTURES = {
    "workbench": (workbench, 1280, 1130, "light"),
    "workbench-phone": (workbench, 400, 860, "dark"),
    "refusal": (refusal, 1280, 1000, "light"),
    "campaigns": (campaigns, 1280, 900, "light"),
    "customers": (customers, 1280, 900, "dark"),
    "log": (log, 1280, 900, "light"),
    "presenter": (presenter, 1280, 860, "dark"),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        port = free_port()
        process = start_app(Path(home), port)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, (show, width, height, scheme) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page.goto(f"http://127.0.0.1:{port}")
            expect_price(page, "€98.40")
            show(page)
            page.mouse.move(width - 1, height - 1)
            page.evaluate("document.activeElement.blur()")
            page.get_by_test_id("stMain").evaluate("box => box.scrollTo(0, 0)")
            page.wait_for_timeout(2_000)  # grids draw themselves, and toasts go
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        browser.close()
        process.terminate()
        process.communicate(timeout=20)


if __name__ == "__main__":
    main()
