"""Read a bundle: one JSON object that holds an Application and its runtime state.

Format: conformance README, section 2. Entities have the Management API's shapes; what the emulator
does not know of them stays in the raw object, from which exports are made. A bundle with any fault
is refused whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from sandbox.engine.achievements.progress import Tracker
from sandbox.engine.budgets import period_bucket
from sandbox.engine.catalogs.items import items_by_sku
from sandbox.engine.changes import CounterKey
from sandbox.engine.compile import compile_application
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.definitions import Application, CampaignGroup, Definition
from sandbox.engine.model import (
    Coupon,
    CustomerProfile,
    CustomerSession,
    Giveaway,
    Referral,
    Time,
)
from sandbox.errors import Fault, Refused
from sandbox.shapes import convert, parse_json
from sandbox.workspace.achievement_bundle import BundledProgress, read_progress
from sandbox.workspace.bundle_keys import CONFIGURATION, EVALUATION_TREE, KEYS, STATE, no_defaults
from sandbox.workspace.bundled import giveaways_of, memberships_of, referrals_of
from sandbox.workspace.catalogs import read_catalogs
from sandbox.workspace.clock import Clock, refuse_no_present
from sandbox.workspace.entities import (
    BundledAudience,
    BundledCatalog,
    BundledPool,
    BundledReferral,
    IdempotentAnswer,
    LimitCounter,
    Membership,
    Redemption,
    Referred,
    Reservation,
    Runtime,
    SessionHistory,
    StoredCatalog,
    TrackedEvent,
)
from sandbox.workspace.loyalty_bundle import (
    BundledCard,
    BundledLoyalty,
    BundledTier,
    BundledTransaction,
    read_loyalty,
)
from sandbox.workspace.loyalty_records import LoyaltyState
from sandbox.workspace.past_sessions import read_sessions
from sandbox.workspace.sessions import SessionRules

T = TypeVar("T")

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class State:
    """The runtime part of a bundle."""

    coupons: list[Coupon]
    profiles: list[CustomerProfile]
    sessions: list[CustomerSession]
    histories: list[SessionHistory]
    counters: dict[CounterKey, Decimal]
    redemptions: list[Redemption]
    reservations: list[Reservation]
    answers: list[IdempotentAnswer]
    referrals: list[Referral]
    referred: list[Referred]
    memberships: list[Membership]
    giveaways: list[Giveaway]
    catalogs: Sequence[StoredCatalog]
    loyalty: LoyaltyState
    trackers: Sequence[Tracker]
    events: list[TrackedEvent]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle without faults. `raw` is what was sent."""

    raw: dict[str, Any]
    clock: Clock
    application: CompiledApplication
    state: State


def read_bundle(
    body: bytes | Mapping[str, Any], previous: CompiledApplication | None = None
) -> Bundle:
    """Read and compile a bundle; raises Refused with every fault, pointers into the bundle.

    Campaigns that are the same in the `previous` form of the Application are not compiled again.
    """
    raw = parse_json(body) if isinstance(body, bytes) else dict(body)
    if not isinstance(raw, dict):
        raise Refused([Fault("Invalid type", "A bundle is a JSON object")])
    version = raw.get("formatVersion", FORMAT_VERSION)
    if version != FORMAT_VERSION:
        details = f"This version reads bundles of format {FORMAT_VERSION}, not {version}"
        raise Refused([Fault("Unsupported", details, "/formatVersion")])
    return _Reading(raw, previous).bundle()


def read_stored(raw: Mapping[str, Any]) -> Bundle:
    """Read a bundle whose runtime state is in the store by now.

    The state that it began with is not read: it may not fit the configuration any more, as coupons
    of a campaign that was deleted.
    """
    configuration = {key: value for key, value in raw.items() if key not in STATE}
    bundle = read_bundle(configuration)
    return Bundle(dict(raw), bundle.clock, bundle.application, bundle.state)


