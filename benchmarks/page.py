"""The Workbench on the real server: starting, first load, edit to price, and the API beside it."""

from __future__ import annotations

import statistics
import threading
import time

from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import connect

from benchmarks.client import RawClient, put_request
from benchmarks.http import BODY, PATH, load
from benchmarks.measure import percentile, table
from benchmarks.servers import free_port, process

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PRICE = ".st-key-price [data-testid=stMetricValue]"
EMPTY = "benchmarks/empty_page.py"


def main() -> None:
    port, empty_port = free_port(), free_port()
    app = ["-m", "streamlit", "run", "sandbox_app.py", "--server.port", str(port)]
    empty = ["-m", "streamlit", "run", EMPTY, "--server.port", str(empty_port)]
    with process(app, port) as listening, process(empty, empty_port), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        url, empty_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{empty_port}"
        first_load(browser, url, PRICE)  # the demo workspace is made on the very first visit
        loads: dict[str, list[float]] = {"priced": [], "empty": []}
        for _ in range(7):
            loads["empty"].append(first_load(browser, empty_url, "text=empty page"))
            loads["priced"].append(first_load(browser, url, PRICE))
        page = browser.new_context(viewport={"width": 1280, "height": 1100}).new_page()
        page.goto(url)
        page.wait_for_selector(PRICE)
        page.wait_for_timeout(2000)
        empty_page = browser.new_context().new_page()
        empty_page.goto(empty_url)
        empty_page.wait_for_selector("text=empty page 0")
        edits = [edit_to_price(page, quantity) for quantity in (2, 3, 4, 5, 6, 7, 8, 9) * 2]
        reruns = [rerun_empty(empty_page, number) for number in range(1, 16)]
        browser.close()
        alone, beside = beside_reruns(port)
    priced, bare = statistics.median(loads["priced"]), statistics.median(loads["empty"])
    edit, rerun = statistics.median(edits), statistics.median(reruns)
    table(
        "Page: the Workbench in Chromium (medians)",
        [
            ("start until it listens, SDK imported", f"{listening:.2f} s", ""),
            ("empty Streamlit page, fresh browser", f"{bare:.0f} ms", ""),
            ("priced Workbench, fresh browser", f"{priced:.0f} ms", f"{priced / bare:.2f} times"),
            ("button on the empty page until it shows", f"{rerun:.0f} ms", ""),
            (
                "edit a quantity until the price shows",
                f"{edit:.0f} ms",
                f"{edit / rerun:.2f} times",
            ),
            ("dry run, p99, no page", f"{alone:.1f} ms", ""),
            ("dry run, p99, a page reruns 4 times a second", f"{beside:.1f} ms", ""),
        ],
    )


def first_load(browser: Browser, url: str, selector: str) -> float:
    """Return the milliseconds from opening a page in a new profile until something shows."""
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(selector)
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


def beside_reruns(port: int) -> tuple[float, float]:
    """Return the p99 of dry runs alone, and while the Workbench reruns four times a second.

    The reruns come over a websocket, as a browser asks for them, without a browser that competes
    for the two cores.
    """
    client = RawClient(port, put_request(PATH, BODY, load(port)))
    alone = percentile(sample(client, 4), 99)
    rerun = BackMsg()
    rerun.rerun_script.query_string = ""
    stopped = threading.Event()

    def ask() -> None:
        with connect(f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None) as socket:
            reader = threading.Thread(target=lambda: [None for _ in socket], daemon=True)
            reader.start()
            while not stopped.wait(0.25):
                socket.send(rerun.SerializeToString())

    visitor = threading.Thread(target=ask)
    visitor.start()
    beside = percentile(sample(client, 10), 99)
    stopped.set()
    visitor.join()
    client.close()
    return alone, beside


def sample(client: RawClient, seconds: float) -> list[float]:
    """Return the milliseconds of a call every ten milliseconds."""
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        times.append(client.timed())
        time.sleep(0.01)
    return times


if __name__ == "__main__":
    main()
