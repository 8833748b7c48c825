"""Entities that only bundles and the store hold: counters, reservations, catalogs, histories.

Names are those of the conformance README, section 2; those below ``x-runtime`` are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.changes import Change, CounterKey, Creation
from sandbox.engine.definitions import Audience, GiveawayPool
from sandbox.engine.loyalty.transactions import Spent
from sandbox.engine.model import (
    Attributes,
    Effect,
    Integer,
    LimitPeriod,
    Model,
    PriceDetail,
    Referral,
    Time,
)
from sandbox.numbers import Number
from sandbox.rules.model import LimitAction
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
    id: Integer | None = None
    created: Time | None = None
    start_date: Time | None = None
    end_date: Time | None = None
    attributes: Attributes | None = None
    used: bool | None = None
    import_id: Integer | None = None
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


class Catalog(Model, frozen=True):
    """A catalog without its items; `version` counts how often it was changed, from 1."""

    id: int
    name: str = ""
    description: str = ""
    created: Time | None = None
    modified: Time | None = None
    version: int = 1


class ItemOfCatalog(CatalogItem, frozen=True):
    """An item as bundles have it; `prices` are those that hold now, by type."""

    prices: dict[str, PriceDetail] = {}


class BundledCatalog(Catalog, frozen=True):
    items: list[ItemOfCatalog] = []


class StoredCatalog(NamedTuple):
    """A catalog with its items by SKU."""

    catalog: Catalog
    items: Mapping[str, CatalogItem]


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


class ReturnedItem(Model, frozen=True):
    """Units of one cart line that came back."""

    position: int
    sku: str
    quantity: int


class ItemReturn(Model, frozen=True):
    """One return of items of a session (vendor schema Return)."""

    id: int
    created: Time
    application_id: int
    account_id: int
    returned_cart_items: list[ReturnedItem]
    event_id: int
    session_id: int
    session_integration_id: str
    profile_id: int | None = None
    profile_integration_id: str | None = None


class SessionHistory(Model, frozen=True):
    """What stands of what a session gave, and what cancelling it has to take back.

    `kept_codes` and `returns` are those of all its updates.
    """

    session_id: str
    effects: list[Effect] = []
    changes: list[Change] = []
    kept_codes: list[KeptCode] = []
    returns: list[ItemReturn] = []


class TrackedEvent(Model, frozen=True):
    """One event as the vendor shows it: a built-in one of an update, or a custom one.

    `session_id` is the integration id of the session that it belongs to. An advanced event has an
    `integration_id` of its own, and perhaps a closed session that it is connected to.
    """

    id: int
    created: Time
    application_id: int
    type: str
    attributes: Attributes
    effects: list[Effect]
    profile_id: str = ""
    store_integration_id: str | None = None
    session_id: str | None = None
    integration_id: str | None = None
    connected_session_id: str | None = None


class IdempotentAnswer(Model, frozen=True):
    """A stored answer that a repeated Idempotency-Key gets again; "" stands for no content."""

    key: str
    time: Time
    status: int
    answer: str


class PointsState(Model, frozen=True):
    """What has become of a loyalty transaction."""

    transaction_uuid: str = msgspec.field(name="transactionUUID")
    remaining: Number
    spent: list[Spent] = []
    rolls_back: str = ""


class MemberState(Model, frozen=True):
    """The membership of a profile, or of a card, in a loyalty program."""

    program_id: int
    owner: str
    joined: Time | None = None
    settled: Time | None = None


class Runtime(Model, frozen=True):
    """The ``x-runtime`` of an export."""

    clock: Clock = Clock()
    counters: list[Counted] = []
    redemptions: list[Redemption] = []
    sessions: list[SessionHistory] = []
    points: list[PointsState] = []
    members: list[MemberState] = []
    answers: list[IdempotentAnswer] = []
    events: list[TrackedEvent] = []
