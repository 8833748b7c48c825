"""The envelopes of the Integration API's bodies."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from sandbox.engine.model import Attributes, Model
from sandbox.shapes import Reader
from sandbox.workspace.updates import (
    AudiencesChanges,
    IdentifiedProfile,
    ItemToReturn,
    SessionUpdate,
)

SessionContent = Literal[
    "customerSession",
    "customerProfile",
    "coupons",
    "triggeredCampaigns",
    "referral",
    "loyalty",
    "event",
    "awardedGiveaways",
    "ruleFailureReasons",
    "previousReturns",
    "campaignEligibility",
    "achievements",
]
ProfileContent = Literal[
    "customerProfile",
    "triggeredCampaigns",
    "loyalty",
    "event",
    "awardedGiveaways",
    "ruleFailureReasons",
    "campaignEligibility",
    "achievements",
]


ReturnContent = Literal[
    "customerSession",
    "customerProfile",
    "coupons",
    "triggeredCampaigns",
    "referral",
    "loyalty",
    "event",
    "previousReturns",
]
AdvancedEventContent = Literal[
    "customerProfile",
    "triggeredCampaigns",
    "loyalty",
    "advancedEvent",
    "awardedGiveaways",
    "ruleFailureReasons",
    "achievements",
]
MAX_PROFILES = 1000

StoreId = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Filled = Annotated[str, msgspec.Meta(min_length=1)]
Cards = Annotated[list[str], msgspec.Meta(max_length=1)]


class SessionEnvelope(Model, frozen=True):
    """The body of an update of a customer session."""

    customer_session: SessionUpdate
    response_content: list[SessionContent] = []


class ProfileEnvelope(Model, frozen=True):
    """The body of an update of a customer profile."""

    attributes: Attributes | None = None
    response_content: list[ProfileContent] = []
    evaluable_campaign_ids: list[int] | None = None
    audiences_changes: AudiencesChanges | None = None


class ProfilesEnvelope(Model, frozen=True):
    """The body of an update of several customer profiles."""

    customer_profiles: Annotated[
        list[IdentifiedProfile], msgspec.Meta(max_length=MAX_PROFILES)
    ] = []


class NewReturn(Model, frozen=True):
    returned_cart_items: list[ItemToReturn]


class ReturnEnvelope(Model, frozen=True):
    """The body of a return of cart items."""

    return_: NewReturn = msgspec.field(name="return")
    response_content: list[ReturnContent] = []


class EventEnvelope(Model, frozen=True):
    """The body of a custom event; `profile_id` is required, though the schema says otherwise."""

    type: Filled
    profile_id: str | None = None
    attributes: Attributes | None = None
    store_integration_id: StoreId | None = None
    loyalty_cards: Cards | None = None
    evaluable_campaign_ids: list[int] | None = None
    response_content: list[ProfileContent] = []


class AdvancedEventEnvelope(Model, frozen=True):
    """The body of an advanced event."""

    type: Filled
    profile_id: str
    integration_id: Filled
    attributes: Attributes | None = None
    store_integration_id: StoreId | None = None
    loyalty_cards: Cards | None = None
    evaluable_campaign_ids: list[int] | None = None
    connected_session_id: Filled | None = None
    response_content: list[AdvancedEventContent] = []


SESSION = Reader(SessionEnvelope)
RETURN = Reader(ReturnEnvelope)
PROFILE = Reader(ProfileEnvelope)
PROFILES = Reader(ProfilesEnvelope)
EVENT = Reader(EventEnvelope)
ADVANCED_EVENT = Reader(AdvancedEventEnvelope)
