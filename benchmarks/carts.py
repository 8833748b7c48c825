"""The Workbench with small, large and huge carts: quantity until price, and page to page."""

from __future__ import annotations

import statistics
import time

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measure import Finding, percentile, table
from benchmarks.page import ARGUMENTS, CHROMIUM, PRICE, edit_to_price
from benchmarks.servers import free_port, process

# Of each number of lines, the milliseconds aimed at.
EDIT_AIMS = {5: 400, 100: 400, 1000: 600}
EDITS = 9
ROUNDS = 3
# How long a browser may take to draw what is not waited for.
SETTLED = 1500
CATEGORIES = ("Shirts", "Trousers", "Shoes", "Jackets", "Accessories")
# Each page but the first with a text that only it has.
PAGES = {
    "Campaigns": "Create codes",
    "Customers": "Try a change",
    "Log": "newest first. Real times",
    "Connect": "Keys of this workspace",
}


def main() -> list[Finding]:
    """Measure each cart in a browser profile of its own; returns what is aimed at."""
    port = free_port()
    app = ["-m", "streamlit", "run", "sandbox_app.py", "--server.port", str(port)]
    rows: list[tuple[str, str, str]] = []
    edits, switches = {}, {}
    with process(app, port), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for lines in EDIT_AIMS:
            page = workbench(browser, port, lines)
            edited = [edit_to_price(page, 2 + number % 8) for number in range(EDITS)]
            away, back = switch_pages(page)
            page.context.close()
            rows += [
                row(f"{lines:,} lines, quantity until price", edited),
                row(f"{lines:,} lines, to another page", away),
                row(f"{lines:,} lines, back until price", back),
            ]
            edits[lines] = statistics.median(edited)
            switches[lines] = statistics.median(away + back)
        browser.close()
    table("Carts: the Workbench in a browser (medians)", rows)
    return [
        *(
            Finding(f"{lines:,} lines, quantity until price", edits[lines], aim, "ms")
            for lines, aim in EDIT_AIMS.items()
        ),
        *(
            Finding(f"{lines:,} lines, page switch", switched, 400, "ms")
            for lines, switched in switches.items()
        ),
    ]


def row(what: str, times: list[float]) -> tuple[str, str, str]:
    return what, f"{statistics.median(times):.0f} ms", f"p99 {percentile(times, 99):.0f} ms"


def workbench(browser: Browser, port: int, lines: int) -> Page:
    """Open the Workbench as a new visitor and paste a cart of so many lines."""
    page = browser.new_context(viewport={"width": 1280, "height": 1100}).new_page()
    page.goto(f"http://127.0.0.1:{port}")
    page.wait_for_selector(PRICE)
    section = page.get_by_text("Paste rows")
    section.click()
    rows = "\n".join(map(pasted_row, range(lines)))
    page.get_by_role("textbox", name="Rows of a spreadsheet").fill(rows)
    before = price_of(page)
    page.get_by_role("button", name="Replace the cart").click()
    wait_for_price(page, before)
    section.click()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    page.wait_for_timeout(SETTLED)
    # A grid that the mouse was never over takes no click at once.
    box = page.locator("[data-testid=stDataFrame] canvas").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 80, box["y"] + 52)
    page.wait_for_timeout(SETTLED)
    return page


def pasted_row(number: int) -> str:
    category = CATEGORIES[number % len(CATEGORIES)]
    return f"Item {number}\t{1 + number % 3}\t{10 + number % 90}.50\t{category}\tsku-{number}"


def price_of(page: Page) -> str:
    return page.locator(PRICE).first.inner_text().strip()


def wait_for_price(page: Page, before: str) -> None:
    """Wait until there is a price, and not this one."""
    page.wait_for_function(
        "([selector, before]) => ![undefined, before].includes("
        "document.querySelector(selector)?.innerText.trim())",
        arg=[PRICE, before],
        polling=5,
    )


def switch_pages(page: Page) -> tuple[list[float], list[float]]:
    """Return the milliseconds of going to other pages, and of coming back until a price shows."""
    away, back = [], []
    for _ in range(ROUNDS):
        for name, text in PAGES.items():
            started = time.perf_counter()
            page.get_by_role("link", name=name, exact=True).first.click()
            page.wait_for_function(
                "text => document.body.innerText.includes(text)", arg=text, polling=5
            )
            away.append((time.perf_counter() - started) * 1000)
            page.wait_for_timeout(SETTLED / 3)
        started = time.perf_counter()
        page.get_by_role("link", name="Workbench", exact=True).first.click()
        wait_for_price(page, "")
        back.append((time.perf_counter() - started) * 1000)
        page.wait_for_timeout(SETTLED)
    return away, back


if __name__ == "__main__":
    main()
