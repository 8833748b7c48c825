"""A dry run over HTTP, against a bare Starlette endpoint with the same sizes."""

from __future__ import annotations

import json
import statistics
import urllib.request
from typing import Any

from benchmarks.client import RawClient, put_request, saturate
from benchmarks.measure import Finding, percentile, table
from benchmarks.reference import SESSION, bundle
from benchmarks.servers import free_port, process

PATH = "/v2/customer_sessions/s?dry=true"
BODY = json.dumps({"customerSession": SESSION, "responseContent": ["customerSession"]}).encode()
CONNECTIONS = 16

Times = dict[str, list[float]]


def load(port: int, name: str, content: dict[str, Any]) -> str:
    """Load a bundle into a workspace and return its key."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/sandbox/v1/workspaces/{name}",
        data=json.dumps(content).encode(),
        method="PUT",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        key: str = json.loads(answer.read())["integrationKey"]
        return key


def main() -> list[Finding]:
    """Measure both endpoints in turns; returns what is aimed at."""
    emulator_port, bare_port = free_port(), free_port()
    serve = ["-m", "sandbox", "serve", "--port", str(emulator_port)]
    with process(serve, emulator_port):
        request = put_request(PATH, BODY, load(emulator_port, "bench", bundle()))
        client = RawClient(emulator_port, request)
        size = len(client.call())
        client.close()
        with process(["-m", "benchmarks.bare", str(bare_port), str(size)], bare_port):
            bare = put_request("/v2/customer_sessions/s", BODY)
            endpoints = {"bare": (bare_port, bare), "dry run": (emulator_port, request)}
            one = one_connection(endpoints)
            many, rates = many_connections(endpoints)
    table(
        f"HTTP: a dry run of the reference cart ({len(BODY)} bytes in, {size} out)",
        [
            *(latency(f"{name}, 1 connection", one, name) for name in endpoints),
            *(latency(f"{name}, {CONNECTIONS} connections", many, name) for name in endpoints),
            *(
                (
                    f"{name}, {CONNECTIONS} connections",
                    f"{rate:.0f} /s",
                    f"{rate / rates['bare']:.2f} of bare",
                )
                for name, rate in rates.items()
            ),
        ],
    )
    ratio = statistics.median(one["dry run"]) / statistics.median(one["bare"])
    return [Finding("dry run to bare endpoint, 1 connection", ratio, 2.5, "times")]


def one_connection(endpoints: dict[str, tuple[int, bytes]]) -> Times:
    clients = {name: RawClient(*endpoint) for name, endpoint in endpoints.items()}
    times: Times = {name: [] for name in endpoints}
    for _ in range(20):
        for name, client in clients.items():
            times[name] += [client.timed() for _ in range(100)]
    for client in clients.values():
        client.close()
    return times


def many_connections(endpoints: dict[str, tuple[int, bytes]]) -> tuple[Times, dict[str, float]]:
    """Return the milliseconds of calls, and the median of calls a second."""
    times: Times = {name: [] for name in endpoints}
    rates: Times = {name: [] for name in endpoints}
    for _ in range(5):
        for name, (port, request) in endpoints.items():
            round_times = saturate(port, request, CONNECTIONS, seconds=0.8)
            times[name] += round_times
            rates[name].append(len(round_times) / 0.8)
    return times, {name: statistics.median(values) for name, values in rates.items()}


def latency(what: str, times: Times, name: str) -> tuple[str, str, str]:
    median = statistics.median(times[name])
    ratio = median / statistics.median(times["bare"])
    return what, f"{median:.3f} ms", f"{ratio:.2f} times, p99 {percentile(times[name], 99):.2f} ms"


if __name__ == "__main__":
    main()
