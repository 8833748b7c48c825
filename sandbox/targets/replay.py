"""A call that was made before, made again as it was.

The SDK's own way would write the body anew, with numbers as float; this one borrows its keys and
connections only.
"""

from __future__ import annotations

from typing import Literal

import urllib3

from sandbox.targets.connection import Connection, Reply


def replay(
    connection: Connection,
    api: Literal["integration", "management"],
    method: str,
    path: str,
    body: str,
) -> Reply:
    """Send a raw path with its query, and a body of JSON byte for byte. Raises TargetError."""
    client, scheme = {
        "integration": (connection.integration.api_client, "api_key_v1"),
        "management": (connection.management.api_client, "management_key"),
    }[api]
    _, url, headers, _, _ = client.param_serialize(
        method,
        path,
        header_params={"Accept": "application/json", "Content-Type": "application/json"},
        auth_settings=[scheme],
    )

    def send(_request_timeout: float) -> urllib3.BaseHTTPResponse:
        response: urllib3.BaseHTTPResponse = client.rest_client.pool_manager.request(
            method,
            url,
            body=body.encode() or None,
            headers=headers,
            timeout=_request_timeout,
            preload_content=False,
        )
        return response

    return connection.call(send)
