"""What went wrong with a call, as an error that says what to do."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
import urllib3
from urllib3 import exceptions

from sandbox.errors import Fault
from sandbox.numbers import decode_json
from sandbox.targets.errors import (
    CertificateError,
    CutOffError,
    NoHttpError,
    NoTlsError,
    RedirectedError,
    RefusedCallError,
    TargetError,
    TimedOutError,
    UnknownHostError,
    UnreachableError,
    UnreadableAnswerError,
)


def failure(error: urllib3.exceptions.HTTPError, host: str, seconds: float) -> TargetError:
    """Return the error for a call that brought no whole answer within so many seconds."""
    cause = getattr(error, "reason", None) or error
    match cause:
        case exceptions.NameResolutionError():
            return UnknownHostError(host)
        case exceptions.NewConnectionError():
            return UnreachableError(host)
        case exceptions.TimeoutError():
            return TimedOutError(host, seconds)
        case exceptions.SSLError():
            is_distrusted = any(isinstance(a, ssl.SSLCertVerificationError) for a in cause.args)
            return CertificateError(host) if is_distrusted else NoTlsError(host)
        case exceptions.ResponseError():
            return RedirectedError(host)
        case exceptions.DecodeError():
            return NoHttpError(host)
        case exceptions.ProtocolError():
            return NoHttpError(host) if _is_no_http(cause) else CutOffError(host)
    return UnreachableError(host)


def _is_no_http(error: urllib3.exceptions.ProtocolError) -> bool:
    return any(
        isinstance(one, http.client.BadStatusLine)
        and not isinstance(one, http.client.RemoteDisconnected)
        for one in error.args
    )


def refusal(
    status: int, headers: Mapping[str, str], raw: str, host: str, key: str
) -> RefusedCallError | UnreadableAnswerError:
    """Return the error for an answer with an error status; `key` is what to call the key that
    was sent: “Integration API key”.

    The vendor's shape is ``{"message", "errors": [{"title", "details", "source"}]}``
    (reference/api/07, section 7.3). What others on the way say (429, 5xx) may have any.
    """
    content = decoded(raw)
    if not isinstance(content, dict):
        if status == 429 or status >= 500:
            return RefusedCallError(status, _sentence(status, headers, "", host, key), (), raw)
        return UnreadableAnswerError(status, raw)
    errors = content.get("errors")
    listed = errors if isinstance(errors, list) else []
    faults = tuple(_fault(error) for error in listed if isinstance(error, dict))
    message = str(content.get("message") or content.get("Error") or "").rstrip(".")
    if faults:
        return RefusedCallError(status, message or _refused(status), faults, raw)
    return RefusedCallError(status, _sentence(status, headers, message, host, key), (), raw)


def decoded(raw: str) -> Any:
    """Return JSON with `Decimal` numbers; None for what is none."""
    try:
        return decode_json(raw)
    except (msgspec.DecodeError, RecursionError):
        return None


def _fault(error: Mapping[str, Any]) -> Fault:
    source = error.get("source")
    place = source if isinstance(source, dict) else {}
    title = str(error.get("title") or "")
    return Fault(
        title,
        str(error.get("details") or title),
        str(place.get("pointer") or ""),
        str(place.get("parameter") or ""),
    )


def _sentence(status: int, headers: Mapping[str, str], message: str, host: str, key: str) -> str:
    """Say what happened and what to do, by the status (reference/api/07, section 7.2)."""
    match status:
        case 401:
            return (
                f"The {key} was refused. Check that it belongs to this deployment and is "
                "not expired."
            )
        case 403:
            return (
                f"The {key} may not do this{_because(message)}. Ask an administrator to "
                "allow it, or use another key."
            )
        case 404:
            return f"{host} does not have this{_because(message)}. It may be gone; check its id."
        case 409 if not message or "too many" in message.lower():
            return (
                f"{message or 'Others change the same session or profile now'}. Such calls have to "
                "be sent one after the other: wait for the earlier ones, then try again."
            )
        case 413:
            return "The request is too large. Send fewer items at a time."
        case 429:
            return f"Too many requests. {_wait(headers)}"
    if status >= 500:
        return (
            f"{host} has trouble of its own (status {status}{_because(message)}). {_wait(headers)}"
        )
    return f"{message}." if message else _refused(status)


def _refused(status: int) -> str:
    return f"The call was refused with status {status}."


def _because(message: str) -> str:
    return f": {message}" if message else ""


def _wait(headers: Mapping[str, str]) -> str:
    """Advise when to try again: as `Retry-After` says, in seconds or as a date (RFC 9110)."""
    said = headers.get("Retry-After", "")
    seconds = int(said) if said.isascii() and said.isdigit() else _seconds_until(said)
    if seconds is None:
        return "Wait a moment and try again."
    unit = "second" if seconds == 1 else "seconds"
    return f"Try again in {seconds} {unit}."


def _seconds_until(date: str) -> int | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(1, round((at - datetime.now(UTC)).total_seconds()))
