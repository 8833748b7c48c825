"""Small dry runs beside a stream of huge ones: nothing that takes long may hold up the rest.

The stream comes from a process of its own: ``python -m benchmarks.beside PORT KEY SECONDS`` keeps
asking; it prints ``ready`` after the first answer, and the answers' median in milliseconds at last.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from itertools import repeat

from benchmarks.client import RawClient, put_request, sample
from benchmarks.http import BODY, PATH, SESSIONS, load
from benchmarks.measure import Finding, percentile, table
from benchmarks.reference import SESSION, bundle
from benchmarks.servers import ROOT, emulator

LINES = 1000
PIECES = 10
SECONDS = 6.0


def main() -> list[Finding]:
    """Sample small dry runs alone, then beside huge ones; returns what is aimed at."""
    with emulator() as server:
        key = load(server.port, "bench", bundle())
        small = RawClient(server.port, repeat(put_request(PATH, BODY, key)))
        small.timed()
        alone = sample(small, SECONDS)
        arguments = ["-m", "benchmarks.beside", str(server.port), key, str(SECONDS + 0.5)]
        with subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as stream:
            assert stream.stdout is not None
            if stream.stdout.readline() != "ready\n":
                raise RuntimeError("the huge cart was refused")
            beside = sample(small, SECONDS)
            huge = float(stream.stdout.readline())
        small.close()
    table(
        "Dry runs beside huge ones (medians)",
        [
            row("small, alone", alone),
            row("small, beside huge ones", beside),
            (f"huge: {LINES:,} lines of {PIECES} pieces", f"{huge:.1f} ms", ""),
        ],
    )
    return [Finding("small dry run p99 beside huge ones", percentile(beside, 99), 25, "ms")]


def row(what: str, times: list[float]) -> tuple[str, str, str]:
    return what, f"{statistics.median(times):.2f} ms", f"p99 {percentile(times, 99):.1f} ms"


def cart() -> bytes:
    """Return the body of a session as large as sessions may be."""
    items = SESSION["cartItems"]
    lines = [
        {**items[number % len(items)], "sku": f"sku-{number}", "quantity": PIECES}
        for number in range(LINES)
    ]
    return json.dumps({"customerSession": {**SESSION, "cartItems": lines}}).encode()


def keep_asking(port: int, key: str, seconds: float) -> None:
    client = RawClient(port, repeat(put_request(f"{SESSIONS}/huge?dry=true", cart(), key)))
    client.timed()
    print("ready", flush=True)
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        times.append(client.timed())
    print(statistics.median(times))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        keep_asking(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
    else:
        main()
