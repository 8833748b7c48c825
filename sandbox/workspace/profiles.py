"""Customer profiles that come to be because something mentions them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from sandbox.engine.model import CustomerProfile
from sandbox.numbers import ZERO
from sandbox.workspace.records import Records


def new_profile(
    records: Records, connection: Connection, profile_id: str, now: datetime
) -> CustomerProfile:
    """Return an empty profile for an id that has none; it is not stored."""
    return CustomerProfile(
        id=records.next_id(connection, "profile"),
        created=now,
        integration_id=profile_id,
        attributes={},
        account_id=1,
        closed_sessions=0,
        total_sales=ZERO,
        last_activity=now,
    )


def ensure_profile(
    records: Records, connection: Connection, profile_id: str, now: datetime
) -> CustomerProfile:
    """Return a stored profile, made and stored if there is none.

    One that is there stays as it is, its last activity too.
    """
    stored = records.profile(connection, profile_id)
    if stored is not None:
        return stored
    profile = new_profile(records, connection, profile_id, now)
    records.put_profile(connection, profile)
    return profile
