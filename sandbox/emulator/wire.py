"""The envelopes of the Integration API's bodies."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.engine.model import Attributes, Model
from sandbox.shapes import Reader
from sandbox.workspace.updates import SessionUpdate

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


class SessionEnvelope(Model, frozen=True):
    """The body of an update of a customer session."""

    customer_session: SessionUpdate
    response_content: list[SessionContent] = []


class ProfileEnvelope(Model, frozen=True):
    """The body of an update of a customer profile."""

    attributes: Attributes | None = None
    response_content: list[ProfileContent] = []
    evaluable_campaign_ids: list[int] | None = None
    audiences_changes: dict[str, Any] | None = None


SESSION = Reader(SessionEnvelope)
PROFILE = Reader(ProfileEnvelope)
