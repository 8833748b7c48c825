"""Dry runs and stored updates over HTTP, beside a bare Starlette endpoint with the same sizes.

Every connection keeps asking for the reference cart. Those that store something have a session and
a profile each, for requests of one session or profile wait for one another.
"""

from __future__ import annotations

import json
import statistics
import urllib.request
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any, NamedTuple

from benchmarks.client import RawClient, put_request, saturate
from benchmarks.measure import Finding, percentile, table
from benchmarks.reference import SESSION, bundle
from benchmarks.servers import bare, emulator

SESSIONS = "/v2/customer_sessions"
PATH = f"{SESSIONS}/s?dry=true"
BODY = json.dumps({"customerSession": SESSION, "responseContent": ["customerSession"]}).encode()
CONNECTIONS = (16, 64)
LOADED = 100_000

Times = dict[str, list[float]]


class Endpoint(NamedTuple):
    """What is asked: where, and what each connection, from 0, sends."""

    port: int
    requests: Callable[[int], Iterator[bytes]]


Endpoints = dict[str, Endpoint]


def load(port: int, name: str, content: dict[str, Any]) -> str:
    """Load a bundle into a workspace and return its key."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/sandbox/v1/workspaces/{name}",
        data=json.dumps(content).encode(),
        method="PUT",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        key: str = json.loads(answer.read())["integrationKey"]
        return key


def loaded_bundle() -> dict[str, Any]:
    """Return the reference bundle with many more coupons and profiles."""
    content = bundle()
    coupons = [{"value": f"MORE{number}", "campaignId": 1} for number in range(LOADED)]
    profiles = [{"integrationId": f"customer-{number}"} for number in range(LOADED)]
    return content | {
        "coupons": [*content["coupons"], *coupons],
        "customerProfiles": [*content["customerProfiles"], *profiles],
    }


def stored_update(number: int, key: str) -> bytes:
    """Return the request that stores the reference cart in a session of its own."""
    session = {**SESSION, "profileId": f"customer-{number}"}
    body = {"customerSession": session, "responseContent": ["customerSession"]}
    return put_request(f"{SESSIONS}/s{number}", json.dumps(body).encode(), key)


def main() -> list[Finding]:
    """Measure all endpoints in turns; returns what is aimed at."""
    with emulator() as server:
        port = server.port
        dry = put_request(PATH, BODY, load(port, "bench", bundle()))
        dry_loaded = put_request(PATH, BODY, load(port, "loaded", loaded_bundle()))
        stored_key = load(port, "stored", bundle())
        client = RawClient(port, repeat(dry))
        answer = client.call()
        client.close()
        with bare(answer) as floor:
            endpoints = {
                "bare": Endpoint(
                    floor.port, lambda number: repeat(put_request(f"{SESSIONS}/s", BODY))
                ),
                "dry run": Endpoint(port, lambda number: repeat(dry)),
                "dry run, much loaded": Endpoint(port, lambda number: repeat(dry_loaded)),
                "stored update": Endpoint(
                    port, lambda number: repeat(stored_update(number, stored_key))
                ),
            }
            one = one_connection(endpoints)
            many = {number: saturated(endpoints, number) for number in CONNECTIONS}
    rows = [latency(f"{name}, 1 connection", one, name) for name in endpoints]
    for number, (times, rates) in many.items():
        rows += [latency(f"{name}, {number} connections", times, name) for name in endpoints]
        rows += [throughput(f"{name}, {number} connections", rates, name) for name in endpoints]
    table(f"HTTP: the reference cart ({len(BODY)} bytes in, {len(answer)} out)", rows)
    medians = {name: statistics.median(times) for name, times in one.items()}
    rates = many[CONNECTIONS[0]][1]
    at = f"{CONNECTIONS[0]} connections"
    return [
        Finding(
            "dry run to bare endpoint, 1 connection",
            medians["dry run"] / medians["bare"],
            2,
            "times",
        ),
        Finding(
            f"dry runs to bare endpoint, {at}",
            rates["dry run"] / rates["bare"],
            0.35,
            "of its throughput",
            at_least=True,
        ),
        Finding(
            f"dry run, {LOADED:,} coupons and profiles, 1 connection",
            medians["dry run, much loaded"] / medians["dry run"],
            1.2,
            "times",
        ),
        Finding(
            f"dry runs, {LOADED:,} coupons and profiles, {at}",
            rates["dry run, much loaded"] / rates["dry run"],
            0.8,
            "of the throughput",
            at_least=True,
        ),
        Finding(
            f"stored updates to dry runs, {at}",
            rates["stored update"] / rates["dry run"],
            0.5,
            "of the throughput",
            at_least=True,
        ),
    ]


def one_connection(endpoints: Endpoints) -> Times:
    """Return the milliseconds of calls, one after the other."""
    clients = {name: RawClient(each.port, each.requests(0)) for name, each in endpoints.items()}
    times: Times = {name: [] for name in endpoints}
    for _ in range(20):
        for name, client in clients.items():
            times[name] += [client.timed() for _ in range(100)]
    for client in clients.values():
        client.close()
    return times


def saturated(endpoints: Endpoints, connections: int) -> tuple[Times, dict[str, float]]:
    """Return the milliseconds of calls, and the median of calls a second."""
    times: Times = {name: [] for name in endpoints}
    rates: Times = {name: [] for name in endpoints}
    for _ in range(7):
        for name, each in endpoints.items():
            requests = [each.requests(number) for number in range(connections)]
            round_times = saturate(each.port, requests, seconds=0.6)
            times[name] += round_times
            rates[name].append(len(round_times) / 0.6)
    return times, {name: statistics.median(values) for name, values in rates.items()}


def latency(what: str, times: Times, name: str) -> tuple[str, str, str]:
    median = statistics.median(times[name])
    ratio = median / statistics.median(times["bare"])
    return what, f"{median:.3f} ms", f"{ratio:.2f} times, p99 {percentile(times[name], 99):.2f} ms"


def throughput(what: str, rates: dict[str, float], name: str) -> tuple[str, str, str]:
    return what, f"{rates[name]:.0f} /s", f"{rates[name] / rates['bare']:.2f} of bare"


if __name__ == "__main__":
    main()
