"""What takes long is done aside: others are answered meanwhile."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.client import Client, item

DRY = "/v2/customer_sessions/s?dry=true"


def timed(client: Client, method: str, path: str, body: Any) -> tuple[int, float]:
    """Return the status of an answer and the seconds until it came."""
    started = time.perf_counter()
    reply = client.call(method, path, body)
    return reply.status, time.perf_counter() - started


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        (
            "PUT",
            "/v2/customer_sessions/many-faults?dry=true",
            {"customerSession": {"attributes": {f"a{n}": n for n in range(100_000)}}},
            400,
        ),
        (
            "PUT",
            "/sandbox/v1/workspaces/many-coupons",
            {
                "campaigns": [{"id": 1, "name": "c", "ruleset": {"id": 1}}],
                "coupons": [{"value": f"C{n}", "campaignId": 1} for n in range(20_000)],
            },
            201,
        ),
    ],
    ids=["a body with many faults", "a bundle with many coupons"],
)
def test_others_are_answered_while_one_request_takes_long(
    client: Client, method: str, path: str, body: Any, status: int
):
    client.load("side-by-side")
    small = {"customerSession": {"cartItems": [item()]}}
    longest = 0.0
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(timed, client, method, path, json.dumps(body).encode())
        while not slow.done():
            answered, seconds = timed(client, "PUT", DRY, small)
            assert answered == 200
            longest = max(longest, seconds)
    slow_status, slow_seconds = slow.result()
    assert slow_status == status
    assert longest < slow_seconds / 2
