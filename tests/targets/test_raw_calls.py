from __future__ import annotations

import pytest

from sandbox.emulator.server import BackgroundServer
from sandbox.targets.connection import Connection
from sandbox.targets.errors import RefusedCallError, UnreachableError
from sandbox.workspace.calls import Call
from tests.process import free_port


@pytest.fixture
def connection(server: BackgroundServer) -> Connection:
    keys = server.running.workspaces.load("replayed", {})
    return Connection(server.running.base_url, keys.integration_key, keys.management_key)


def newest(server: BackgroundServer) -> Call:
    return server.running.workspaces.calls("replayed")[0]


def test_a_call_goes_out_byte_for_byte(connection: Connection, server: BackgroundServer):
    path = "/v2/customer_sessions/a%2Fb?dry=true"
    body = '{ "customerSession":{"cartItems":[{"sku":"É","quantity":1,"price":0.10}]} }'
    reply = connection.send("integration", "PUT", path, body)
    assert reply.status == 200
    call = newest(server)
    assert (call.method, call.path, call.request) == ("PUT", path, body)
    assert reply.raw == call.answer


def test_a_call_without_a_body_has_none(connection: Connection, server: BackgroundServer):
    assert connection.send("management", "GET", "/v1/applications", "").status == 200
    assert newest(server).request == ""


def test_a_body_that_is_no_json_is_sent_as_it_is(connection: Connection):
    with pytest.raises(RefusedCallError) as refused:
        connection.send("integration", "PUT", "/v2/customer_sessions/s", "{")
    assert (refused.value.status, "bracket" in refused.value.raw) == (400, True)


def test_a_host_that_is_gone_is_told(server: BackgroundServer):
    gone = Connection(f"http://127.0.0.1:{free_port()}", "key")
    with pytest.raises(UnreachableError):
        gone.send("integration", "GET", "/v2/customer_sessions/s", "")
