from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sandbox.emulator.guard import ControlGate
from sandbox.emulator.server import BackgroundServer
from tests.client import Client, item
from tests.conftest import settings


@pytest.fixture
def shop(client: Client) -> Client:
    client.load("access")
    return client


@pytest.mark.parametrize(
    "authorization", [None, "ApiKey-v1", "ApiKey-v1 ", "Bearer x", "ApiKey-v1 x"]
)
def test_without_a_valid_key_nothing_is_answered(shop: Client, authorization: str | None):
    body = {"customerSession": {"cartItems": [item()]}}
    reply = shop.send("PUT", "/v2/customer_sessions/s", body, authorization)
    assert reply.status == 401
    assert reply.body == {"message": "Invalid API key", "StatusCode": 401}


def test_a_key_opens_its_own_api_only(shop: Client):
    swapped = f"ApiKey-v1 {shop.management_key}"
    assert shop.send("GET", "/v2/customer_sessions/s", None, swapped).status == 401
    assert shop.call("GET", "/v1/applications").status == 401


def test_keys_stay_the_same_when_a_workspace_is_loaded_again(shop: Client):
    before = shop.key
    shop.load("access")
    assert shop.key == before


def test_a_deleted_workspace_has_no_keys(client: Client):
    client.load("going")
    client.send("DELETE", "/sandbox/v1/workspaces/going")
    assert client.get_session("s").status == 401


def test_unknown_paths_and_methods_say_so_in_the_vendors_shape(shop: Client):
    assert shop.call("GET", "/v2/no_such_resource").body["StatusCode"] == 404
    for method in ("POST", "DELETE", "OPTIONS", "HEAD"):
        reply = shop.call(method, "/v2/customer_sessions/s", {})
        assert (reply.status, reply.headers["allow"]) == (405, "GET, PUT")


def test_a_client_that_goes_before_its_body_is_complete_is_let_go(
    shop: Client, server: BackgroundServer
):
    url = urlsplit(server.running.base_url)
    with socket.create_connection((url.hostname, url.port), timeout=5) as connection:
        connection.sendall(
            b"PUT /v2/customer_sessions/gone HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Authorization: ApiKey-v1 " + shop.key.encode() + b"\r\nContent-Length: 100\r\n\r\n{"
        )
    assert shop.get_session("gone").status == 404


def test_the_log_holds_what_was_asked_and_answered_but_never_a_key(
    shop: Client, server: BackgroundServer
):
    shop.put_session("logged", "?dry=true", cartItems=[item()])
    shop.put_session("logged", cartItems=[item(quantity=0)])
    refused, dry = server.running.workspaces.calls("access", 2)
    assert (refused.status, dry.status) == (400, 200)
    assert dry.path == "/v2/customer_sessions/logged?dry=true"
    assert '"sku": "A"' in dry.request
    assert '"effects":[]' in dry.answer
    assert dry.milliseconds > 0
    assert shop.key not in repr((refused, dry))


class TestControl:
    def test_calls_from_other_pages_are_refused(self, client: Client):
        headers = {"Origin": "https://elsewhere.example"}
        reply = client.send("PUT", "/sandbox/v1/workspaces/x", {}, headers=headers)
        assert reply.status == 403

    @pytest.mark.parametrize("host", ["elsewhere.example", "127.elsewhere.example", ""])
    def test_calls_for_another_host_name_are_refused(self, client: Client, host: str):
        headers = {"Host": host}
        assert client.send("GET", "/sandbox/v1/workspaces", headers=headers).status == 403

    def test_calls_that_change_something_need_a_json_content_type(self, client: Client):
        headers = {"Content-Type": "text/plain"}
        reply = client.send("POST", "/sandbox/v1/workspaces/x/reset", headers=headers)
        assert reply.status == 415

    def test_with_an_admin_key_calls_need_it(self, tmp_path: Path):
        server = BackgroundServer(settings(tmp_path, admin_key="secret"))
        try:
            client = Client(server.running.base_url)
            path = "/sandbox/v1/workspaces"
            assert client.send("GET", path).status == 401
            assert client.send("GET", path, None, "SandboxKey-v1 wrong").status == 401
            assert client.send("GET", path, None, "SandboxKey-v1 secret").status == 200
        finally:
            server.stop()

    @pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "shop.example"])
    def test_off_loopback_it_is_closed_without_an_admin_key(self, host: str):
        refusal = ControlGate(None, host).refusal("GET", {"host": f"{host}:80"})
        assert refusal is not None
        assert refusal.status == 403

    @pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8501"])
    def test_on_loopback_every_name_of_this_machine_is_its_own(self, host: str):
        assert ControlGate(None, "127.0.0.1").refusal("GET", {"host": host}) is None

    def test_the_clock_is_frozen_moved_and_let_go(self, client: Client):
        client.load("clock", clock="2026-06-15T12:00:00Z")
        path = "/sandbox/v1/workspaces/clock/clock"
        moved = client.send("PUT", path, {"advance": "1M"})
        assert moved.body == {"now": "2026-07-15T12:00:00Z", "frozen": True}
        assert client.send("PUT", path, {"now": None}).body["frozen"] is False
        assert list(client.send("PUT", path, {"advance": "soon"}).faults) == ["/advance"]

    def test_explain_answers_with_a_trace(self, client: Client):
        check = {
            "id": "min",
            "type": "checkAttribute",
            "operator": "greaterThan",
            "attribute": "$Session.Total",
            "value": 500,
        }
        ruleset = {"id": 1, "promotionRules": [{"title": "big", "blocks": [check]}]}
        client.load("explained", campaigns=[{"id": 1, "name": "Big", "ruleset": ruleset}])
        question = {
            "customerSessionId": "s",
            "request": {"customerSession": {"cartItems": [item()]}},
        }
        reply = client.send("POST", "/sandbox/v1/workspaces/explained/explain", question)
        (campaign,) = reply.body["trace"]["campaigns"]
        assert campaign["outcome"] == "notTriggered"
        assert campaign["runs"][0]["rules"][0]["conditions"] == [
            {
                "blockId": "min",
                "type": "checkAttribute",
                "passed": False,
                "index": 0,
                "operator": "greaterThan",
                "attribute": "$Session.Total",
                "actual": 100,
                "needed": 500,
            }
        ]
