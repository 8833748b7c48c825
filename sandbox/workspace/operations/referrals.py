"""Referral codes that shops ask for. Source: reference/api/05-referrals.md, section 5.2.

Budgets of the campaign neither limit nor count them; an advocate needs no profile yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import SystemRandom
from typing import Annotated

import msgspec
from sqlalchemy import Connection

from sandbox.engine.changes import AddReferral
from sandbox.engine.code_patterns import CodePattern, code_pattern
from sandbox.engine.definitions import Campaign
from sandbox.engine.model import Attributes, Model, Referral, Time
from sandbox.engine.times import in_utc
from sandbox.errors import Fault, Refused
from sandbox.workspace.errors import invalid
from sandbox.workspace.operations.code_terms import (
    Characters,
    Pattern,
    UsageLimit,
    attribute_faults,
    date_faults,
)
from sandbox.workspace.sessions import merge_attributes
from sandbox.workspace.workspace import Workspace

ProfileId = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class NewReferral(Model, frozen=True):
    """One referral; without a usage limit it is not limited (decision S111)."""

    campaign_id: int
    advocate_profile_integration_id: ProfileId
    friend_profile_integration_id: str | None = None
    start_date: Time | None = None
    expiry_date: Time | None = None
    usage_limit: UsageLimit | None = None
    attributes: Attributes | None = None


class NewReferrals(Model, frozen=True):
    """A referral for each of several advocates; the pattern is the campaign's unless given."""

    campaign_id: int
    advocate_profile_integration_ids: Annotated[
        list[ProfileId], msgspec.Meta(min_length=1, max_length=1000)
    ]
    usage_limit: UsageLimit
    start_date: Time | None = None
    expiry_date: Time | None = None
    attributes: Attributes | None = None
    valid_characters: Characters | None = None
    referral_pattern: Pattern | None = None


def create_referral(workspace: Workspace, new: NewReferral) -> Referral:
    """Create a referral. Raises Refused; nothing is stored then."""
    campaign = _checked_campaign(workspace, new)
    with workspace.writing() as connection:
        pattern = code_pattern(campaign.referral_settings)
        advocates = [new.advocate_profile_integration_id]
        friend = new.friend_profile_integration_id
        return _created(workspace, connection, new, pattern, advocates, friend)[0]


def create_referrals(workspace: Workspace, new: NewReferrals) -> Sequence[Referral]:
    """Create a referral for each advocate, or none of them. Raises Refused."""
    campaign = _checked_campaign(workspace, new)
    with workspace.writing() as connection:
        pattern = code_pattern(
            campaign.referral_settings, new.referral_pattern, "".join(new.valid_characters or ())
        )
        advocates = new.advocate_profile_integration_ids
        return _created(workspace, connection, new, pattern, advocates, None)


def _checked_campaign(workspace: Workspace, new: NewReferral | NewReferrals) -> Campaign:
    """Return the campaign that referrals are for; raises Refused for all that is wrong."""
    definition = workspace.application.definition
    faults = [
        *attribute_faults(workspace, "Referral", new.attributes),
        *date_faults(new.start_date, new.expiry_date),
    ]
    campaign = next((c for c in definition.campaigns if c.id == new.campaign_id), None)
    if campaign is None:
        details = f"There is no campaign {new.campaign_id}"
        faults.append(Fault("Unknown", details, "/campaignId"))
    if campaign is None or faults:
        raise Refused(faults)
    return campaign


def _created(
    workspace: Workspace,
    connection: Connection,
    new: NewReferral | NewReferrals,
    pattern: CodePattern,
    advocates: Sequence[str],
    friend_id: str | None,
) -> list[Referral]:
    """Store referrals, one after the other, and return them as stored."""
    referrals, random = workspace.records.referrals, SystemRandom()
    case = workspace.application.settings.case_sensitivity
    created = []
    for advocate_id in advocates:
        try:
            code = pattern.draw(
                random, lambda code: referrals.get(connection, code) is not None, case
            )
        except ValueError as error:
            raise Refused([invalid(error, "/referralPattern")]) from None
        referral = Referral(
            id=0,
            created=workspace.clock.now(),
            campaign_id=new.campaign_id,
            code=code,
            advocate_profile_integration_id=advocate_id,
            usage_limit=new.usage_limit or 0,
            usage_counter=0,
            friend_profile_integration_id=friend_id or None,
            start_date=in_utc(new.start_date),
            expiry_date=in_utc(new.expiry_date),
            attributes=merge_attributes({}, new.attributes),
        )
        workspace.records.apply(connection, [AddReferral(referral=referral)])
        stored = referrals.get(connection, code)
        assert stored is not None, "it was stored just now"
        created.append(stored)
    return created
