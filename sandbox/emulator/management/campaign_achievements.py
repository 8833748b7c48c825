"""Achievements of campaigns, in the form that older clients read."""

from __future__ import annotations

from typing import Any

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.achievements import DEFAULT_PAGE, achievement_content
from sandbox.emulator.management.entities import entity_of_campaign, matches
from sandbox.emulator.management.lists import uncounted
from sandbox.emulator.management.paths import CAMPAIGN, campaign_in_path
from sandbox.emulator.routes import Routes
from sandbox.workspace.operations.entities import ACHIEVEMENTS, Entity, entities
from sandbox.workspace.workspace import Workspace

_STATES = {"active": "inprogress", "scheduled": "not_started", "expired": "expired"}
_NEWER = ("subscribedApplications", "sandbox", "timezone")


def list_achievements(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/campaigns/{campaignId}/achievements"""
    campaign_id, title = campaign_in_path(workspace, incoming), incoming.query.get("title")
    own = [one for one in entities(workspace, ACHIEVEMENTS) if one.get("campaignId") == campaign_id]
    found = [
        one for one in (_content(workspace, one) for one in own) if matches(title, one["title"])
    ]
    return uncounted(incoming, found, dict, default=DEFAULT_PAGE, most=DEFAULT_PAGE)


def get_achievement(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/campaigns/{campaignId}/achievements/{achievementId}"""
    campaign_id = campaign_in_path(workspace, incoming)
    found = entity_of_campaign(workspace, ACHIEVEMENTS, incoming, "achievementId", campaign_id)
    return ok(_content(workspace, found))


def _content(workspace: Workspace, stored: Entity) -> dict[str, Any]:
    """Return an achievement (schema Achievement)."""
    content = achievement_content(workspace, stored)
    older = {name: value for name, value in content.items() if name not in _NEWER}
    return older | {
        "campaignId": stored["campaignId"],
        "status": _STATES[content["status"]],
    }


_ACHIEVEMENTS = f"{CAMPAIGN}/achievements"

ROUTES: Routes = {
    _ACHIEVEMENTS: {"GET": list_achievements},
    f"{_ACHIEVEMENTS}/{{achievementId}}": {"GET": get_achievement},
}
