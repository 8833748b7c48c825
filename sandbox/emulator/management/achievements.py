"""Achievements of the account: /v2/achievements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from sandbox.emulator.account import USER_ID
from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.entities import by_fields, entity_in_path, matches, shown
from sandbox.emulator.management.lists import uncounted
from sandbox.emulator.parameters import number, path_number
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import storing
from sandbox.engine.achievements.definitions import ActivationPolicy, RecurrencePolicy, TimePoint
from sandbox.engine.model import Model, Time, json_fields
from sandbox.errors import Fault
from sandbox.numbers import Number
from sandbox.shapes import Reader
from sandbox.workspace.operations.achievement_changes import delete_achievement
from sandbox.workspace.operations.configuration import refuse
from sandbox.workspace.operations.entities import (
    ACHIEVEMENTS,
    Entity,
    add_entity,
    change_entity,
    entities,
)
from sandbox.workspace.workspace import Workspace

DEFAULT_PAGE = 50

Name = Annotated[
    str, msgspec.Meta(pattern=r"^[a-zA-Z][A-Za-z0-9_]+\Z", min_length=1, max_length=1000)
]


class AchievementTerms(Model, frozen=True, kw_only=True):
    """What new achievements and changes of them say alike."""

    name: Name
    title: str
    description: str
    target: Number
    period: str | None = None
    period_end_override: TimePoint | None = None
    recurrence_policy: RecurrencePolicy | None = None
    activation_policy: ActivationPolicy | None = None
    fixed_start_date: Time | None = None
    end_date: Time | None = None
    allow_rollback_after_completion: bool | None = None


class AchievementUpdate(AchievementTerms, frozen=True, kw_only=True):
    subscribed_applications: list[int]


class NewAchievement(AchievementTerms, frozen=True, kw_only=True):
    sandbox: bool
    timezone: Annotated[str, msgspec.Meta(min_length=1)]
    subscribed_applications: list[int] | None = None


_NEW = Reader(NewAchievement)
_UPDATE = Reader(AchievementUpdate)


def list_achievements(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v2/achievements"""
    application_id = number(incoming, "applicationId")
    title = incoming.query.get("title")
    found = [
        one
        for one in (
            achievement_content(workspace, stored) for stored in entities(workspace, ACHIEVEMENTS)
        )
        if matches(title, one["title"])
        and (application_id is None or application_id in one["subscribedApplications"])
    ]
    sortable = by_fields("name", "title", "target")
    return uncounted(incoming, found, dict, sortable, default=DEFAULT_PAGE)


def get_achievement(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v2/achievements/{achievementId}"""
    return ok(achievement_content(workspace, _in_path(workspace, incoming)))


def create_achievement(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v2/achievements"""
    new: NewAchievement = _NEW.read(incoming.body)
    return ok(
        achievement_content(workspace, add_entity(workspace, ACHIEVEMENTS, json_fields(new))), 201
    )


def update_achievement(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v2/achievements/{achievementId}: its name cannot change."""
    before = _in_path(workspace, incoming)
    update: AchievementUpdate = _UPDATE.read(incoming.body)
    refuse(_renamed(before, update))
    changed = change_entity(workspace, ACHIEVEMENTS, before["id"], json_fields(update))
    return ok(achievement_content(workspace, changed))


def remove_achievement(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE /v2/achievements/{achievementId}"""
    delete_achievement(workspace, path_number(incoming, "achievementId"))
    return no_content()


def _in_path(workspace: Workspace, incoming: Incoming) -> dict[str, Any]:
    return entity_in_path(workspace, ACHIEVEMENTS, incoming, "achievementId")


def _renamed(before: Entity, update: AchievementUpdate) -> Iterator[Fault]:
    if update.name != before["name"]:
        yield Fault("Invalid value", "The name of an achievement cannot be changed", "/name")


def achievement_content(workspace: Workspace, stored: Entity) -> dict[str, Any]:
    """Return an achievement (schema AchievementV2)."""
    settings = workspace.application.settings
    compiled = workspace.application.achievements[stored["id"]]
    now, schedule = workspace.clock.now(), compiled.schedule
    end = compiled.settings.end_date
    if end is not None and end <= now:
        status = "expired"
    else:
        status = "scheduled" if schedule is not None and now < schedule else "active"
    content = shown(
        workspace,
        stored,
        title=stored["name"],
        description="",
        recurrencePolicy="no_recurrence",
        activationPolicy="user_action",
        subscribedApplications=[settings.id],
        userId=USER_ID,
        sandbox=True,
        timezone=settings.timezone,
    )
    content.pop("campaignId", None)
    return content | {"status": status}


_ACHIEVEMENTS = "/v2/achievements"

ROUTES: Routes = {
    _ACHIEVEMENTS: {
        "GET": list_achievements,
        "POST": storing(create_achievement, is_heavy=True),
    },
    f"{_ACHIEVEMENTS}/{{achievementId}}": {
        "GET": get_achievement,
        "PUT": storing(update_achievement, is_heavy=True),
        "DELETE": storing(remove_achievement, is_heavy=True),
    },
}
