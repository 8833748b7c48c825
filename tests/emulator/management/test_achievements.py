"""Achievements: listing, making, changing and deleting them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.emulator.management.vendor import assert_documented

ACHIEVEMENTS = "/v2/achievements"
OF_CAMPAIGN = "/v1/applications/1/campaigns/1/achievements"
NOW = "2026-06-15T12:00:00Z"
SENT: dict[str, Any] = {
    "name": "order5",
    "title": "Five orders",
    "description": "d",
    "target": 5,
    "period": "1M",
    "recurrencePolicy": "on_expiration",
    "sandbox": True,
    "timezone": "Europe/Berlin",
}
UPDATE = {**SENT, "subscribedApplications": [1]}


def load(client: Client) -> None:
    reply = client.load(
        "achievements",
        clock=NOW,
        achievements=[
            {"id": 2, "name": "first", "title": "First order", "target": 1},
            {"id": 3, "name": "old", "target": 1, "endDate": "2026-01-01T00:00:00Z"},
            {
                "id": 4,
                "name": "later",
                "target": 1,
                "activationPolicy": "fixed_schedule",
                "fixedStartDate": "2026-07-01T00:00:00Z",
            },
        ],
        achievementProgress=[
            {"achievementId": 2, "profileIntegrationId": "p", "progress": 1},
            {"achievementId": 3, "profileIntegrationId": "p", "progress": 1},
        ],
    )
    assert reply.status == 201, reply.body


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["first", "old", "later"]),
        ("?title=ORDER", ["first"]),
        ("?applicationId=1&sort=-name&pageSize=1", ["old"]),
        ("?applicationId=2", []),
    ],
)
def test_achievements_are_listed(client: Client, query: str, expected: list[str]):
    load(client)
    listed = client.manage("GET", f"{ACHIEVEMENTS}{query}").body
    assert [one["name"] for one in listed["data"]] == expected


def test_an_achievement_shows_whether_it_is_active(client: Client):
    load(client)
    states = [
        client.manage("GET", f"{ACHIEVEMENTS}/{number}").body["status"] for number in (2, 3, 4)
    ]
    assert states == ["active", "expired", "scheduled"]
    assert client.manage("GET", f"{ACHIEVEMENTS}/9").status == 404


def test_an_achievement_is_made_and_changed(client: Client):
    load(client)
    created = client.manage("POST", ACHIEVEMENTS, SENT)
    assert created.status == 201
    assert created.body.items() >= (SENT | {"id": 5}).items()
    assert client.manage("POST", ACHIEVEMENTS, SENT).status == 409
    changed = client.manage("PUT", f"{ACHIEVEMENTS}/5", UPDATE | {"target": 6}).body
    assert changed["target"] == 6
    renamed = client.manage("PUT", f"{ACHIEVEMENTS}/5", UPDATE | {"name": "other"})
    assert set(renamed.faults) == {"/name"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "5x"),
        ("target", 0),
        ("target", "5"),
        ("period", "soon"),
        ("timezone", "Moon/Sea"),
        ("recurrencePolicy", "always"),
    ],
)
def test_what_cannot_be_is_refused_where_it_is(client: Client, field: str, value: Any):
    load(client)
    reply = client.manage("POST", ACHIEVEMENTS, SENT | {field: value})
    assert (reply.status, set(reply.faults)) == (400, {f"/{field}"})


def test_a_fixed_schedule_needs_a_start(client: Client):
    load(client)
    reply = client.manage("POST", ACHIEVEMENTS, SENT | {"activationPolicy": "fixed_schedule"})
    assert set(reply.faults) == {"/fixedStartDate"}


def test_progress_goes_with_a_deleted_achievement(client: Client):
    load(client)
    assert client.manage("DELETE", f"{ACHIEVEMENTS}/2").status == 204
    assert client.manage("DELETE", f"{ACHIEVEMENTS}/2").status == 404
    exported = client.send("GET", "/sandbox/v1/workspaces/achievements").body
    assert [one["achievementId"] for one in exported["achievementProgress"]] == [3]


def test_achievements_of_a_campaign_are_shown_in_their_older_form(client: Client, shared: Path):
    own = {"id": 2, "name": "own", "title": "Own", "target": 1, "campaignId": 1}
    client.load(
        "achievements",
        clock=NOW,
        campaigns=[{"id": 1, "name": "One"}, {"id": 2, "name": "Two"}],
        achievements=[own, {"id": 3, "name": "all", "target": 1}],
    )
    listed = client.manage("GET", f"{OF_CAMPAIGN}?title=OW")
    assert [one["name"] for one in listed.body["data"]] == ["own"]
    found = client.manage("GET", f"{OF_CAMPAIGN}/2")
    assert found.body.items() >= (own | {"status": "inprogress"}).items()
    assert client.manage("GET", f"{OF_CAMPAIGN}/3").status == 404
    assert client.manage("GET", f"{OF_CAMPAIGN}?pageSize=51").status == 400
    assert_documented(shared, "listAchievements", listed)
    assert_documented(shared, "getAchievement", found)


def test_answers_are_those_that_the_vendor_documents(client: Client, shared: Path):
    load(client)
    assert_documented(shared, "listAchievementsV2", client.manage("GET", ACHIEVEMENTS))
    created = client.manage("POST", ACHIEVEMENTS, SENT)
    assert_documented(shared, "createAchievementV2", created)
    path = f"{ACHIEVEMENTS}/5"
    assert_documented(shared, "getAchievementV2", client.manage("GET", path))
    assert_documented(shared, "updateAchievementV2", client.manage("PUT", path, UPDATE))
    assert_documented(shared, "deleteAchievementV2", client.manage("DELETE", path))