def read_configuration(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Read what stands under keys of `CONFIGURATION`, or under `EVALUATION_TREE`.

    Returns it by the fields of `Definition`. Raises Refused with every fault, pointers into the
    bundle.
    """
    reading = _Reading(dict(changed), None)
    fields = reading.configuration(changed)
    reading.refuse_faults()
    return fields


class _Reading:
    """One bundle being read. What is wrong is collected and reads as nothing."""

    def __init__(self, raw: dict[str, Any], previous: CompiledApplication | None) -> None:
        self._raw = raw
        self._previous = previous
        self._faults = [
            Fault("Unknown", f"Bundles have no “{key}”", f"/{key}")
            for key in raw
            if key not in KEYS
        ]

    def bundle(self) -> Bundle:
        runtime = self._one("x-runtime", Runtime) or Runtime()
        frozen_at = self._present()
        clock = Clock(frozen_at=frozen_at) if frozen_at else runtime.clock
        definition = self._definition()
        audiences = cast(list[BundledAudience], definition.audiences)
        pools = cast(list[BundledPool], definition.giveaway_pools)
        self._check_pools(pools)
        catalogs = read_catalogs(self._catalogs(), self._faults)
        coupons = self._coupons(clock.now())
        self._check_codes("coupons", "value", coupons, definition)
        bundled_referrals = self._referrals(clock.now())
        self._check_codes("referrals", "code", bundled_referrals, definition)
        profiles = self._profiles(clock.now())
        rules = SessionRules(definition, items_by_sku(one.items for one in catalogs.values()))
        written = self._members("customerSessions")
        sessions = read_sessions(written, rules, clock.now(), self._faults)
        reservations = list(dict.fromkeys(self._all("couponReservations", Reservation)))
        limit_counters = self._all("limitCounters", LimitCounter)
        loyalty = BundledLoyalty(
            self._all("loyaltyCards", BundledCard),
            self._all("loyaltyTransactions", BundledTransaction),
            self._all("loyaltyTiers", BundledTier),
        )
        progress = self._all("achievementProgress", BundledProgress)
        application = self._compile(definition)
        if application is None or self._faults:
            raise Refused(self._faults)
        now = clock.now()
        loyalty_state = read_loyalty(loyalty, application.programs, runtime, now, self._faults)
        trackers = read_progress(progress, application.achievements, now, self._faults)
        self.refuse_faults()
        counters = {counted.key: counted.amount for counted in runtime.counters}
        for counter in limit_counters:
            counters[_counter_key(counter, clock.now(), application)] = counter.counter
        referrals, referred = referrals_of(bundled_referrals)
        state = State(
            coupons=_with_reservations(coupons, reservations),
            profiles=profiles,
            sessions=sessions,
            histories=runtime.sessions,
            counters=counters,
            redemptions=runtime.redemptions,
            reservations=reservations,
            answers=runtime.answers,
            referrals=referrals,
            referred=referred,
            memberships=memberships_of(audiences),
            giveaways=giveaways_of(pools, clock.now()),
            catalogs=list(catalogs.values()),
            loyalty=loyalty_state,
            trackers=trackers,
            events=runtime.events,
        )
        return Bundle(self._raw, clock, application, state)

    def _present(self) -> datetime | None:
        try:
            frozen_at = self._one("clock", Time)
            if frozen_at is not None:
                refuse_no_present(frozen_at, pointer="/clock")
        except Refused as refused:
            self._faults += refused.faults
            return None
        return frozen_at

    def _one(self, key: str, shape: type[T]) -> T | None:
        value = self._raw.get(key)
        return None if value is None else self._convert(value, shape, f"/{key}")

    def _all(
        self,
        key: str,
        shape: type[T],
        defaults: Callable[[int], dict[str, Any]] = no_defaults,
    ) -> list[T]:
        """Return the entities under `key`; `defaults` gets their number, from 1."""
        entities = [
            self._convert(_complete(value, defaults(index + 1)), shape, f"/{key}/{index}")
            for index, value in enumerate(self._members(key))
        ]
        return [entity for entity in entities if entity is not None]

    def _members(self, key: str) -> list[Any]:
        """Return what is listed under `key`."""
        values = self._raw.get(key)
        if values is None or isinstance(values, list):
            return values or []
        self._faults.append(Fault("Invalid type", "A list was expected", f"/{key}"))
        return []

    def _convert(self, value: Any, shape: type[T], pointer: str) -> T | None:
        try:
            return convert(value, shape, pointer)
        except Refused as refused:
            self._faults += refused.faults
            return None

    def _definition(self) -> Definition:
        settings = _complete(self._raw.get("application") or {}, {})
        return Definition(
            application=self._convert(settings, Application, "/application") or Application(),
            **self.configuration([EVALUATION_TREE, *CONFIGURATION]),
        )

    def configuration(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return what stands under these keys by the fields of `Definition`."""
        fields: dict[str, Any] = {}
        for key in keys:
            if key == EVALUATION_TREE:
                fields["evaluation_tree"] = self._one(key, CampaignGroup)
            else:
                part = CONFIGURATION[key]
                fields[part.field] = self._all(key, part.shape, part.defaults)
        return fields

    def refuse_faults(self) -> None:
        if self._faults:
            raise Refused(self._faults)

    def _compile(self, definition: Definition) -> CompiledApplication | None:
        try:
            return compile_application(definition, previous=self._previous)
        except Refused as refused:
            self._faults += refused.faults
            return None

    def _catalogs(self) -> list[BundledCatalog]:
        return self._all("catalogs", BundledCatalog, lambda number: {"id": number})

    def _coupons(self, now: datetime) -> list[Coupon]:
        return self._all("coupons", Coupon, _code_defaults(now))

    def _referrals(self, now: datetime) -> list[BundledReferral]:
        return self._all("referrals", BundledReferral, _code_defaults(now))

    def _check_codes(
        self, key: str, field: str, codes: Sequence[Coupon | Referral], definition: Definition
    ) -> None:
        """Note codes of campaigns that do not exist, and codes that are there twice."""
        campaigns = {campaign.id for campaign in definition.campaigns}
        seen: set[str] = set()
        for index, code in enumerate(codes):
            pointer = f"/{key}/{index}"
            value = getattr(code, field)
            if code.campaign_id not in campaigns:
                details = f"There is no campaign {code.campaign_id}"
                self._faults.append(Fault("Unknown", details, f"{pointer}/campaignId"))
            if value in seen:
                details = f"Another one of the {key} has the code “{value}”"
                self._faults.append(Fault("Duplicate", details, f"{pointer}/{field}"))
            seen.add(value)

    def _check_pools(self, pools: Sequence[BundledPool]) -> None:
        """Note ids that a code of a pool has twice; the same code with other ids is another one."""
        seen: set[tuple[int, str, int]] = set()
        for index, pool in enumerate(pools):
            for number, code in enumerate(pool.codes):
                if code.id is None:
                    continue
                if (pool.id, code.code, code.id) in seen:
                    details = f"Another code “{code.code}” of this pool has the id {code.id}"
                    pointer = f"/giveawayPools/{index}/codes/{number}/id"
                    self._faults.append(Fault("Duplicate", details, pointer))
                seen.add((pool.id, code.code, code.id))

    def _profiles(self, now: datetime) -> list[CustomerProfile]:
        return self._all(
            "customerProfiles",
            CustomerProfile,
            lambda number: {
                "id": number,
                "created": now.isoformat(),
                "lastActivity": now.isoformat(),
                "attributes": {},
                "accountId": 1,
                "closedSessions": 0,
                "totalSales": 0,
            },
        )


def _code_defaults(now: datetime) -> Callable[[int], dict[str, Any]]:
    """Return what codes have that their bundle does not say, by their number."""
    common = {"created": now.isoformat(), "usageLimit": 0, "usageCounter": 0}
    return lambda number: {"id": number, **common}


def _complete(value: Any, defaults: dict[str, Any]) -> Any:
    """Return an entity with defaults; null means the same as leaving a field out."""
    if not isinstance(value, dict):
        return value
    return defaults | {name: field for name, field in value.items() if field is not None}


def _with_reservations(
    coupons: Sequence[Coupon], reservations: Sequence[Reservation]
) -> list[Coupon]:
    """Return coupons; one that does not say how often it is reserved gets what there is."""
    reserved = Counter(reservation.coupon_value for reservation in reservations)
    return [
        replace(coupon, reservation_counter=reserved[coupon.value])
        if coupon.reservation_counter is None and coupon.value in reserved
        else coupon
        for coupon in coupons
    ]


def _counter_key(
    counter: LimitCounter, now: datetime, application: CompiledApplication
) -> CounterKey:
    return CounterKey(
        campaign_id=counter.campaign_id,
        action=counter.action,
        period=period_bucket(counter.period, now, application.zone),
        profile=counter.profile_integration_id,
        coupon=counter.coupon_value,
        referral=counter.referral_code,
        identifier=counter.identifier,
        store=counter.store_integration_id,
        session=counter.session_integration_id,
    )
