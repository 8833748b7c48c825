"""What pages know about the Application that they show, as plain data.

For the embedded target it is made here, in process; for a live one by `sandbox.targets.reading`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.definitions import AdditionalCost, Attribute, Store
from sandbox.engine.model import CustomerProfile
from sandbox.rules.words.vocabulary import Vocabulary
from sandbox.workspace.vocabulary import vocabulary_of
from sandbox.workspace.workspace import Workspace

_MAX_CUSTOMERS = 6
_MAX_CUSTOMER_IDS = 100
_MAX_CODES = 50


class CampaignSummary(NamedTuple):
    """A campaign by name, and when it runs."""

    name: str
    state: str
    start_time: datetime | None
    end_time: datetime | None


@dataclass(frozen=True, slots=True)
class ApplicationDescription:
    """One Application; what is not known of it is empty.

    Campaigns are known by id, catalog items by SKU, customers by integration id, loyalty programs'
    titles by id. `customers` are a few to begin with; `customer_ids`, `coupon_codes` and
    `referral_codes` are the newest, `cards` identifiers of loyalty cards. `id` is 0 when
    nobody could tell it. `gaps` are what could not be read, by name, each with a sentence why.
    """

    id: int
    name: str
    currency: str
    timezone: str
    campaigns: Mapping[int, CampaignSummary] = field(default_factory=dict)
    attributes: Sequence[Attribute] = ()
    additional_costs: Sequence[AdditionalCost] = ()
    stores: Sequence[Store] = ()
    catalog: Mapping[str, CatalogItem] = field(default_factory=dict)
    customers: Mapping[str, CustomerProfile] = field(default_factory=dict)
    customer_ids: Sequence[str] = ()
    coupon_codes: Sequence[str] = ()
    referral_codes: Sequence[str] = ()
    cards: Sequence[str] = ()
    programs: Mapping[int, str] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    gaps: Mapping[str, str] = field(default_factory=dict)


def describe_workspace(workspace: Workspace) -> ApplicationDescription:
    """Describe the Application of a workspace, as it is at this moment."""
    definition = workspace.application.definition
    settings = definition.application
    personas = [
        one["integrationId"]
        for one in (workspace.raw.get("customerProfiles") or [])[:_MAX_CUSTOMERS]
    ]
    records, reading = workspace.records, workspace.reading
    profiles = (records.profile(reading, one) for one in personas)
    return ApplicationDescription(
        id=settings.id,
        name=settings.name,
        currency=settings.currency,
        timezone=settings.timezone,
        campaigns={
            campaign.id: CampaignSummary(
                campaign.name, campaign.state, campaign.start_time, campaign.end_time
            )
            for campaign in definition.campaigns
        },
        attributes=definition.attributes,
        additional_costs=definition.additional_costs,
        stores=definition.stores,
        catalog=workspace.catalog,
        customers={one.integration_id: one for one in profiles if one is not None},
        customer_ids=records.people.newest_ids(reading, _MAX_CUSTOMER_IDS),
        coupon_codes=records.coupons.newest_codes(reading, _MAX_CODES),
        referral_codes=records.referrals.newest_codes(reading, _MAX_CODES),
        cards=[
            card
            for program in definition.loyalty_programs
            if program.card_based
            for card in sorted(records.loyalty.card_identifiers(reading, program.id))[:_MAX_CODES]
        ],
        programs={one.id: one.title or one.name for one in definition.loyalty_programs},
        vocabulary=vocabulary_of(definition, workspace.raw),
    )
