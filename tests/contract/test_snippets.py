"""The snippets that pages offer run as they are, and see the effects that the page shows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from sandbox.emulator.server import BackgroundServer
from sandbox.insight.call import as_curl, as_javascript, as_python
from sandbox.targets.target import CONTENT
from tests.client import coupon_campaign
from tests.contract.conftest import Node

NAME = 'it\'s "20 %" ${off} `now` \\ é'
BODY = {
    "customerSession": {
        "couponCodes": ["TEN10"],
        "cartItems": [{"sku": "A", "name": NAME, "quantity": 1, "price": 99.99}],
    },
    "responseContent": list(CONTENT),
}
Snippet = Callable[..., str]


@pytest.fixture
def key(server: BackgroundServer) -> str:
    bundle = {
        "campaigns": [coupon_campaign()],
        "coupons": [{"value": "TEN10", "campaignId": 1}],
    }
    return server.running.workspaces.load("snippets", bundle).integration_key


def test_the_python_snippet_runs(server: BackgroundServer, key: str):
    snippet = as_python(server.running.base_url, "s/1", key, BODY, dry=True)
    ran = subprocess.run(
        [sys.executable, "-c", snippet], capture_output=True, text=True, timeout=60, check=True
    )
    assert "setDiscount {'name': 'off', 'value': 9.999}" in ran.stdout


def test_the_javascript_snippet_runs(server: BackgroundServer, key: str, node: Node):
    ran = node(as_javascript(server.running.base_url, "s/1", key, BODY, dry=True))
    assert "setDiscount { name: 'off', value: 9.999 }" in ran.stdout, ran.stderr


def test_the_curl_command_runs(server: BackgroundServer, key: str):
    path = "/v2/customer_sessions/s%2F1?dry=true"
    command = as_curl(server.running.base_url, "PUT", path, key, BODY)
    ran = subprocess.run(
        ["bash", "-c", f"{command} -s"], capture_output=True, text=True, timeout=60, check=True
    )
    answer = json.loads(ran.stdout)
    assert answer["effects"][1]["props"]["value"] == 9.999
    assert answer["customerSession"]["cartItems"][0]["name"] == NAME
