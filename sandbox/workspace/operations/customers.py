"""Customers as people look at them: by internal id, with the friends that they have referred.

Source: Management API, schemas CustomerProfile and ApplicationReferee; decision S213.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sandbox.engine.achievements.definitions import CompiledAchievement
from sandbox.engine.achievements.progress import Tracker, current_tracker
from sandbox.engine.codes import normal_code
from sandbox.engine.model import CustomerProfile, Referral
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.sessions import is_order
from sandbox.workspace.workspace import Workspace


class Friend(NamedTuple):
    """Somebody who has redeemed a referral code.

    `session_id` is the integration id of the session that did, "" where none is known; `time` is
    then that of the code.
    """

    referral: Referral
    friend_id: str
    session_id: str
    time: datetime


def find_customer(workspace: Workspace, customer_id: int) -> CustomerProfile:
    """Return the profile with an internal id; raises UnknownEntityError."""
    profile = workspace.records.people.profile(workspace.reading, customer_id)
    if profile is None:
        raise UnknownEntityError("customer profile", customer_id)
    return profile


def known_customer(workspace: Workspace, profile_id: str) -> CustomerProfile:
    """Return the profile with an integration id; raises UnknownEntityError."""
    profile = workspace.records.profile(workspace.reading, profile_id)
    if profile is None:
        raise UnknownEntityError("customer profile", profile_id)
    return profile


def friends_of(workspace: Workspace, profile_id: str) -> list[Friend]:
    """Return whom a profile has referred, by code; raises UnknownEntityError."""
    known_customer(workspace, profile_id)
    referrals, connection = workspace.records.referrals, workspace.reading
    return [
        _friend(workspace, referral, friend_id)
        for referral in referrals.of_profile(connection, profile_id)
        if referral.advocate_profile_integration_id == profile_id
        for friend_id in referrals.referred_by(connection, referral.code)
    ]


def advocate_of(workspace: Workspace, profile_id: str) -> str | None:
    """Return the integration id of the profile that has referred this one."""
    referrals, connection = workspace.records.referrals, workspace.reading
    for code in referrals.redeemed_by(connection, profile_id):
        referral = referrals.get(connection, code)
        if referral is not None:
            return referral.advocate_profile_integration_id
    return None


def customer_progress(
    workspace: Workspace, profile_id: str
) -> Iterator[tuple[CompiledAchievement, Tracker | None]]:
    """Yield every achievement with the iteration that a customer is in.

    Raises UnknownEntityError.
    """
    known_customer(workspace, profile_id)
    now = workspace.clock.now()
    facts = workspace.records.achievements.facts(workspace.reading, profile_id)
    for achievement in workspace.application.achievements.values():
        yield achievement, current_tracker(achievement, facts.trackers, now)


def _friend(workspace: Workspace, referral: Referral, friend_id: str) -> Friend:
    case = workspace.application.settings.case_sensitivity
    for session in workspace.records.people.sessions(workspace.reading, friend_id):
        if is_order(session) and normal_code(session.referral_code, case) == referral.code:
            return Friend(referral, friend_id, session.integration_id, session.updated)
    return Friend(referral, friend_id, "", referral.created)
