"""One host, called through the official SDK.

An answer is read as bytes first, because the SDK raises on answers that are newer than itself, even
after a real write.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

import talon_one
import urllib3
from pydantic import ValidationError

from sandbox.targets.errors import (
    MissingKeyError,
    NotSentError,
    TargetError,
    TimedOutError,
    UnreadableAnswerError,
)
from sandbox.targets.failures import decoded, failure, refusal
from sandbox.targets.lock import GuardedPool, WriteLock, guard

Api: TypeAlias = Literal["integration", "management"]

TIMEOUT = 10.0
_CHUNK = 65536
HIDDEN = "[key]"


@dataclass(frozen=True, slots=True)
class Reply:
    """A successful answer as it came; `raw` is its text."""

    status: int
    raw: str

    def object(self) -> dict[str, Any]:
        """Return a JSON object with `Decimal` numbers; raises UnreadableAnswerError."""
        content = decoded(self.raw)
        if not isinstance(content, dict):
            raise UnreadableAnswerError(self.status, self.raw)
        return content

    def entries(self) -> list[dict[str, Any]]:
        """Return the entries of an answer that is a list; raises UnreadableAnswerError."""
        return self.object().get("data") or []


class SentCall(NamedTuple):
    """A call as it was sent, and its answer; status 0 and why where none came."""

    method: str
    path: str
    request: str
    status: int
    answer: str
    milliseconds: float


class Connection:
    """The two APIs of one host, each with a key of its own; reuses its connections.

    Without a Management API key its calls are not sent. With a `lock`, nothing that could change
    the host is sent while that is closed, and the `observer` learns of every call that was sent.
    Keys stay in here: an answer that repeats one has it replaced.
    """

    def __init__(
        self,
        host: str,
        integration_key: str,
        management_key: str = "",
        lock: WriteLock | None = None,
        observer: Callable[[SentCall], None] | None = None,
    ) -> None:
        self.host = host
        self.name = urlsplit(host).netloc
        self._observer = observer
        self._has_management_key = bool(management_key)
        self._secrets = tuple(filter(None, (integration_key, management_key)))
        self.integration = talon_one.IntegrationApi(
            _client(host, "api_key_v1", "ApiKey-v1", integration_key, lock)
        )
        self.management = talon_one.ManagementApi(
            _client(host, "management_key", "ManagementKey-v1", management_key, lock)
        )
        self._clients: dict[Api, talon_one.ApiClient] = {
            "integration": self.integration.api_client,
            "management": self.management.api_client,
        }

    def call(
        self, operation: Callable[..., urllib3.BaseHTTPResponse], *arguments: Any, **options: Any
    ) -> Reply:
        """Call one of the SDK's ``…_without_preload_content``. Raises TargetError."""
        is_management = getattr(operation, "__self__", None) is self.management
        api: Api = "management" if is_management else "integration"
        return self._send(api, operation, *arguments, **options)

    def send(self, api: Api, method: str, path: str, body: str = "") -> Reply:
        """Send a raw path with its query, and a body of JSON byte for byte. Raises TargetError.

        For what the SDK has no operation for, or would write anew with numbers as float; this
        borrows its keys and connections only.
        """
        client = self._clients[api]
        _, url, headers, _, _ = client.param_serialize(
            method,
            path,
            header_params={"Accept": "application/json", "Content-Type": "application/json"},
            auth_settings=list(client.configuration.api_key),
        )

        def request(_request_timeout: float) -> urllib3.BaseHTTPResponse:
            response: urllib3.BaseHTTPResponse = client.rest_client.pool_manager.request(
                method,
                url,
                body=body.encode() or None,
                headers=headers,
                timeout=_request_timeout,
                preload_content=False,
            )
            return response

        return self._send(api, request)

    def _send(
        self,
        api: Api,
        operation: Callable[..., urllib3.BaseHTTPResponse],
        *arguments: Any,
        **options: Any,
    ) -> Reply:
        """Call, and tell the observer of everything that was sent."""
        if api == "management" and not self._has_management_key:
            raise MissingKeyError
        started = time.perf_counter()
        status, said = 0, ""
        try:
            reply = self._answer(api, operation, *arguments, **options)
            status, said = reply.status, reply.raw
        except TargetError as error:
            status, said = getattr(error, "status", 0), error.raw or str(error)
            raise
        finally:
            pool = self._clients[api].rest_client.pool_manager
            if self._observer is not None and isinstance(pool, GuardedPool):
                milliseconds = (time.perf_counter() - started) * 1000
                for sent in pool.take_sent():
                    self._observer(SentCall(*sent, status, said, milliseconds))
        return reply

    def _answer(
        self,
        api: Api,
        operation: Callable[..., urllib3.BaseHTTPResponse],
        *arguments: Any,
        **options: Any,
    ) -> Reply:
        deadline = time.monotonic() + TIMEOUT
        try:
            response = operation(*arguments, **options, _request_timeout=TIMEOUT)
            raw = self._read(response, deadline)
        except ValidationError as error:
            raise NotSentError(error.errors()[0]["msg"]) from None
        except urllib3.exceptions.HTTPError as error:
            raise failure(error, self.name, TIMEOUT) from None
        if not 200 <= response.status < 300:
            key = f"{api.capitalize()} API key"
            raise refusal(response.status, response.headers, raw, self.name, key)
        return Reply(response.status, raw)

    def _read(self, response: urllib3.BaseHTTPResponse, deadline: float) -> str:
        """Return the body; a host that sends it drop by drop gets no longer than any other."""
        chunks = []
        while chunk := response.read1(_CHUNK):
            chunks.append(chunk)
            if time.monotonic() > deadline:
                response.close()
                raise TimedOutError(self.name, TIMEOUT)
        response.release_conn()
        raw = b"".join(chunks).decode(errors="replace")
        for secret in self._secrets:
            raw = raw.replace(secret, HIDDEN)
        return raw


def floats(value: Any) -> Any:
    """Return JSON values with the SDK's numbers: float, or int where that is exact."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [floats(member) for member in value]
    if isinstance(value, dict):
        return {name: floats(member) for name, member in value.items()}
    return value


def _client(
    host: str, name: str, scheme: str, key: str, lock: WriteLock | None
) -> talon_one.ApiClient:
    """Return a client of its own for a key: the SDK would send the last key that it knows."""
    configuration = talon_one.Configuration(
        host=host, api_key_prefix={name: scheme}, api_key={name: key}, retries=0
    )
    # RFC 3339, for times in UTC; the SDK's own format has offsets without a colon.
    configuration.datetime_format = "%Y-%m-%dT%H:%M:%S.%fZ"
    client = talon_one.ApiClient(configuration)
    if lock is not None:
        guard(client, lock)
    return client
