"""Customer profiles: listing them, finding them by id or attributes, and what belongs to them.

Management API, schemas CustomerProfile, ApplicationCustomer, ApplicationReferee and
AchievementProgressWithDefinition; decisions S211 to S213.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import msgspec

from sandbox.emulator.achievement_content import defined_progress
from sandbox.emulator.answers import Answer, known, ok
from sandbox.emulator.content import profile_content
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.lists import stored, uncounted
from sandbox.emulator.parameters import number, page, path_number
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching
from sandbox.engine.model import Attributes, CustomerProfile, Json, Model
from sandbox.shapes import Reader
from sandbox.workspace.mentioned import audiences_of
from sandbox.workspace.operations.customers import (
    Friend,
    advocate_of,
    customer_progress,
    find_customer,
    friends_of,
)
from sandbox.workspace.workspace import Workspace

_ACHIEVEMENTS_PAGE = 50


class ProfileQuery(Model, frozen=True):
    """Which profiles to find: those that have all of these attributes, and one of the ids."""

    attributes: Attributes = {}
    integration_ids: list[str] | None = msgspec.field(default=None, name="integrationIDs")
    profile_ids: list[int] | None = msgspec.field(default=None, name="profileIDs")


_QUERY = Reader(ProfileQuery)


def list_application_customers(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/customers"""
    application_in_path(workspace, incoming)
    wanted = incoming.query.get("integrationId")
    profiles = workspace.records.people.profiles(workspace.reading, wanted)
    return stored(incoming, profiles, _customer(workspace), counts=True)


def get_application_customer(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/customers/{customerId}"""
    application_in_path(workspace, incoming)
    return ok(_customer(workspace)(customer_in_path(workspace, incoming)))


def find_application_customers(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/applications/{applicationId}/customer_search"""
    application_in_path(workspace, incoming)
    profiles = workspace.records.people.profiles(workspace.reading)
    takes = matching(incoming)
    return stored(incoming, profiles, _customer(workspace), takes=takes, counts=True)


def list_customers(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/customers/no_total"""
    incoming.flag("sandbox")
    profiles = workspace.records.people.profiles(workspace.reading)
    return stored(incoming, profiles, profile_of(workspace))


def find_customers(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/customer_search/no_total"""
    incoming.flag("sandbox")
    profiles = workspace.records.people.profiles(workspace.reading)
    return stored(incoming, profiles, profile_of(workspace), takes=matching(incoming))


def get_customer(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/customers/{customerId}"""
    return ok(profile_of(workspace)(customer_in_path(workspace, incoming)))


def list_friends(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/profile/{integrationId}/friends"""
    application_id = application_in_path(workspace, incoming)
    found = friends_of(workspace, incoming.ids["integrationId"])

    def content(friend: Friend) -> dict[str, Any]:
        return {
            "applicationId": application_id,
            "sessionId": friend.session_id,
            "advocateIntegrationId": friend.referral.advocate_profile_integration_id,
            "friendIntegrationId": friend.friend_id,
            "code": friend.referral.code,
            "created": friend.time,
        }

    return uncounted(incoming, found, content, _SORTABLE_FRIENDS, counts=True)


def list_achievement_progress(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/achievement_progress/{integrationId}"""
    application_in_path(workspace, incoming)
    achievement_id, title = number(incoming, "achievementId"), incoming.query.get("title")
    found = (
        (achievement, tracker)
        for achievement, tracker in customer_progress(workspace, incoming.ids["integrationId"])
        if achievement_id in (None, achievement.settings.id)
        and title in (None, achievement.settings.title)
    )
    shown, has_more = page(incoming, _ACHIEVEMENTS_PAGE, most=_ACHIEVEMENTS_PAGE).of(found)
    now = workspace.clock.now()
    data = [defined_progress(achievement, tracker, now) for achievement, tracker in shown]
    return ok({"hasMore": has_more, "data": data})


def customer_in_path(workspace: Workspace, incoming: Incoming) -> CustomerProfile:
    """Return the profile whose internal id a path has; raises UnknownEntityError."""
    return find_customer(workspace, path_number(incoming, "customerId"))


def profile_of(workspace: Workspace) -> Callable[[CustomerProfile], dict[str, Any]]:
    """Return what makes the content of profiles (schema CustomerProfile)."""

    def content(profile: CustomerProfile) -> dict[str, Any]:
        audiences = audiences_of(
            workspace.records, workspace.reading, workspace.application, profile.integration_id
        )
        return profile_content(profile, audiences)

    return content


def _customer(workspace: Workspace) -> Callable[[CustomerProfile], dict[str, Any]]:
    """Return what makes the content of profiles as an Application's customers."""
    profile_content_of = profile_of(workspace)

    def content(profile: CustomerProfile) -> dict[str, Any]:
        advocate = advocate_of(workspace, profile.integration_id)
        return profile_content_of(profile) | known({"advocateIntegrationId": advocate})

    return content


def matching(incoming: Incoming) -> Callable[[CustomerProfile], bool]:
    """Return what tells whether a profile is one that the body asks for."""
    query: ProfileQuery = _QUERY.read(incoming.body)
    integration_ids = None if query.integration_ids is None else set(query.integration_ids)
    numbers = None if query.profile_ids is None else set(query.profile_ids)

    def takes(profile: CustomerProfile) -> bool:
        return (
            (integration_ids is None or profile.integration_id in integration_ids)
            and (numbers is None or profile.id in numbers)
            and all(
                name in profile.attributes and _is_same(profile.attributes[name], value)
                for name, value in query.attributes.items()
            )
        )

    return takes


def _is_same(value: Json, wanted: Json) -> bool:
    """Compare JSON values; true is not 1."""
    return bool(value == wanted) and isinstance(value, bool) is isinstance(wanted, bool)


_SORTABLE_FRIENDS: dict[str, Callable[[Friend], Any]] = {
    "created": attrgetter("time"),
    "code": attrgetter("referral.code"),
    "friendIntegrationId": attrgetter("friend_id"),
    "sessionId": attrgetter("session_id"),
}

_APPLICATION = "/v1/applications/{applicationId}"

ROUTES: Routes = {
    f"{_APPLICATION}/customers": {"GET": searching(list_application_customers)},
    f"{_APPLICATION}/customers/{{customerId}}": {"GET": get_application_customer},
    f"{_APPLICATION}/customer_search": {"POST": searching(find_application_customers)},
    f"{_APPLICATION}/profile/{{integrationId}}/friends": {"GET": searching(list_friends)},
    f"{_APPLICATION}/achievement_progress/{{integrationId}}": {"GET": list_achievement_progress},
    "/v1/customers/no_total": {"GET": searching(list_customers)},
    "/v1/customers/{customerId}": {"GET": get_customer},
    "/v1/customer_search/no_total": {"POST": searching(find_customers)},
}
