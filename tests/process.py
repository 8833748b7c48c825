"""`python -m sandbox serve` as a process of its own, for tests that kill it or spoil its files."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.client import Client

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def start(home: Path, port: int, *prefix: str) -> subprocess.Popen[str]:
    """Start the API alone and wait until it says that it listens.

    `prefix` is a command that runs it, such as one that takes rights away.
    """
    process = subprocess.Popen(
        [*prefix, *_command(port)],
        cwd=ROOT,
        env=_environment(home),
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


def serve_to_its_end(home: Path, port: int, *prefix: str) -> subprocess.CompletedProcess[str]:
    """Start a server that is expected to give up by itself."""
    return subprocess.run(
        [*prefix, *_command(port)],
        cwd=ROOT,
        env=_environment(home),
        capture_output=True,
        text=True,
        timeout=20,
    )


class ServerOf:
    """The server over one home, always on the same port; it can be ended and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._port = free_port()
        self.client = Client(f"http://127.0.0.1:{self._port}")
        self.process: subprocess.Popen[str] | None = None

    def open(self, *prefix: str) -> None:
        self.process = start(self.home, self._port, *prefix)

    def end(self, how: signal.Signals = signal.SIGTERM) -> str:
        """Return what the process said on standard error."""
        process, self.process = self.process, None
        assert process is not None
        return finish(process, how)[1]

    def give_up(self, *prefix: str) -> str:
        """Start a server that cannot run, and return what it says."""
        ended = serve_to_its_end(self.home, self._port, *prefix)
        assert ended.returncode == 1
        return ended.stderr

    def stored(self, workspace: str) -> Any:
        """Return a workspace as it stands, as a bundle."""
        reply = self.client.send("GET", f"/sandbox/v1/workspaces/{workspace}")
        assert reply.status == 200
        return reply.body


def _command(port: int) -> list[str]:
    return [sys.executable, "-m", "sandbox", "serve", "--port", str(port)]


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "SANDBOX_HOME": str(home)}
