"""A keep-alive HTTP client as thin as Python allows, so that the server is what is measured."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"
_CHUNK = 65536


class RawClient:
    """Sends prepared requests, one after the other, over one connection."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self._started = 0.0
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        request = next(self._requests)
        self._started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[bytes, float]:
        """Return the body of the answer and the milliseconds since its request was sent.

        Raises RuntimeError unless the status is 200.
        """
        received = self._more()
        while (end := received.find(_END_OF_HEAD)) < 0:
            received += self._more()
        length = _LENGTH.search(received, 0, end + 2)
        if b" 200 " not in received[:16] or length is None:
            raise RuntimeError(received.decode(errors="replace"))
        start = end + len(_END_OF_HEAD)
        whole = start + int(length[1])
        while len(received) < whole:
            received += self._more()
        return received[start:], (time.perf_counter() - self._started) * 1000

    def call(self) -> bytes:
        """Send the next request and return the body of its answer."""
        self.send()
        return self.receive()[0]

    def timed(self) -> float:
        """Return the milliseconds of one call."""
        self.send()
        return self.receive()[1]

    def close(self) -> None:
        self.socket.close()

    def _more(self) -> bytes:
        chunk = self.socket.recv(_CHUNK)
        if not chunk:
            raise RuntimeError("the server closed the connection")
        return chunk


def saturate(port: int, requests: Sequence[Iterator[bytes]], seconds: float) -> list[float]:
    """Return the milliseconds of every call that some connections make, each without a pause.

    There is a connection for each iterator of requests. One thread serves them all: threads would
    wait for one another instead of for the server.
    """
    times: list[float] = []
    clients = [RawClient(port, each) for each in requests]
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            for ready, _ in selector.select():
                times.append(ready.data.receive()[1])
                ready.data.send()
    for client in clients:
        client.close()
    return times


def sample(client: RawClient, seconds: float) -> list[float]:
    """Return the milliseconds of a call every ten milliseconds."""
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        times.append(client.timed())
        time.sleep(0.01)
    return times


def put_request(path: str, body: bytes, key: str = "none") -> bytes:
    """Return the bytes of a PUT."""
    return (
        f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ApiKey-v1 {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
