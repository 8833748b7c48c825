"""Twenty visitors of the Workbench at once, one of them in a browser, each with a workspace.

The others are sessions without a browser, in a process of their own: ``python -m
benchmarks.visitors PORT SECONDS`` edits that long, prints ``ready`` when all have a price, and the
milliseconds from each edit until its price at the end.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain

from playwright.sync_api import Page, sync_playwright

from benchmarks.measure import Finding, percentile, table
from benchmarks.page import ARGUMENTS, CHROMIUM, PRICE, edit_to_price
from benchmarks.servers import ROOT, free_port, process
from benchmarks.visitor import Visitor, visiting

OTHERS = 19
# Each edits at once, then after pauses of that many seconds: busier than people are.
PAUSES = (2.0, 4.0)
SECONDS = 24.0
ALONE = 12
TOGETHER = 3


def main() -> list[Finding]:
    """Measure one visitor's edits, alone and among the others; returns what is aimed at."""
    port = free_port()
    app = ["-m", "streamlit", "run", "sandbox_app.py", "--server.port", str(port)]
    with process(app, port), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 1100}).new_page()
        page.goto(f"http://127.0.0.1:{port}")
        page.wait_for_selector(PRICE)
        page.wait_for_timeout(2000)
        alone = [edit_to_price(page, 1 + number % 9) for number in range(1, ALONE)]
        beside, others, together = among_others(port, page)
        browser.close()
    browsing = statistics.median(beside)
    table(
        f"Visitors: {OTHERS + 1} at once, an edit every {sum(PAUSES) / 2:g} s each (medians)",
        [
            row("quantity until price, one browser alone", alone),
            row("the browser, among the others", beside),
            row("the others, until the price was sent", others),
            row(f"all {OTHERS} others in the same moment", together),
        ],
    )
    return [
        Finding(f"quantity until price among {OTHERS + 1}", browsing, 1500, "ms"),
        Finding(
            f"{OTHERS} edits in one moment, p99 of prices", percentile(together, 99), 1500, "ms"
        ),
    ]


def row(what: str, times: list[float]) -> tuple[str, str, str]:
    return what, f"{statistics.median(times):.0f} ms", f"p99 {percentile(times, 99):.0f} ms"


def among_others(port: int, page: Page) -> tuple[list[float], list[float], list[float]]:
    """Return the browser's milliseconds, the others' meanwhile, and theirs in the same moment."""
    arguments = ["-m", "benchmarks.visitors", str(port), str(SECONDS)]
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as crowd:
        assert crowd.stdout is not None
        if crowd.stdout.readline() != "ready\n":
            raise RuntimeError("the Workbench could not be visited")
        beside = []
        end = time.perf_counter() + SECONDS - 2
        while time.perf_counter() < end:
            beside.append(edit_to_price(page, 1 + (ALONE + len(beside)) % 9))
        others, together = json.loads(crowd.stdout.readline())
    return beside, others, together


def be_the_others(port: int, seconds: float) -> None:
    with ExitStack() as open_sessions, ThreadPoolExecutor(OTHERS) as threads:
        visitors = [open_sessions.enter_context(visiting(port)) for _ in range(OTHERS)]
        print("ready", flush=True)
        end = time.perf_counter() + seconds
        paced = list(threads.map(lambda visitor: edit_until(visitor, end), visitors))
        start = threading.Barrier(OTHERS)
        at_once = list(threads.map(lambda visitor: edit_together(visitor, start), visitors))
    print(json.dumps([list(chain(*paced)), list(chain(*at_once))]))


def edit_until(visitor: Visitor, end: float) -> list[float]:
    times: list[float] = []
    time.sleep(random.uniform(0, PAUSES[1]))
    while time.perf_counter() < end:
        times.append(visitor.edit(2 + len(times) % 8))
        time.sleep(random.uniform(*PAUSES))
    return times


def edit_together(visitor: Visitor, start: threading.Barrier) -> list[float]:
    times = []
    for number in range(TOGETHER):
        start.wait(timeout=60)
        times.append(visitor.edit(20 + number))
    return times


if __name__ == "__main__":
    if len(sys.argv) > 1:
        be_the_others(int(sys.argv[1]), float(sys.argv[2]))
    else:
        main()
