"""From what a server hands over to what handlers work with, and from their answers back to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl

import msgspec
from starlette.types import Receive, Scope, Send

from sandbox.emulator.answers import Answer
from sandbox.emulator.messages import TOO_LARGE, TOO_SLOW
from sandbox.errors import Fault, Refused, SandboxError

MEGABYTE = 1024 * 1024
MAX_BODY = 5 * MEGABYTE
MAX_BUNDLE = 15 * MEGABYTE
# For the whole body; a bundle of the largest size then needs half a megabyte a second.
MAX_SECONDS = 30


class UnreadError(SandboxError):
    """A body that is not read to its end; `status` is what the client is told."""

    status: int


class TooLargeError(UnreadError):
    """The body is larger than this server reads."""

    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(TOO_LARGE.format(limit=limit // MEGABYTE))


class TooSlowError(UnreadError):
    """The body does not come; whoever sends one byte a minute would hold a connection for ever."""

    status = 408

    def __init__(self) -> None:
        super().__init__(TOO_SLOW.format(seconds=MAX_SECONDS))


class DisconnectedError(SandboxError):
    """The client has gone before its request was complete; nobody waits for an answer."""


class Headers:
    """The headers of a request, each decoded when it is asked for: clients send many."""

    __slots__ = ("_raw",)

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._raw = dict(raw)

    def get(self, name: str) -> str | None:
        """Return the header of this lower-case name; of one that is repeated, the last."""
        value = self._raw.get(name.encode())
        return None if value is None else value.decode("latin-1")


class Request(msgspec.Struct, frozen=True):
    """The head of a request: its raw path, the ids in it, unquoted."""

    method: str
    path: str
    query_string: str
    headers: Headers
    ids: Mapping[str, str]
    receive: Receive


class Incoming(msgspec.Struct, frozen=True):
    """One request: decoded ids, query, headers and the body's bytes.

    Of a parameter that is repeated, `query` has the last value; `values` gives all.
    """

    ids: Mapping[str, str]
    query: Mapping[str, str]
    headers: Headers
    body: bytes
    query_string: str = ""

    def values(self, name: str) -> list[str]:
        """Return every value of a query parameter, in the order of the request."""
        pairs = parse_qsl(self.query_string, keep_blank_values=True)
        return [value for given, value in pairs if given == name]

    def flag(self, name: str) -> bool:
        """Return a boolean query parameter, false when it is absent; raises Refused."""
        value = self.query.get(name, "false")
        if value not in ("true", "false"):
            details = f"“{name}” is true or false, not “{value}”"
            raise Refused([Fault("Invalid value", details, parameter=name)])
        return value == "true"

    def is_silent(self, *, default: bool) -> bool:
        """Return whether ``silent`` asks for an answer without content; raises Refused."""
        value = self.query.get("silent", "yes" if default else "no")
        if value not in ("yes", "no"):
            details = f"“silent” is yes or no, not “{value}”"
            raise Refused([Fault("Invalid value", details, parameter="silent")])
        return value == "yes"

    def time(self, name: str) -> datetime | None:
        """Return a time with a zone from the query; raises Refused."""
        value = self.query.get(name)
        if value is None:
            return None
        try:
            # A plus sign that the client did not encode arrives as a space.
            time = msgspec.convert(value.replace(" ", "+"), datetime)
        except msgspec.ValidationError:
            time = None
        if time is None or time.tzinfo is None:
            details = f"“{value}” is no RFC 3339 time with a zone, such as 2026-12-24T18:00:00Z"
            raise Refused([Fault("Invalid value", details, parameter=name)])
        return time


def raw_path(scope: Scope) -> str:
    """Return the path as it came, still quoted."""
    raw: bytes | None = scope.get("raw_path")
    path: str = scope["path"]
    return path if raw is None else raw.decode("latin-1")


async def read(request: Request, limit: int) -> Incoming:
    """Read a request whole.

    Raises TooLargeError before reading more than `limit` bytes, TooSlowError, DisconnectedError.
    """
    declared = request.headers.get("content-length")
    if declared is not None and declared.isdigit() and int(declared) > limit:
        raise TooLargeError(limit)
    try:
        async with asyncio.timeout(MAX_SECONDS):
            body = await _body(request, limit)
    except TimeoutError:
        raise TooSlowError from None
    query = _query(request.query_string)
    return Incoming(request.ids, query, request.headers, body, request.query_string)


async def _body(request: Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    is_complete = False
    while not is_complete:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise TooLargeError(limit)
        chunks.append(chunk)
        is_complete = not message.get("more_body", False)
    return b"".join(chunks)


async def answer_with(answer: Answer, send: Send) -> None:
    """Send an answer."""
    body = answer.body or b""
    headers = [(b"content-type", answer.media_type.encode())]
    if answer.body is not None:
        headers.append((b"content-length", b"%d" % len(body)))
    headers += [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=64)
def _query(query_string: str) -> Mapping[str, str]:
    return dict(parse_qsl(query_string, keep_blank_values=True))
