"""Listing, changing and deleting referrals.

Source: Management API, tag Referrals; decisions S190, S195, S199.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.model import Attributes, Model, Referral, Time
from sandbox.engine.times import in_utc
from sandbox.errors import Refused
from sandbox.workspace.coupon_rows import folded
from sandbox.workspace.coupon_search import Validity
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.campaigns import find_campaign
from sandbox.workspace.operations.code_terms import (
    ProfileId,
    UsageLimit,
    attribute_faults,
    date_faults,
)
from sandbox.workspace.sessions import merge_attributes
from sandbox.workspace.workspace import Workspace


class ReferralFilters(Model, frozen=True):
    """Which referrals are meant; times are included."""

    campaign_id: int | None = None
    code: str | None = None
    created_before: datetime | None = None
    created_after: datetime | None = None
    valid: Validity | None = None
    usable: bool | None = None
    advocate: str | None = None
    batch_id: str | None = None

    def takes(self, referral: Referral, now: datetime) -> bool:
        uses, limit = referral.usage_counter, referral.usage_limit
        advocate = referral.advocate_profile_integration_id
        return (
            self.campaign_id in (None, referral.campaign_id)
            and (not self.code or _has(referral.code, folded(self.code)))
            and (self.created_before is None or referral.created <= self.created_before)
            and (self.created_after is None or referral.created >= self.created_after)
            and self.valid in (None, *_validities(referral, now))
            and self.usable in (None, limit == 0 or uses < limit)
            and self.advocate in (None, advocate)
            and self.batch_id in (None, referral.batch_id)
        )


class ReferralUpdate(Model, frozen=True, forbid_unknown_fields=True):
    """New values of a referral; without dates and without a friend it has none."""

    friend_profile_integration_id: ProfileId | None = None
    start_date: Time | None = None
    expiry_date: Time | None = None
    usage_limit: UsageLimit | None = None
    attributes: Attributes | None = None


def list_referrals(workspace: Workspace, filters: ReferralFilters) -> list[Referral]:
    """Return the referrals that are meant, by id."""
    now = workspace.clock.now()
    every = workspace.records.referrals.every(workspace.reading)
    return [referral for referral in every if filters.takes(referral, now)]


def update_referral(
    workspace: Workspace, campaign_id: int, referral_id: int, update: ReferralUpdate
) -> Referral:
    """Change a referral, and return it. Raises UnknownEntityError, Refused."""
    faults = [
        *attribute_faults(workspace, "Referral", update.attributes),
        *date_faults(update.start_date, update.expiry_date),
    ]
    with workspace.writing() as connection:
        referral = _find(workspace, connection, campaign_id, referral_id)
        if faults:
            raise Refused(faults)
        limit = update.usage_limit
        changed = replace(
            referral,
            friend_profile_integration_id=update.friend_profile_integration_id or None,
            start_date=in_utc(update.start_date),
            expiry_date=in_utc(update.expiry_date),
            usage_limit=referral.usage_limit if limit is None else limit,
            attributes=merge_attributes(referral.attributes, update.attributes),
        )
        workspace.records.referrals.put(connection, changed)
    return changed


def delete_referral(workspace: Workspace, campaign_id: int, referral_id: int) -> None:
    """Delete a referral. Raises UnknownEntityError."""
    with workspace.writing() as connection:
        referral = _find(workspace, connection, campaign_id, referral_id)
        workspace.records.referrals.remove(connection, referral.code)


def _find(
    workspace: Workspace, connection: Connection, campaign_id: int, referral_id: int
) -> Referral:
    find_campaign(workspace, campaign_id)
    for referral in workspace.records.referrals.every(connection):
        if referral.id == referral_id and referral.campaign_id == campaign_id:
            return referral
    raise UnknownEntityError("referral", referral_id)


def _has(code: str, part: str) -> bool:
    """Tell whether a code has a part that is folded; nothing is in no code."""
    return bool(part) and part in folded(code)


def _validities(referral: Referral, now: datetime) -> Collection[Validity]:
    start, end = referral.start_date, referral.expiry_date
    is_expired = end is not None and end <= now
    is_future = start is not None and start > now
    found: dict[Validity, bool] = {
        "expired": is_expired,
        "validNow": not is_expired and not is_future,
        "validFuture": is_future,
    }
    return [validity for validity, holds in found.items() if holds]
