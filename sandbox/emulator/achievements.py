"""Achievements of customers: /v1/customer_profiles/{integrationId}/achievements."""

from __future__ import annotations

from typing import get_args

from sandbox.emulator.achievement_content import available_content, progress_content
from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import moment, numbers, page, path_number, words
from sandbox.workspace.operations import achievements
from sandbox.workspace.operations.achievements import AchievementFilter, TrackerFilter
from sandbox.workspace.workspace import Workspace

_PAGE = 1000


def list_achievements(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/customer_profiles/{integrationId}/achievements: active ones, unless asked."""
    statuses = words(incoming, "achievementStatus", get_args(achievements.AchievementStatus))
    wanted = AchievementFilter(
        campaign_ids=numbers(incoming, "campaignIds"),
        achievement_ids=numbers(incoming, "achievementIds"),
        statuses=statuses or ("active",),
        progress=words(incoming, "currentProgressStatus", get_args(achievements.ProgressStatus)),
    )
    profile_id = incoming.ids["integrationId"]
    found = achievements.available_achievements(workspace, profile_id, wanted)
    shown, _ = page(incoming, _PAGE).of(found)
    data = [available_content(workspace, available) for available in shown]
    return ok({"totalResultSize": len(found), "data": data})


def list_achievement_history(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/customer_profiles/{integrationId}/achievements/{achievementId}"""
    wanted = TrackerFilter(
        statuses=words(incoming, "progressStatus", get_args(achievements.EndedStatus)),
        start=moment(incoming, "startDate"),
        end=moment(incoming, "endDate"),
    )
    found = achievements.achievement_history(
        workspace, incoming.ids["integrationId"], path_number(incoming, "achievementId"), wanted
    )
    shown, _ = page(incoming, _PAGE).of(found)
    now = workspace.clock.now()
    data = [progress_content(tracker, now) for tracker in shown]
    return ok({"totalResultSize": len(found), "data": data})
