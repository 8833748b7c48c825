"""Logging in to the Management API with a password, as older SDKs do."""

from __future__ import annotations

import pytest

from sandbox.emulator.server import BackgroundServer
from tests.client import Client, Reply


@pytest.fixture
def shop(client: Client) -> Client:
    client.load("login", clock="2026-06-15T12:00:00Z")
    return client


def log_in(client: Client, password: str) -> Reply:
    body = {"email": "admin@example.com", "password": password}
    return client.send("POST", "/v1/sessions", body)


def test_the_management_key_is_a_password_that_gives_a_token(shop: Client):
    reply = log_in(shop, shop.management_key)
    token = reply.body.pop("token")
    assert (reply.status, reply.body) == (201, {"userId": 1, "created": "2026-06-15T12:00:00Z"})
    assert token not in (shop.management_key, shop.key)
    assert shop.send("GET", "/v1/applications", None, f"Bearer {token}").status == 200
    assert shop.send("GET", "/v2/customer_sessions/s", None, f"Bearer {token}").status == 401
    assert shop.send("GET", "/v1/applications", None, f"ManagementKey-v1 {token}").status == 401


def test_another_password_is_refused(shop: Client):
    for password in ("$hhhD0ntT3ll!", shop.key, ""):
        reply = log_in(shop, password)
        assert (reply.status, reply.body["StatusCode"]) == (401, 401)
    incomplete = shop.send("POST", "/v1/sessions", {"email": "a@b.c"})
    assert incomplete.faults == {"/password": "“password” is required"}
    assert shop.send("DELETE", "/v1/sessions").status == 405


def test_a_login_is_in_no_log(shop: Client, server: BackgroundServer):
    log_in(shop, shop.management_key)
    assert "/v1/sessions" not in {call.path for call in server.running.workspaces.calls("login")}


def test_a_token_goes_with_its_workspace(shop: Client):
    token = log_in(shop, shop.management_key).body["token"]
    shop.send("DELETE", "/sandbox/v1/workspaces/login")
    assert shop.send("GET", "/v1/applications", None, f"Bearer {token}").status == 401
