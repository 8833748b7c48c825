"""Who may call what: keys of the vendor's APIs, and the gate of the control API."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from sandbox.emulator.answers import Answer, failed
from sandbox.emulator.http import Headers
from sandbox.emulator.messages import (
    CLOSED_OFF_LOOPBACK,
    FOREIGN_ORIGIN,
    INVALID_KEY,
    NEEDS_ADMIN_KEY,
    NEEDS_JSON,
)
from sandbox.workspace.service import Workspaces
from sandbox.workspace.workspace import Workspace

KeyKind = Literal["integration", "management"]

ANY_KIND: Collection[KeyKind] = ("integration", "management")
# Which kind of key a header's scheme announces, and as what workspaces know it.
_SCHEMES: dict[str, tuple[KeyKind, str]] = {
    "ApiKey-v1": ("integration", "integration"),
    "ManagementKey-v1": ("management", "management"),
    "Bearer": ("management", "session"),
}


def open_workspace(
    workspaces: Workspaces, kinds: Collection[KeyKind], headers: Headers
) -> Workspace | None:
    """Return the workspace that the Authorization header opens with a key of these kinds."""
    scheme, _, key = (headers.get("authorization") or "").partition(" ")
    kind, known_as = _SCHEMES.get(scheme, (None, ""))
    return workspaces.by_key(known_as, key.strip()) if kind in kinds and key else None


def invalid_key() -> Answer:
    """Return the refusal of a missing, malformed or unknown key (decision A60)."""
    return failed(401, INVALID_KEY)


class ControlGate:
    """Keeps the control API to this machine, or to those who have the admin key.

    Web pages elsewhere must not reach it: calls that change something need a JSON content type,
    which a page cannot send without asking first, and Host and Origin must be the server's own.
    """

    def __init__(self, admin_key: str | None, host: str) -> None:
        self._admin_key = admin_key
        self._is_loopback = _is_loopback_name(host)

    def refusal(self, method: str, headers: Headers) -> Answer | None:
        """Return why a call may not pass, or None."""
        if self._admin_key is not None:
            scheme, _, key = (headers.get("authorization") or "").partition(" ")
            if scheme != "SandboxKey-v1" or not hmac.compare_digest(
                key.strip().encode(), self._admin_key.encode()
            ):
                return failed(401, NEEDS_ADMIN_KEY)
        elif not self._is_loopback:
            return failed(403, CLOSED_OFF_LOOPBACK)
        if self._is_foreign(headers):
            return failed(403, FOREIGN_ORIGIN)
        media_type = (headers.get("content-type") or "").partition(";")[0].strip().lower()
        if method not in ("GET", "HEAD") and media_type != "application/json":
            return failed(415, NEEDS_JSON)
        return None

    def _is_foreign(self, headers: Headers) -> bool:
        """Tell whether the call is made for another site's name or from another site's page."""
        host = headers.get("host") or ""
        if self._is_loopback and not _is_loopback_name(urlsplit(f"//{host}").hostname):
            return True
        origin = headers.get("origin")
        return origin is not None and origin.partition("://")[2] != host


def _is_loopback_name(name: str | None) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name or "").is_loopback
    except ValueError:
        return False
