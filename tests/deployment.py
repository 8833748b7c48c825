"""A live deployment for tests: the emulator in a process of its own, and a proxy that spoils calls.

Its host is of this machine, so plain HTTP is allowed; its keys are those of its workspace.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pytest

from tests.client import Client
from tests.process import ROOT, finish, free_port, start

_PATH = "/sandbox/v1/workspaces/shop"


@dataclass(frozen=True)
class LiveShop:
    """The deployment's address and its keys, and a client that looks at what it has stored."""

    host: str
    client: Client
    began_with: dict[str, object]

    @property
    def key(self) -> str:
        return self.client.key

    @property
    def management_key(self) -> str:
        return self.client.management_key

    @property
    def has_only_its_own_sessions(self) -> bool:
        """Whether no session was stored since it began."""
        return self._sessions(self.client.send("GET", _PATH).body) == self._sessions(
            self.began_with
        )

    @staticmethod
    def _sessions(bundle: Any) -> list[str]:
        return sorted(one["integrationId"] for one in bundle["customerSessions"])

    @property
    def is_untouched(self) -> bool:
        """Whether it has stored what it began with, and nothing else."""
        stored = self.client.send("GET", _PATH).body
        kept = {name: stored[name] for name in self.began_with if name in stored}
        return kept == self.began_with and not (stored.keys() - kept.keys())

    def profile(self, profile_id: str) -> dict[str, object]:
        """The attributes of a stored customer."""
        bundle = self.client.send("GET", _PATH).body
        profiles = {one["integrationId"]: one for one in bundle["customerProfiles"]}
        attributes: dict[str, object] = profiles[profile_id].get("attributes") or {}
        return attributes


@contextmanager
def live_shop(home: Path) -> Iterator[LiveShop]:
    """Serve the demo's campaigns and customers under another name, in francs."""
    port = free_port()
    process = start(home, port)
    client = Client(f"http://127.0.0.1:{port}")
    bundle = (ROOT / "fixtures" / "demo.json").read_bytes()
    bundle = bundle.replace(b'"Demo shop"', b'"Real shop"').replace(b'"EUR"', b'"CHF"')
    reply = client.send("PUT", _PATH, bundle)
    assert reply.status == 201, reply
    client.key, client.management_key = reply.body["integrationKey"], reply.body["managementKey"]
    yield LiveShop(client.base_url, client, client.send("GET", _PATH).body)
    _, errors = finish(process, 15)
    assert client.key not in errors
    assert client.management_key not in errors


# What a proxy does with one connection: read from the caller, and answer it.
Fault: TypeAlias = Callable[[socket.socket], None]


class SpoiltLine:
    """A TCP proxy before a server; `fault`, when there is one, answers instead of the server."""

    def __init__(self, host: str, tls: ssl.SSLContext | None = None) -> None:
        self._upstream = (urlsplit(host).hostname, urlsplit(host).port)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._fault: Fault | None = None
        self._open: list[socket.socket] = []
        Thread(target=self._accept, daemon=True).start()

    @property
    def connections(self) -> int:
        """How many connections there have been."""
        return len(self._open)

    @property
    def fault(self) -> Fault | None:
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        """Spoil every call from now on; connections that are open end."""
        self._fault = fault
        self._hang_up()

    @property
    def host(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        if self._listener.fileno() >= 0:
            self._listener.shutdown(socket.SHUT_RDWR)  # or a waiting accept would go on
            self._listener.close()
        self._hang_up()

    def _hang_up(self) -> None:
        for caller in self._open:
            if caller.fileno() >= 0:
                with suppress(OSError):
                    caller.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(caller)
            Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        try:
            if self._tls is not None:
                caller = self._tls.wrap_socket(caller, server_side=True)
            with caller:
                if self.fault is not None:
                    self.fault(caller)
                else:
                    self._pass_on(caller)
        except OSError:
            caller.close()

    def _pass_on(self, caller: socket.socket) -> None:
        with socket.create_connection(self._upstream) as server:
            back = Thread(target=_pump, args=(server, caller), daemon=True)
            back.start()
            _pump(caller, server)
            back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def answering(reply: bytes) -> Fault:
    """Answer every request with the same bytes, whatever they are, and hang up."""

    def fault(caller: socket.socket) -> None:
        caller.recv(65536)
        caller.sendall(reply)

    return fault


def http_answer(status: str, body: bytes = b"", *headers: str) -> Fault:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
    return answering(head.encode() + body)


def silence(caller: socket.socket) -> None:
    """Take the request, and never answer."""
    while caller.recv(65536):
        pass


def self_signed(folder: Path) -> ssl.SSLContext:
    """Make a certificate that nobody trusts."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    asked = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        ["openssl", "req", *asked, *subject, *files],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    with live_shop(tmp_path_factory.mktemp("live")) as served:
        yield served


@pytest.fixture
def line(shop: LiveShop) -> Iterator[SpoiltLine]:
    """A way to the deployment that can be spoilt."""
    proxy = SpoiltLine(shop.host)
    yield proxy
    proxy.close()
