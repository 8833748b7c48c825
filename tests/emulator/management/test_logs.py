"""The access log and the health of an Application."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, item

LOGS = "/v1/applications/1/access_logs/no_total"
DAY = "?rangeStart=2026-06-15&rangeEnd=2026-06-15T23:59:59Z"
HEALTH = "/v1/applications/1/health_report"


def at(client: Client, time: str) -> None:
    client.send("PUT", "/sandbox/v1/workspaces/logs/clock", {"now": time})


def load(client: Client) -> None:
    """Load a workspace anew: a log survives when its workspace is replaced."""
    client.send("DELETE", "/sandbox/v1/workspaces/logs")
    client.load("logs", clock="2026-06-15T12:00:00Z")


@pytest.fixture
def shop(client: Client) -> Client:
    """Two calls that worked, one that was refused, one a day later."""
    load(client)
    client.put_session("s", "?dry=true", profileId="p", cartItems=[item()])
    client.call("POST", "/v2/audiences", {"name": "New"})
    client.get_session("nothing")
    at(client, "2026-06-16T12:00:00Z")
    client.call("PUT", "/v2/customer_profiles/p", {})
    return client


def listed(client: Client, query: str = DAY) -> list[str]:
    reply = client.manage("GET", f"{LOGS}{query}")
    assert reply.status == 200, reply.body
    return [f"{call['method']} {call['requestUri']}" for call in reply.body["data"]]


SESSION = "PUT /v2/customer_sessions/s?dry=true"
AUDIENCE = "POST /v2/audiences"
MISSED = "GET /v2/customer_sessions/nothing"
PROFILE = "PUT /v2/customer_profiles/p"


def test_calls_are_listed_newest_first(shop: Client):
    assert listed(shop) == [MISSED, AUDIENCE, SESSION]


def test_a_call_is_shown_with_its_bodies_as_texts(shop: Client):
    body = shop.manage("GET", f"{LOGS}{DAY}&method=post").body
    (call,) = body["data"]
    assert body["hasMore"] is False
    assert len(call.pop("uuid")) == 36
    answer = call.pop("responsePayload")
    assert '"name":"New"' in answer
    assert call == {
        "status": 201,
        "method": "POST",
        "requestUri": "/v2/audiences",
        "time": "2026-06-15T12:00:00Z",
        "requestPayload": '{"name": "New"}',
    }


def test_each_call_has_an_id_of_its_own(shop: Client):
    calls = shop.manage("GET", f"{LOGS}{DAY}").body["data"]
    assert len({call["uuid"] for call in calls}) == 3
    assert shop.manage("GET", f"{LOGS}{DAY}").body["data"] == calls


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("&method=get", [MISSED]),
        ("&status=success", [AUDIENCE, SESSION]),
        ("&status=error", [MISSED]),
        ("&path=sessions/s$", [SESSION]),
        ("&path=%5E/v2/customer", [MISSED, SESSION]),
        ("&path=dry", []),
        ("&sort=status,requestUri", [SESSION, AUDIENCE, MISSED]),
        ("&pageSize=1&skip=1", [AUDIENCE]),
    ],
)
def test_calls_are_found_by_what_they_are(shop: Client, query: str, found: list[str]):
    assert listed(shop, f"{DAY}{query}") == found


def test_calls_are_found_by_the_time_of_the_workspace(shop: Client):
    assert listed(shop, "?rangeStart=2026-06-16&rangeEnd=2026-06-17") == [PROFILE]


def test_calls_of_the_management_api_are_not_listed(shop: Client):
    shop.manage("GET", "/v1/applications")
    assert listed(shop, "?rangeStart=2026-06-16&rangeEnd=2026-06-17") == [PROFILE]


def test_the_range_has_to_be_there(shop: Client):
    reply = shop.manage("GET", LOGS)
    assert (reply.status, set(reply.faults)) == (400, {"rangeStart", "rangeEnd"})


@pytest.mark.parametrize("path", ["(", "a" * 1001])
def test_a_path_that_is_no_regular_expression_is_refused(shop: Client, path: str):
    reply = shop.manage("GET", f"{LOGS}{DAY}&path={path}")
    assert (reply.status, list(reply.faults)) == (400, ["path"])


def test_a_key_never_reaches_the_log(shop: Client):
    answer = str(shop.manage("GET", f"{LOGS}?rangeStart=2026-06-15&rangeEnd=2026-06-17").body)
    assert shop.key not in answer
    assert shop.management_key not in answer


def health(client: Client) -> Any:
    return client.manage("GET", HEALTH).body


def test_an_application_that_nobody_has_called_has_no_health(client: Client):
    load(client)
    assert health(client) == {"summary": "NONE", "lastUsed": "0001-01-01T00:00:00Z"}


def test_health_looks_at_the_last_five_minutes(shop: Client):
    assert health(shop) == {"summary": "OK", "lastUsed": "2026-06-16T12:00:00Z"}
    at(shop, "2026-06-16T12:05:01Z")
    assert health(shop) == {"summary": "NONE", "lastUsed": "2026-06-16T12:00:00Z"}


def test_health_gets_worse_with_every_failure(shop: Client):
    shop.get_session("nothing")
    assert health(shop)["summary"] == "WARNING"
    shop.get_session("nothing")
    assert health(shop)["summary"] == "ERROR"
    at(shop, "2026-06-17T12:00:00Z")
    shop.get_session("nothing")
    assert health(shop)["summary"] == "CRITICAL"
