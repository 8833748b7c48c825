"""A call of the official SDK to the emulator, and to a server that answers the same at once."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import repeat

import talon_one

from benchmarks.client import RawClient, put_request
from benchmarks.http import BODY, PATH, load
from benchmarks.measure import Finding, percentile, table
from benchmarks.reference import bundle
from benchmarks.servers import bare, emulator


def main() -> list[Finding]:
    """Call both servers in turns; returns what is aimed at."""
    request = talon_one.IntegrationRequest.from_json(BODY.decode())
    with emulator() as server:
        key = load(server.port, "bench", bundle())
        client = RawClient(server.port, repeat(put_request(PATH, BODY, key)))
        answer = client.call()
        client.close()
        with bare(answer) as floor:
            calls = {
                "a server that answers at once": dry_run(floor.port, key, request),
                "the emulator": dry_run(server.port, key, request),
            }
            times = in_turns(calls)
    medians = {name: statistics.median(values) for name, values in times.items()}
    floor_median, emulated = medians.values()
    table(
        "SDK: a dry run of the reference cart (medians)",
        [
            (name, f"{medians[name]:.2f} ms", f"p99 {percentile(values, 99):.2f} ms")
            for name, values in times.items()
        ],
    )
    return [Finding("SDK call to one answered at once", emulated / floor_median, 1.5, "times")]


def dry_run(port: int, key: str, request: talon_one.IntegrationRequest) -> Callable[[], object]:
    """Return the call of one server."""
    configuration = talon_one.Configuration(
        host=f"http://127.0.0.1:{port}",
        api_key={"api_key_v1": key},
        api_key_prefix={"api_key_v1": "ApiKey-v1"},
    )
    api = talon_one.IntegrationApi(talon_one.ApiClient(configuration))
    return lambda: api.update_customer_session_v2("s", request, dry=True)


def in_turns(calls: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Return the milliseconds of each call."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(30):
        for name, call in calls.items():
            call()
            for _ in range(20):
                started = time.perf_counter()
                call()
                times[name].append((time.perf_counter() - started) * 1000)
    return times


if __name__ == "__main__":
    main()
