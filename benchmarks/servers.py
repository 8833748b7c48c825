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

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def emulator() -> Iterator[int]:
    """Run the API alone until the end of the block; yields its port."""
    port = free_port()
    with process(["-m", "sandbox", "serve", "--port", str(port)], port):
        yield port


@contextmanager
def bare(answer: bytes) -> Iterator[int]:
    """Run an endpoint that gives this answer at once, on a server like the API's."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.json"
        file.write_bytes(answer)
        with process(["-m", "benchmarks.bare", str(port), str(file)], port):
            yield port


@contextmanager
def process(arguments: list[str], port: int) -> Iterator[float]:
    """Run a server until the end of the block; yields the seconds until it listened."""
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
            yield time.perf_counter() - started
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
