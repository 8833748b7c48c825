"""What was answered with 200 is there after the process was killed."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from tests.client import Client, coupon_campaign, item
from tests.process import finish, free_port, serve_to_its_end, start


@pytest.fixture
def port() -> int:
    return free_port()


def test_an_answered_write_survives_a_kill(tmp_path: Path, port: int):
    client = Client(f"http://127.0.0.1:{port}")
    process = start(tmp_path, port)
    client.load(
        "kept",
        campaigns=[coupon_campaign(limits=[{"action": "setDiscount", "limit": 50}])],
        coupons=[{"value": "TEN", "campaignId": 1, "usageLimit": 0}],
    )
    client.put_session("s", profileId="p", state="closed", couponCodes=["TEN"], cartItems=[item()])
    finish(process, signal.SIGKILL)

    process = start(tmp_path, port)
    try:
        stored = client.get_session("s").body
        assert stored["customerSession"]["state"] == "closed"
        assert [e["effectType"] for e in stored["effects"]] == ["acceptCoupon", "setDiscount"]
        look = client.put_session(
            "look", "?dry=true", ["coupons", "customerProfile"], profileId="p", couponCodes=["TEN"]
        ).body
        assert look["coupons"][0]["usageCounter"] == 1
        assert look["customerProfile"]["closedSessions"] == 1
    finally:
        finish(process, signal.SIGTERM)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_on_a_signal(tmp_path: Path, port: int, how: signal.Signals):
    process = start(tmp_path, port)
    Client(f"http://127.0.0.1:{port}").load("kept")
    status, errors = finish(process, how)
    assert (status, errors) == (0, "")
    # Everything is in one file that can be copied.
    assert [path.name for path in tmp_path.glob("sandbox.db*")] == ["sandbox.db"]


def test_a_taken_port_is_refused_with_a_sentence(tmp_path: Path, port: int):
    with socket.create_server(("127.0.0.1", port)):
        refused = serve_to_its_end(tmp_path, port)
    assert refused.returncode == 1
    assert refused.stderr == f"Cannot listen on http://127.0.0.1:{port}: Address already in use.\n"


def test_a_home_in_use_is_refused_with_a_sentence(tmp_path: Path, port: int):
    process = start(tmp_path, port)
    try:
        refused = serve_to_its_end(tmp_path, free_port())
        assert refused.returncode == 1
        assert "Another process is using" in refused.stderr
        assert "SANDBOX_HOME" in refused.stderr
    finally:
        finish(process, signal.SIGTERM)


def test_no_key_is_readable_in_the_home(tmp_path: Path, port: int):
    process = start(tmp_path, port)
    client = Client(f"http://127.0.0.1:{port}")
    client.load("secret")
    client.put_session("s", cartItems=[item()])
    finish(process, signal.SIGTERM)
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert client.key.encode() not in content
        assert client.management_key.encode() not in content
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
