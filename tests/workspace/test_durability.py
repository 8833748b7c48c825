"""What was answered with 200 is there after the process was killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.client import Client, coupon_campaign, item

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def start(home: Path, port: int) -> subprocess.Popen[str]:
    """Start the API alone and wait until it says that it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert f":{port}" in process.stdout.readline()
    return process


def finish(process: subprocess.Popen[str], how: signal.Signals) -> tuple[int, str]:
    """Send a signal and return the exit status with what was said on standard error."""
    process.send_signal(how)
    _, errors = process.communicate(timeout=20)
    return process.returncode, errors


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


def test_it_stops_cleanly_on_a_signal(tmp_path: Path, port: int):
    process = start(tmp_path, port)
    status, errors = finish(process, signal.SIGINT)
    assert (status, errors) == (0, "")


def serve_to_its_end(home: Path, port: int) -> subprocess.CompletedProcess[str]:
    """Start a server that is expected to give up by itself."""
    return subprocess.run(
        [sys.executable, "-m", "sandbox", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=20,
    )


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
    time.sleep(1.2)  # the log is written every second
    finish(process, signal.SIGTERM)
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert client.key.encode() not in content
        assert client.management_key.encode() not in content
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
