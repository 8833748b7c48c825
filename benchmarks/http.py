"""Dry runs and stored updates over HTTP, beside a bare Starlette endpoint with the same sizes.

Every connection keeps asking for the reference cart. Those that store something have a session and
a profile each, for requests of one session or profile wait for one another.

The client needs about as long for a call as the bare endpoint does, so that more connections show
it slower than it is; the processor time of the servers has no such fault.
"""

from __future__ import annotations

import json
import os
import statistics
import urllib.request
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.client import RawClient, put_request, saturate
from benchmarks.measure import Finding, percentile, table
from benchmarks.reference import SESSION, bundle
from benchmarks.servers import Server, bare, emulator

SESSIONS = "/v2/customer_sessions"
PATH = f"{SESSIONS}/s?dry=true"
BODY = json.dumps({"customerSession": SESSION, "responseContent": ["customerSession"]}).encode()
CONNECTIONS = (16, 64)
LOADED = 100_000
# Seconds for which an endpoint is asked before it is another's turn.
ROUND = 0.5

Times = dict[str, list[float]]


class Endpoint(NamedTuple):
    """What is asked: whom, and what each connection, from 0, sends."""

    server: Server
    requests: Callable[[int], Iterator[bytes]]


Endpoints = dict[str, Endpoint]


class Saturated(NamedTuple):
    """What many connections found, by endpoint.

    `times` are the milliseconds of each call, `rates` calls a second in the best of the rounds,
    which others on the machine have disturbed least, `processor` the microseconds that the server
    worked for a call.
    """

    times: Times
    rates: dict[str, float]
    processor: dict[str, float]


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
                "bare": Endpoint(floor, lambda number: repeat(put_request(f"{SESSIONS}/s", BODY))),
                "dry run": Endpoint(server, lambda number: repeat(dry)),
                "dry run, much loaded": Endpoint(server, lambda number: repeat(dry_loaded)),
                "stored update": Endpoint(
                    server, lambda number: repeat(stored_update(number, stored_key))
                ),
            }
            one = one_connection(endpoints)
            many = {number: saturated(endpoints, number) for number in CONNECTIONS}
    rows = [latency(f"{name}, 1 connection", one, name) for name in endpoints]
    for number, found in many.items():
        at = f"{number} connections"
        rows += [latency(f"{name}, {at}", found.times, name) for name in endpoints]
        rows += [throughput(f"{name}, {at}", found.rates, name) for name in endpoints]
        rows += [processor(f"{name}, {at}", found.processor, name) for name in endpoints]
    table(f"HTTP: the reference cart ({len(BODY)} bytes in, {len(answer)} out)", rows)
    medians = {name: statistics.median(times) for name, times in one.items()}
    rates = many[CONNECTIONS[0]].rates
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
    clients = {
        name: RawClient(each.server.port, each.requests(0)) for name, each in endpoints.items()
    }
    times: Times = {name: [] for name in endpoints}
    for _ in range(20):
        for name, client in clients.items():
            times[name] += [client.timed() for _ in range(100)]
    for client in clients.values():
        client.close()
    return times


def saturated(endpoints: Endpoints, connections: int) -> Saturated:
    """Ask over many connections at a time."""
    times: Times = {name: [] for name in endpoints}
    rates = dict.fromkeys(endpoints, 0.0)
    worked = dict.fromkeys(endpoints, 0.0)
    for _ in range(10):
        for name, each in endpoints.items():
            requests = [each.requests(number) for number in range(connections)]
            before = processor_seconds(each.server)
            round_times = saturate(each.server.port, requests, ROUND)
            worked[name] += processor_seconds(each.server) - before
            times[name] += round_times
            rates[name] = max(rates[name], len(round_times) / ROUND)
    return Saturated(
        times, rates, {name: worked[name] / len(times[name]) * 1e6 for name in endpoints}
    )


def processor_seconds(server: Server) -> float:
    """Return how long all threads of a server have worked so far."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def latency(what: str, times: Times, name: str) -> tuple[str, str, str]:
    median = statistics.median(times[name])
    ratio = median / statistics.median(times["bare"])
    return what, f"{median:.3f} ms", f"{ratio:.2f} times, p99 {percentile(times[name], 99):.2f} ms"


def throughput(what: str, rates: dict[str, float], name: str) -> tuple[str, str, str]:
    return what, f"{rates[name]:.0f} /s", f"{rates[name] / rates['bare']:.2f} of bare"


def processor(what: str, microseconds: dict[str, float], name: str) -> tuple[str, str, str]:
    ratio = microseconds[name] / microseconds["bare"]
    return f"{what}, server", f"{microseconds[name]:.0f} µs", f"{ratio:.2f} times"


if __name__ == "__main__":
    main()
