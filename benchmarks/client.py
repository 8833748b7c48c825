"""A keep-alive HTTP client as thin as Python allows, so that the server is what is measured."""

from __future__ import annotations

import socket
import time


class RawClient:
    """Sends one prepared request again and again over one connection."""

    def __init__(self, port: int, request: bytes) -> None:
        self._request = request
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self) -> bytes:
        """Return the body of the answer; raises RuntimeError unless its status is 200."""
        self._socket.sendall(self._request)
        received = self._socket.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        while not head:
            received += self._socket.recv(65536)
            head, _, body = received.partition(b"\r\n\r\n")
        if b" 200 " not in head[:16]:
            raise RuntimeError(received.decode(errors="replace"))
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self._socket.recv(65536)
        return body

    def timed(self) -> float:
        """Return the milliseconds of one call."""
        started = time.perf_counter()
        self.call()
        return (time.perf_counter() - started) * 1000

    def close(self) -> None:
        self._socket.close()


def put_request(path: str, body: bytes, key: str = "none") -> bytes:
    """Return the bytes of a PUT."""
    return (
        f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ApiKey-v1 {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
