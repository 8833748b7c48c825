"""A dry run over HTTP, against a bare Starlette endpoint with the same sizes."""

from __future__ import annotations

import json
import statistics
import threading
import time
import urllib.request

from benchmarks.client import RawClient, put_request
from benchmarks.measure import percentile, table
from benchmarks.reference import SESSION, bundle
from benchmarks.servers import free_port, process

PATH = "/v2/customer_sessions/s?dry=true"
BODY = json.dumps({"customerSession": SESSION, "responseContent": ["customerSession"]}).encode()


def load(port: int, name: str = "bench") -> str:
    """Load the reference bundle and return its key."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/sandbox/v1/workspaces/{name}",
        data=json.dumps(bundle()).encode(),
        method="PUT",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        key: str = json.loads(answer.read())["integrationKey"]
        return key


def main() -> None:
    emulator_port, bare_port = free_port(), free_port()
    serve = ["-m", "sandbox", "serve", "--port", str(emulator_port)]
    with process(serve, emulator_port):
        request = put_request(PATH, BODY, load(emulator_port))
        emulator = RawClient(emulator_port, request)
        size = len(emulator.call())
        with process(["-m", "benchmarks.bare", str(bare_port), str(size)], bare_port):
            bare_request = put_request("/v2/customer_sessions/s", BODY)
            bare = RawClient(bare_port, bare_request)
            times: dict[str, list[float]] = {"bare": [], "emulator": []}
            for _ in range(20):
                for name, client in (("bare", bare), ("emulator", emulator)):
                    times[name] += [client.timed() for _ in range(100)]
            one = {name: statistics.median(values) for name, values in times.items()}
            tails = {name: percentile(values, 99) for name, values in times.items()}
            many = {
                "bare": throughput(bare_port, bare_request),
                "emulator": throughput(emulator_port, request),
            }
    sizes = f"{len(BODY)} bytes in, {size} out"
    table(
        f"HTTP: a dry run of the reference cart ({sizes})",
        [
            (
                "bare Starlette endpoint, 1 connection",
                f"{one['bare']:.3f} ms",
                f"p99 {tails['bare']:.2f}",
            ),
            (
                "dry run, 1 connection",
                f"{one['emulator']:.3f} ms",
                f"{one['emulator'] / one['bare']:.2f} times, p99 {tails['emulator']:.2f}",
            ),
            ("bare Starlette endpoint, 16 connections", f"{many['bare']:.0f} /s", ""),
            (
                "dry run, 16 connections",
                f"{many['emulator']:.0f} /s",
                f"{many['bare'] / many['emulator']:.2f} times fewer",
            ),
        ],
    )


def throughput(port: int, request: bytes, connections: int = 16, seconds: float = 3.0) -> float:
    """Return answered calls a second with several connections at once."""
    counts = [0] * connections
    end = time.perf_counter() + seconds

    def work(index: int) -> None:
        client = RawClient(port, request)
        while time.perf_counter() < end:
            client.call()
            counts[index] += 1
        client.close()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


if __name__ == "__main__":
    main()
