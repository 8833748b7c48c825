"""Every sentence that the emulator says over HTTP and that is not about one field."""

from __future__ import annotations

INVALID_KEY = "Invalid API key"
INVALID_LOGIN = "The password is not the Management API key of a workspace"
NOT_FOUND = "There is nothing at this path"
NOT_EMULATED = "This operation of Talon.One is not emulated yet"
METHOD_NOT_ALLOWED = "This method is not allowed here"
TOO_LARGE = "The body is larger than the {limit} MB that are allowed here"
TOO_SLOW = "The body did not arrive within {seconds} seconds"
NEEDS_JSON = "Calls that change something need the header Content-Type: application/json"
FOREIGN_ORIGIN = "The control API answers only to pages and clients of this server itself"
NEEDS_ADMIN_KEY = (
    "The control API needs Authorization: SandboxKey-v1 <key>. "
    "The key is the one in SANDBOX_ADMIN_KEY"
)
CLOSED_OFF_LOOPBACK = (
    "The control API is closed because the server is reachable from other machines. "
    "Set SANDBOX_ADMIN_KEY to open it"
)
CROWDED = "Too many requests are updating this {kind} at the same time"
UNEXPECTED = "The emulator failed unexpectedly. This is a bug; the server's log has the details"
