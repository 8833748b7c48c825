"""Erase a customer's personal data.

Source: reference/api/06-profiles-events-audiences.md, section 6.6; decision S139.
"""

from __future__ import annotations

from msgspec.structs import replace

from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.workspace import Workspace


def erase_customer(workspace: Workspace, profile_id: str) -> None:
    """Remove the attributes of a profile and of all that names it; raises UnknownEntityError."""
    records = workspace.records
    with workspace.writing() as connection:
        profile = records.profile(connection, profile_id)
        if profile is None:
            raise UnknownEntityError("customer profile", profile_id)
        records.put_profile(connection, replace(profile, attributes={}))
        for session in records.sessions_of(connection, profile_id):
            records.put_session(connection, replace(session, attributes={}))
        for coupon in records.coupons.for_profile(connection, profile_id):
            if coupon.recipient_integration_id == profile_id:
                records.put_coupon(connection, replace(coupon, attributes={}))
        for referral in records.referrals.of_profile(connection, profile_id):
            records.referrals.put(connection, replace(referral, attributes={}))
        events = list(records.events.newest(connection, profile_id))
        records.events.replace(connection, [replace(event, attributes={}) for event in events])
