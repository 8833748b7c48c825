"""The lock on writing to a live deployment: below everything that calls one.

It looks at each request just before it is sent, so that nobody who adds a call can forget it.
"""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import talon_one
import urllib3

from sandbox.targets.errors import LockedError

# How long writing stays unlocked, in seconds.
UNLOCKED_FOR = 600.0

# The only operations that the vendor lets be dry. Others would write, whatever their query says.
_MAY_BE_DRY = re.compile(
    r"PUT /v2/customer_sessions/[^/]+"
    r"|POST /v2/customer_sessions/[^/]+/returns"
    r"|PUT /v2/customer_profiles/[^/]+"
    r"|POST /v[23]/events"
)


class WriteLock:
    """Locked at first, and again ten minutes after each `unlock`."""

    def __init__(self) -> None:
        self._until = 0.0

    def unlock(self) -> None:
        self._until = time.monotonic() + UNLOCKED_FOR

    def lock(self) -> None:
        self._until = 0.0

    @property
    def seconds_left(self) -> float:
        """How long writing is still unlocked; 0 when it is locked."""
        return max(0.0, self._until - time.monotonic()) if self._until else 0.0

    @property
    def is_open(self) -> bool:
        return self.seconds_left > 0


class GuardedPool(urllib3.PoolManager):
    """Connections over which nothing goes that could change a host while its lock is closed."""

    def __init__(self, lock: WriteLock, **connection_options: Any) -> None:
        super().__init__(**connection_options)
        self._lock = lock
        self._sent: list[tuple[str, str, str]] = []

    def take_sent(self) -> list[tuple[str, str, str]]:
        """Return what was sent since this was last asked: method, path with query, body."""
        sent, self._sent = self._sent, []
        return sent

    def urlopen(
        self, method: str, url: str, *arguments: Any, **options: Any
    ) -> urllib3.BaseHTTPResponse:
        """Send a request, once it is clear that it may be sent. Raises LockedError."""
        if not self._lock.is_open and changes_something(method, url):
            raise LockedError(urlsplit(url).netloc)
        parts, body = urlsplit(url), options.get("body") or ""
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        text = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
        self._sent.append((method, path, text))
        return super().urlopen(method, url, *arguments, **options)


def guard(client: talon_one.ApiClient, lock: WriteLock) -> None:
    """Put a lock on everything that a client of the SDK sends, in whatever way it is asked to."""
    rest = client.rest_client
    rest.pool_manager = GuardedPool(lock, **rest.pool_manager.connection_pool_kw)


def changes_something(method: str, url: str) -> bool:
    """Tell whether a request could change something: all but reading and what is surely dry.

    `url` may be a path with its query.
    """
    parts = urlsplit(url)
    if method == "GET":
        return False
    is_dry = parse_qs(parts.query).get("dry") == ["true"]
    return not (is_dry and _MAY_BE_DRY.fullmatch(f"{method} {parts.path}"))
