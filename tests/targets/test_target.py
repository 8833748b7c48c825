from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from threading import Thread

import pytest

from sandbox.emulator.server import BackgroundServer
from sandbox.engine.model import Cost
from sandbox.insight.call import FROM_ENVIRONMENT, as_curl, as_python
from sandbox.targets import connection as connection_module
from sandbox.targets.connection import Connection
from sandbox.targets.errors import (
    RefusedCallError,
    TimedOutError,
    UnreachableError,
)
from sandbox.targets.target import Target, draft_json
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate
from tests.client import coupon_campaign
from tests.process import free_port


@pytest.fixture
def shop(server: BackgroundServer) -> Target:
    running = server.running
    bundle = {
        "campaigns": [coupon_campaign()],
        "coupons": [{"value": "TEN", "campaignId": 1}],
        "additionalCosts": [{"id": 1, "name": "shipping"}],
    }
    return Target(
        Connection(running.base_url, running.workspaces.load("target", bundle).integration_key)
    )


def draft(price: str = "99.99", quantity: int = 1, **fields: object) -> SessionUpdate:
    line = CartItemUpdate(sku="A", quantity=quantity, price=Decimal(price))
    return SessionUpdate(cart_items=[line], **fields)


def test_amounts_arrive_and_come_back_exact(shop: Target):
    costs = {"shipping": Cost(price=Decimal("0.01"))}
    answer = shop.preview_session("s", draft(coupon_codes=["TEN"], additional_costs=costs))
    assert answer.content["customerSession"]["total"] == Decimal("100")
    assert answer.content["effects"][1]["props"]["value"] == Decimal("10")
    assert answer.path == "/v2/customer_sessions/s?dry=true"


def test_a_preview_stores_nothing(shop: Target, server: BackgroundServer):
    shop.preview_session("never", draft())
    workspace = server.running.workspaces.workspace("target")
    with pytest.raises(Exception, match="never"):
        workspace.session("never")


def test_a_refusal_names_every_fault(shop: Target):
    with pytest.raises(RefusedCallError) as refused:
        shop.preview_session("s", draft(quantity=0, attributes={"colour": "red"}))
    assert [fault.pointer for fault in refused.value.faults] == [
        "/customerSession/cartItems/0/quantity"
    ]


def test_a_wrong_key_says_what_to_check(server: BackgroundServer):
    with pytest.raises(RefusedCallError, match="API key was refused"):
        Target(Connection(server.running.base_url, "wrong")).preview_session("s", draft())


def test_a_host_that_is_not_there_says_so():
    with pytest.raises(UnreachableError, match="Nothing answers"):
        Target(Connection(f"http://127.0.0.1:{free_port()}", "key")).preview_session("s", draft())


@pytest.fixture
def answering() -> Iterator[Callable[[bytes | None], Target]]:
    """A server that answers every connection with the same bytes, or never."""
    listeners = []

    def serve(reply: bytes | None) -> Target:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if reply is not None:
                connection.recv(65536)
                connection.sendall(reply)
                connection.close()
            else:
                listeners.append(connection)

        Thread(target=accept, daemon=True).start()
        return Target(Connection(f"http://127.0.0.1:{listener.getsockname()[1]}", "key"))

    yield serve
    for listener in listeners:
        listener.close()


def test_an_answer_that_is_no_json_is_kept_for_reading(answering):
    page = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"
    with pytest.raises(RefusedCallError, match="trouble of its own") as refused:
        answering(page).preview_session("s", draft())
    assert (refused.value.status, refused.value.raw) == (502, "<html>")


def test_a_connection_cut_short_says_so(answering):
    with pytest.raises(UnreachableError):
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{").preview_session("s", draft())


def test_a_server_that_never_answers_times_out(answering, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection_module, "TIMEOUT", 0.2)
    with pytest.raises(TimedOutError, match=r"0\.2 seconds"):
        answering(None).preview_session("s", draft())


def test_the_draft_as_json_is_what_the_api_takes():
    text = draft_json(draft("12.50", profile_id="p"))
    assert '"price": 12.5' in text
    assert '"profileId": "p"' in text


@pytest.mark.parametrize("shell", [["bash", "-c"], [sys.executable, "-c"]], ids=["curl", "python"])
def test_a_snippet_without_the_key_takes_it_from_the_environment(
    shop: Target, server: BackgroundServer, shell: list[str]
):
    key = server.running.workspaces.keys("target").integration_key
    answer = shop.preview_session("s", draft(coupon_codes=["TEN"]), content=["customerSession"])
    if shell[0] == "bash":
        script = as_curl(shop.host, "PUT", answer.path, FROM_ENVIRONMENT, answer.request)
    else:
        script = as_python(shop.host, "s", FROM_ENVIRONMENT, answer.request, dry=True)
    assert key not in script
    ran = subprocess.run(
        [*shell, script],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "TALON_ONE_API_KEY": key},
    )
    assert "setDiscount" in ran.stdout
