"""What takes long is done aside: others are answered meanwhile."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.client import Client, item

DRY = "/v2/customer_sessions/s?dry=true"


def status_of(client: Client, method: str, path: str, body: bytes) -> int:
    """Return the status of an answer as soon as it comes; a long answer takes long to decode."""
    url = urlsplit(client.base_url)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"ApiKey-v1 {client.key}"}
    try:
        connection.request(method, path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        (
            "PUT",
            "/v2/customer_sessions/many-faults?dry=true",
            {"customerSession": {"attributes": {f"a{n}": n for n in range(200_000)}}},
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
    answered = 0
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(status_of, client, method, path, json.dumps(body).encode())
        while not slow.done():
            assert client.call("PUT", DRY, small).status == 200
            answered += not slow.done()
    assert slow.result() == status
    # One or two slip in before a long request that holds up all others.
    assert answered >= 4
