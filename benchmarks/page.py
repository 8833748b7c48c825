"""The Workbench on the real server: starting, first load, reruns, edit to price, the API beside."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from itertools import repeat
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.client import RawClient, put_request, sample
from benchmarks.http import BODY, PATH, load
from benchmarks.measure import Finding, percentile, table
from benchmarks.reference import bundle
from benchmarks.servers import ROOT, free_port, process
from benchmarks.visitor import visiting

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PRICE = ".st-key-price [data-testid=stMetricValue]"
EMPTY = "benchmarks/empty_page.py"
# Reruns are asked for in a workspace of their own: without one each would fork the demo first.
VISITOR = "visitor"
QUERY = f"workspace={VISITOR}"
# What the first saved cart costs: a run that was priced shows it.
SHOWN = "98.40"
PRICED = SHOWN.encode()


def main() -> list[Finding]:
    """Measure everything on one start of the app; returns what is aimed at."""
    port, empty_port = free_port(), free_port()
    app = ["-m", "streamlit", "run", "sandbox_app.py", "--server.port", str(port)]
    empty = ["-m", "streamlit", "run", EMPTY, "--server.port", str(empty_port)]
    with process(app, port) as started, process(empty, empty_port):
        loads, edits, clicks = in_browser(port, empty_port)
        load(port, VISITOR, demo())
        reruns = both_rerun(port, empty_port)
        alone, beside, rerun_beside = api_beside_reruns(port)
    priced, bare = statistics.median(loads["priced"]), statistics.median(loads["empty"])
    edit, click = statistics.median(edits), statistics.median(clicks)
    rerun, empty_rerun = statistics.median(reruns["workbench"]), statistics.median(reruns["empty"])
    table(
        "Page: the Workbench on the real server (medians)",
        [
            ("start until it listens, SDK imported", f"{started.seconds:.2f} s", ""),
            ("empty page, fresh browser", f"{bare:.0f} ms", ""),
            ("priced Workbench, fresh browser", f"{priced:.0f} ms", f"{priced / bare:.2f} times"),
            ("empty page, button until it shows", f"{click:.0f} ms", ""),
            ("Workbench, quantity until price", f"{edit:.0f} ms", f"{edit / click:.2f} times"),
            ("empty page, rerun over the websocket", f"{empty_rerun:.1f} ms", ""),
            (
                "Workbench, rerun over the websocket",
                f"{rerun:.1f} ms",
                f"{rerun / empty_rerun:.2f} times, p99 {percentile(reruns['workbench'], 99):.1f}",
            ),
            ("dry run, p99, no page", f"{alone:.1f} ms", ""),
            (
                "dry run, p99, a page reruns 4 times a second",
                f"{beside:.1f} ms",
                f"the rerun itself {rerun_beside:.1f} ms",
            ),
        ],
    )
    return [
        Finding("start until it listens", started.seconds, 5, "s"),
        Finding("first priced page to an empty page", priced / bare, 1.6, "times"),
        Finding("quantity until price", edit, 400, "ms"),
        Finding("dry run p99 beside reruns", beside, 25, "ms"),
    ]


def demo() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / "fixtures" / "demo.json").read_text())
    return content


def in_browser(
    port: int, empty_port: int
) -> tuple[dict[str, list[float]], list[float], list[float]]:
    """Return the milliseconds of first loads, of edits of a quantity, of clicks on nothing much."""
    url, empty_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{empty_port}"
    loads: dict[str, list[float]] = {"priced": [], "empty": []}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        first_load(browser, url, PRICE, SHOWN)  # the demo is loaded on the very first visit
        for _ in range(7):
            loads["empty"].append(first_load(browser, empty_url, "body", "empty page"))
            loads["priced"].append(first_load(browser, url, PRICE, SHOWN))
        page = browser.new_context(viewport={"width": 1280, "height": 1100}).new_page()
        page.goto(url)
        page.wait_for_selector(PRICE)
        page.wait_for_timeout(2000)
        empty_page = browser.new_context().new_page()
        empty_page.goto(empty_url)
        empty_page.wait_for_selector("text=empty page 0")
        edits, clicks = [], []
        for number in range(1, 17):
            edits.append(edit_to_price(page, 1 + number % 9))
            clicks.append(rerun_empty(empty_page, number))
        browser.close()
    return loads, edits, clicks


def first_load(browser: Browser, url: str, selector: str, text: str) -> float:
    """Return the milliseconds from opening a page in a new profile until it shows a text.

    The page itself looks, every few milliseconds: from outside, the driver looks at ever longer
    intervals, up to half a second.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.innerText.includes(text)",
        arg=[selector, text],
        polling=5,
    )
    elapsed = (time.perf_counter() - started) * 1000
    context.close()
    return elapsed


def edit_to_price(page: Page, quantity: int) -> float:
    """Return the milliseconds from Enter in the cart's grid until another price shows."""
    before = page.locator(PRICE).first.inner_text()
    box = page.locator("[data-testid=stDataFrame] canvas").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 80, box["y"] + 52)
    page.wait_for_timeout(250)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(250)
    page.keyboard.type(str(quantity))
    page.wait_for_selector("#portal input")
    started = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([selector, before]) => document.querySelector(selector)?.innerText.trim() !== before",
        arg=[PRICE, before.strip()],
        polling=5,
    )
    return (time.perf_counter() - started) * 1000


def rerun_empty(page: Page, number: int) -> float:
    """Return the milliseconds from a click until the empty page shows its new number."""
    started = time.perf_counter()
    page.get_by_role("button").first.click()
    page.wait_for_function(
        "text => document.body.innerText.includes(text)", arg=f"empty page {number}", polling=5
    )
    return (time.perf_counter() - started) * 1000


def both_rerun(port: int, empty_port: int) -> dict[str, list[float]]:
    """Return the milliseconds of whole reruns, without a browser to draw them."""
    times: dict[str, list[float]] = {"workbench": [], "empty": []}
    with visiting(port, QUERY) as workbench, visiting(empty_port) as empty:
        if PRICED not in workbench.shown:
            raise RuntimeError("the Workbench showed no price")
        for _ in range(40):
            times["workbench"].append(workbench.rerun())
            times["empty"].append(empty.rerun())
    return times


def api_beside_reruns(port: int) -> tuple[float, float, float]:
    """Return the p99 of dry runs alone and while the Workbench reruns, and that rerun's median."""
    client = RawClient(port, repeat(put_request(PATH, BODY, load(port, "bench", bundle()))))
    alone = percentile(sample(client, 4), 99)
    arguments = ["-m", "benchmarks.visitor", str(port), QUERY, "10"]
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as visitor:
        assert visitor.stdout is not None
        if visitor.stdout.readline() != "ready\n":
            raise RuntimeError("the page could not be visited")
        beside = percentile(sample(client, 9.5), 99)
        rerun = float(visitor.stdout.readline())
    client.close()
    return alone, beside, rerun


if __name__ == "__main__":
    main()
