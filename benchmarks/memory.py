"""The memory of a server over many dry runs, each for a session of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks.client import put_request, saturate
from benchmarks.http import BODY, SESSIONS, load
from benchmarks.measure import Finding, table
from benchmarks.reference import bundle
from benchmarks.servers import emulator

CONNECTIONS = 64
# Until the log has been stored some times, and is as long as it gets.
WARM_UP = 60_000
REQUESTS = 200_000
# Calls in one go, after which connections are opened anew.
SECONDS = 2.0


def main() -> list[Finding]:
    """Ask until enough was asked; returns what is aimed at."""
    with emulator() as server:
        key = load(server.port, "bench", bundle())
        numbers = count()
        requests = [dry_runs(numbers, key) for _ in range(CONNECTIONS)]
        ask(server.port, requests, WARM_UP)
        before = resident(server.pid)
        ask(server.port, requests, REQUESTS)
        after = resident(server.pid)
    grown = after - before
    table(
        f"Memory: {REQUESTS:,} dry runs of as many sessions at {CONNECTIONS} connections",
        [
            (f"after {WARM_UP:,} to warm up", f"{before:.1f} MB", ""),
            (f"after {REQUESTS:,} more", f"{after:.1f} MB", f"{grown:+.1f} MB"),
        ],
    )
    return [Finding(f"memory after {REQUESTS:,} requests", after / before, 1.05, "times")]


def dry_runs(numbers: Iterator[int], key: str) -> Iterator[bytes]:
    """Yield dry runs of the reference cart, each for the session of the next number."""
    head, tail = put_request(f"{SESSIONS}/session-@?dry=true", BODY, key).split(b"@", 1)
    for number in numbers:
        yield b"%b%d%b" % (head, number, tail)


def ask(port: int, requests: list[Iterator[bytes]], calls: int) -> None:
    answered = 0
    while answered < calls:
        answered += len(saturate(port, requests, SECONDS))


def resident(pid: int) -> float:
    """Return the megabytes that a process has in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
