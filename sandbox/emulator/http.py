"""From raw requests to what handlers work with: ids, query parameters, bodies.

Routes match on the raw path, and ids are unquoted afterwards, so that every id an SDK can send
works: ``a/b``, ``../x``, ``%``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, unquote

import msgspec
from starlette.requests import Request

from sandbox.emulator.messages import TOO_LARGE
from sandbox.errors import Fault, Refused, SandboxError

MEGABYTE = 1024 * 1024
MAX_BODY = 5 * MEGABYTE
MAX_BUNDLE = 15 * MEGABYTE


class TooLargeError(SandboxError):
    """The body is larger than this server reads."""

    def __init__(self, limit: int) -> None:
        super().__init__(TOO_LARGE.format(limit=limit // MEGABYTE))


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request: decoded ids, query, headers (lower case) and the body's bytes."""

    ids: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def flag(self, name: str) -> bool:
        """Return a boolean query parameter, false when it is absent; raises Refused."""
        value = self.query.get(name, "false")
        if value not in ("true", "false"):
            details = f"“{name}” is true or false, not “{value}”"
            raise Refused([Fault("Invalid value", details, parameter=name)])
        return value == "true"

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


def headers_of(request: Request) -> dict[str, str]:
    """Return the headers of a request by lower-case name."""
    return {
        name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]
    }


async def read(request: Request, headers: Mapping[str, str], limit: int) -> Incoming:
    """Read a request; raises TooLargeError before reading more than `limit` bytes."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLargeError(limit)
    chunks = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLargeError(limit)
        chunks.append(chunk)
    ids = {name: unquote(value) for name, value in request.path_params.items()}
    query = dict(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True))
    return Incoming(ids, query, headers, b"".join(chunks))
