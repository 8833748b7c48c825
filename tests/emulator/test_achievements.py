"""/v1/customer_profiles/{integrationId}/achievements."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client

PATH = "/v1/customer_profiles/p/achievements"


def achievement(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": number, "name": f"A{number}", "title": "t", "target": 3, **fields}


def campaign(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": number, "name": "c", "ruleset": {"id": number, "promotionRules": []}, **fields}


def progress(number: int, **fields: Any) -> dict[str, Any]:
    return {"achievementId": number, "profileIntegrationId": "p", "progress": 1, **fields}


@pytest.fixture
def shop(client: Client) -> Client:
    reply = client.load(
        "achievements",
        clock="2026-06-15T12:00:00Z",
        customerProfiles=[{"integrationId": "p"}],
        campaigns=[
            campaign(1),
            campaign(2, state="disabled"),
            campaign(3, startTime="2026-07-01T00:00:00Z"),
        ],
        achievements=[
            achievement(1, campaignId=1, period="1M", created="2026-01-01T00:00:00Z"),
            achievement(2, campaignId=2),
            achievement(3, campaignId=3),
            achievement(4, endDate="2026-06-15T12:00:00Z"),
            achievement(
                5, activationPolicy="fixed_schedule", fixedStartDate="2026-09-01T00:00:00Z"
            ),
            achievement(6),
        ],
        achievementProgress=[
            progress(1, startDate="2026-06-10T00:00:00Z"),
            progress(6, progress=3, startDate="2026-05-01T00:00:00Z"),
        ],
    )
    assert reply.status == 201, reply.body
    return client


def test_an_achievement_shows_its_definition_and_the_present_progress(shop: Client):
    first = shop.call("GET", PATH).body["data"][0]
    assert first == {
        "id": 1,
        "created": "2026-01-01T00:00:00Z",
        "name": "A1",
        "title": "t",
        "description": "",
        "target": 3,
        "period": "1M",
        "recurrencePolicy": "no_recurrence",
        "activationPolicy": "user_action",
        "allowRollbackAfterCompletion": False,
        "campaignId": 1,
        "status": "active",
        "currentProgress": {
            "status": "inprogress",
            "progress": 1,
            "startDate": "2026-06-10T00:00:00Z",
            "endDate": "2026-07-10T00:00:00Z",
        },
    }


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [1, 6]),
        ("?achievementStatus=scheduled", [3, 5]),
        ("?achievementStatus=active,scheduled", [1, 3, 5, 6]),
        ("?achievementStatus=active&achievementStatus=scheduled", [1, 3, 5, 6]),
        ("?campaignIds=1,2", [1]),
        ("?achievementIds=6,99", [6]),
        ("?currentProgressStatus=completed", [6]),
        ("?currentProgressStatus=not_started&achievementStatus=scheduled", [3, 5]),
        ("?pageSize=1&skip=1", [6]),
    ],
)
def test_achievements_can_be_filtered_and_paged(shop: Client, query: str, ids: list[int]):
    assert [one["id"] for one in shop.call("GET", f"{PATH}{query}").body["data"]] == ids


def test_a_page_counts_all_achievements(shop: Client):
    assert shop.call("GET", f"{PATH}?pageSize=1").body["totalResultSize"] == 2


@pytest.mark.parametrize(
    ("query", "progress_of"),
    [
        ("", [2, 3]),
        ("?progressStatus=completed", [3]),
        ("?progressStatus=expired", [2]),
        ("?startDate=2026-02-01", [2]),
        ("?endDate=2026-01-31", [3]),
    ],
)
def test_the_history_is_every_iteration_the_newest_first(
    client: Client, query: str, progress_of: list[int]
):
    client.load(
        "history",
        clock="2026-06-15T12:00:00Z",
        customerProfiles=[{"integrationId": "p"}],
        achievements=[achievement(1, recurrencePolicy="on_expiration", period="1M")],
        achievementProgress=[
            progress(1, progress=3, startDate="2026-01-01T00:00:00Z"),
            progress(1, progress=2, startDate="2026-03-01T00:00:00Z"),
        ],
    )
    reply = client.call("GET", f"{PATH}/1{query}")
    assert [one["progress"] for one in reply.body["data"]] == progress_of
    assert reply.body["totalResultSize"] == len(progress_of)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/customer_profiles/nobody/achievements", 404),
        ("/v1/customer_profiles/nobody/achievements/1", 404),
        (f"{PATH}/99", 404),
        (f"{PATH}/first", 400),
        (f"{PATH}?achievementIds=first", 400),
        (f"{PATH}?achievementStatus=expired", 400),
        (f"{PATH}/1?progressStatus=not_started", 400),
    ],
)
def test_what_is_not_there_and_what_cannot_be_asked(shop: Client, path: str, status: int):
    assert shop.call("GET", path).status == status
