"""One host, called through the official SDK.

An answer is read as bytes first, because the SDK raises on answers that are newer than itself, even
after a real write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import talon_one
import urllib3
from pydantic import ValidationError

from sandbox.errors import Fault
from sandbox.numbers import decode_json
from sandbox.targets.errors import (
    NotSentError,
    RefusedCallError,
    TimedOutError,
    UnreachableError,
    UnreadableAnswerError,
)

TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A successful answer as it came; `raw` is its text."""

    status: int
    raw: str

    def object(self) -> dict[str, Any]:
        """Return a JSON object with `Decimal` numbers; raises UnreadableAnswerError."""
        content = _decoded(self.raw)
        if not isinstance(content, dict):
            raise UnreadableAnswerError(self.status, self.raw)
        return content


class Connection:
    """The two APIs of one host, each with a key of its own; reuses its connections.

    Without a Management API key its calls are refused by the host.
    """

    def __init__(self, host: str, integration_key: str, management_key: str = "") -> None:
        self.host = host
        self.integration = talon_one.IntegrationApi(
            _client(host, "api_key_v1", "ApiKey-v1", integration_key)
        )
        self.management = talon_one.ManagementApi(
            _client(host, "management_key", "ManagementKey-v1", management_key)
        )

    def call(
        self, operation: Callable[..., urllib3.BaseHTTPResponse], *arguments: Any, **options: Any
    ) -> Reply:
        """Call one of the SDK's ``…_without_preload_content``. Raises TargetError."""
        try:
            response = operation(*arguments, **options, _request_timeout=TIMEOUT)
            raw = response.data.decode(errors="replace")
        except ValidationError as error:
            raise NotSentError(error.errors()[0]["msg"]) from None
        except urllib3.exceptions.HTTPError as error:
            if _is_timeout(error):
                raise TimedOutError(self.host, TIMEOUT) from None
            raise UnreachableError(self.host) from None
        if not 200 <= response.status < 300:
            raise refusal(response.status, raw)
        return Reply(response.status, raw)


def floats(value: Any) -> Any:
    """Return JSON values with the SDK's numbers: float, or int where that is exact."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [floats(member) for member in value]
    if isinstance(value, dict):
        return {name: floats(member) for name, member in value.items()}
    return value


def _client(host: str, name: str, scheme: str, key: str) -> talon_one.ApiClient:
    """Return a client of its own for a key: the SDK would send the last key that it knows."""
    configuration = talon_one.Configuration(
        host=host, api_key_prefix={name: scheme}, api_key={name: key}, retries=0
    )
    return talon_one.ApiClient(configuration)


def _is_timeout(error: urllib3.exceptions.HTTPError) -> bool:
    """Tell a slow server from one that is not there, which urllib3 derives from time-outs."""
    cause = getattr(error, "reason", None) or error
    return isinstance(cause, urllib3.exceptions.TimeoutError) and not isinstance(
        cause, urllib3.exceptions.NewConnectionError
    )


def _decoded(raw: str) -> Any:
    try:
        return decode_json(raw)
    except (msgspec.DecodeError, RecursionError):
        return None


def refusal(status: int, raw: str) -> RefusedCallError | UnreadableAnswerError:
    """Return what an answer with an error status says."""
    content = _decoded(raw)
    if not isinstance(content, dict):
        return UnreadableAnswerError(status, raw)
    faults = tuple(
        Fault(
            str(error.get("title", "")),
            str(error.get("details") or error.get("title", "")),
            str((error.get("source") or {}).get("pointer", "")),
            str((error.get("source") or {}).get("parameter", "")),
        )
        for error in content.get("errors") or []
        if isinstance(error, dict)
    )
    message = str(content.get("message") or f"The call was refused with status {status}.")
    return RefusedCallError(status, message, faults, raw)
