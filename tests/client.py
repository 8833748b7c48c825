"""Calls over HTTP as any client makes them, for tests about bytes and status codes."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit


class Reply(NamedTuple):
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def faults(self) -> dict[str, str]:
        """Details by pointer, or by parameter."""
        return {
            error["source"].get("pointer") or error["source"].get("parameter", ""): error["details"]
            for error in self.body["errors"]
        }


class Client:
    """Speaks to one server; `load` makes a workspace whose key later calls use."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.key = ""
        self.management_key = ""

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        authorization: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send `body` as JSON, or as it is when it is bytes."""
        url = urlsplit(self.base_url)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        all_headers = {"Content-Type": "application/json", **(headers or {})}
        if authorization:
            all_headers["Authorization"] = authorization
        try:
            connection.request(method, path, sent, all_headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        try:
            decoded = json.loads(text) if text else None
        except ValueError:
            decoded = text.decode()
        return Reply(response.status, decoded, dict(response.getheaders()))

    def load(self, name: str, **bundle: Any) -> Reply:
        reply = self.send("PUT", f"/sandbox/v1/workspaces/{name}", bundle)
        if reply.status == 201:
            self.key = reply.body["integrationKey"]
            self.management_key = reply.body["managementKey"]
        return reply

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        return self.send(method, path, body, f"ApiKey-v1 {self.key}", headers)

    def manage(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """Call the Management API."""
        return self.send(method, path, body, f"ManagementKey-v1 {self.management_key}", headers)

    def put_session(
        self, session_id: str, query: str = "", content: list[str] | None = None, **session: Any
    ) -> Reply:
        body = {"customerSession": session, "responseContent": content or []}
        return self.call("PUT", f"/v2/customer_sessions/{quote(session_id, safe='')}{query}", body)

    def get_session(self, session_id: str) -> Reply:
        return self.call("GET", f"/v2/customer_sessions/{quote(session_id, safe='')}")


def item(price: float = 100, quantity: int = 1, sku: str = "A", **fields: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "price": price, **fields}


def coupon_campaign(value: str = "{{$Session.Total * 10%}}", **fields: Any) -> dict[str, Any]:
    """A campaign that gives 10 % off with a code."""
    blocks = [
        {"id": "b1", "type": "checkCoupon", "redeem": True},
        {
            "id": "b2",
            "type": "awardDiscount",
            "name": "off",
            "value": value,
            "target": {"type": "cart"},
        },
    ]
    rules = [{"title": "10 % off with code", "blocks": blocks}]
    return {"id": 1, "name": "Ten", "ruleset": {"id": 11, "promotionRules": rules}, **fields}
