"""Entities that only bundles and the store hold: counters, reservations, catalogs, histories.

Names are those of the conformance README, section 2; those below ``x-runtime`` are our own.
"""

from __future__ import annotations

from typing import NamedTuple

from sandbox.engine.changes import Change, CounterKey, Creation
from sandbox.engine.definitions import Audience, GiveawayPool
from sandbox.engine.model import (
    Attributes,
    Effect,
    LimitAction,
    LimitPeriod,
    Model,
    Product,
    Referral,
    Time,
)
from sandbox.numbers import Number
from sandbox.workspace.clock import Clock


class Reservation(Model, frozen=True):
    coupon_value: str
    profile_integration_id: str


class BundledReferral(Referral, frozen=True):
    """A referral with the profiles that have redeemed it (vendor schema InventoryReferral)."""

    referred_customers: list[str] = []


class Referred(NamedTuple):
    """A profile that has redeemed a referral code."""

    code: str
    friend_id: str


class BundledAudience(Audience, frozen=True):
    """An audience with the integration ids of its members."""

    members: list[str] = []


class Membership(NamedTuple):
    audience_id: int
    profile_id: str


class CodeOfPool(Model, frozen=True):
    """A code of a giveaway pool as bundles have it: without its pool, perhaps without an id."""

    code: str
    id: int | None = None
    created: Time | None = None
    start_date: Time | None = None
    end_date: Time | None = None
    attributes: Attributes | None = None
    used: bool | None = None
    import_id: int | None = None
    profile_integration_id: str | None = None


class BundledPool(GiveawayPool, frozen=True):
    codes: list[CodeOfPool] = []


class LimitCounter(Model, frozen=True):
    """One budget counter of the current period."""

    campaign_id: int
    action: LimitAction
    counter: Number
    period: LimitPeriod | None = None
    profile_integration_id: str = ""
    coupon_value: str = ""
    referral_code: str = ""
    identifier: str = ""
    store_integration_id: str = ""
    session_integration_id: str = ""


class LoyaltyCard(Model, frozen=True):
    program_id: int
    identifier: str


class ItemOfCatalog(Model, frozen=True):
    sku: str
    id: int = 0
    price: Number | None = None
    name: str | None = None
    category: str | None = None
    product: Product | None = None
    attributes: Attributes = {}


class Catalog(Model, frozen=True):
    name: str
    items: list[ItemOfCatalog] = []


class Counted(Model, frozen=True):
    """One budget counter of any period, as exports keep it."""

    key: CounterKey
    amount: Number


class Redemption(Model, frozen=True):
    """How often a profile has redeemed a code."""

    code: str
    profile_id: str
    count: int


class KeptCode(Model, frozen=True):
    """A code that a session keeps: a rule made it and reports it again on later updates."""

    creation: Creation
    code: str


class SessionHistory(Model, frozen=True):
    """What a session's last update gave, and what cancelling it has to take back.

    `kept_codes` are those of all its updates.
    """

    session_id: str
    effects: list[Effect] = []
    changes: list[Change] = []
    kept_codes: list[KeptCode] = []


class IdempotentAnswer(Model, frozen=True):
    """A stored answer that a repeated Idempotency-Key gets again."""

    key: str
    time: Time
    status: int
    answer: str


class Runtime(Model, frozen=True):
    """The ``x-runtime`` of an export."""

    clock: Clock = Clock()
    counters: list[Counted] = []
    redemptions: list[Redemption] = []
    sessions: list[SessionHistory] = []
    answers: list[IdempotentAnswer] = []
