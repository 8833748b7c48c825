"""Profiles and sessions of one workspace by their internal ids, and all of them in that order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from sandbox.engine.model import CustomerProfile, CustomerSession, Model, SessionState, Time
from sandbox.numbers import Number
from sandbox.workspace import tables
from sandbox.workspace.listing import Listing
from sandbox.workspace.store import decoder

_PROFILES = tables.profiles
_SESSIONS = tables.sessions


class SessionBrief(Model, frozen=True):
    """What lists of sessions look for; reading all of one takes three times as long or more."""

    id: int
    created: Time
    updated: Time
    integration_id: str
    profile_id: str
    coupon_codes: list[str]
    referral_code: str
    state: SessionState
    total: Number
    store_integration_id: str | None = None


_PROFILE = decoder(CustomerProfile)
_SESSION = decoder(CustomerSession)
_BRIEF = decoder(SessionBrief)


class People:
    """Reads with the connection that it is given, as `Records` does."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def profiles(
        self, connection: Connection, integration_id: str | None = None
    ) -> Listing[CustomerProfile]:
        """Return all profiles, or that with this integration id."""
        statement = self._profiles()
        if integration_id is not None:
            statement = statement.where(_PROFILES.c.integration_id == integration_id)
        return Listing(connection, statement, _PROFILE.decode)

    def newest_ids(self, connection: Connection, most: int) -> Sequence[str]:
        """Return the integration ids of the profiles made last, the newest first."""
        rows = (
            select(_PROFILES.c.integration_id)
            .where(_PROFILES.c.workspace == self._workspace)
            .order_by(_PROFILES.c.number.desc())
            .limit(most)
        )
        return connection.execute(rows).scalars().all()

    def profile(self, connection: Connection, number: int) -> CustomerProfile | None:
        """Return the profile with this internal id."""
        found = self._profiles().where(_PROFILES.c.number == number)
        return next(iter(Listing(connection, found, _PROFILE.decode)), None)

    def sessions(
        self,
        connection: Connection,
        profile_id: str | None = None,
        integration_id: str | None = None,
    ) -> Listing[SessionBrief]:
        """Return all sessions in brief, or those of one profile, or that with this id."""
        statement = self._sessions()
        if integration_id is not None:
            statement = statement.where(_SESSIONS.c.integration_id == integration_id)
        if profile_id is not None:
            statement = statement.where(_SESSIONS.c.profile_id == profile_id)
        return Listing(connection, statement, _BRIEF.decode)

    def session(self, connection: Connection, number: int) -> CustomerSession | None:
        """Return the session with this internal id."""
        found = self._sessions().where(_SESSIONS.c.number == number)
        return next(iter(Listing(connection, found, _SESSION.decode)), None)

    def _profiles(self) -> Select[Any]:
        return (
            select(_PROFILES.c.data)
            .where(_PROFILES.c.workspace == self._workspace)
            .order_by(_PROFILES.c.number)
        )

    def _sessions(self) -> Select[Any]:
        return (
            select(_SESSIONS.c.data)
            .where(_SESSIONS.c.workspace == self._workspace)
            .order_by(_SESSIONS.c.number)
        )
