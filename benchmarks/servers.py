"""Servers to measure, each in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Server(NamedTuple):
    """A server that listens; `seconds` is what starting it took."""

    port: int
    pid: int
    seconds: float


@contextmanager
def emulator() -> Iterator[Server]:
    """Run the API alone until the end of the block."""
    port = free_port()
    with process(["-m", "sandbox", "serve", "--port", str(port)], port) as server:
        yield server


@contextmanager
def bare(answer: bytes) -> Iterator[Server]:
    """Run an endpoint that gives this answer at once, on a server that is set up like the API's."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.json"
        file.write_bytes(answer)
        with process(["-m", "benchmarks.bare", str(port), str(file)], port) as server:
            yield server


@contextmanager
def process(arguments: list[str], port: int) -> Iterator[Server]:
    """Run a server until the end of the block; it listens when the block begins."""
    with tempfile.TemporaryDirectory() as home:
        started = time.perf_counter()
        running = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, "SANDBOX_HOME": home, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not _listens(port):
                if running.poll() is not None:
                    raise RuntimeError(f"{' '.join(arguments)} ended with {running.returncode}")
                time.sleep(0.02)
            yield Server(port, running.pid, time.perf_counter() - started)
        finally:
            running.terminate()
            running.wait(timeout=20)


def _listens(port: int) -> bool:
    """Tell whether a server answers; a bound port alone does not mean that it does."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.2) as connection:
            connection.settimeout(10)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return bool(connection.recv(1))
    except OSError:
        return False
