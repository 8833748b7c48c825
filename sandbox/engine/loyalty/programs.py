"""Loyalty programs: their settings as bundles have them, and as evaluation uses them.

Source: reference/engine/08, section 8.1; Management API, schema LoyaltyProgram.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from sandbox.engine.checked import checked_duration, checked_zone
from sandbox.engine.durations import Duration
from sandbox.engine.model import CodeSettings, Model, Time
from sandbox.errors import Fault
from sandbox.numbers import Number

JoinPolicy = Literal["not_join", "points_activated", "points_earned"]
TierExpiration = Literal[
    "tier_start_date", "program_join_date", "customer_attribute", "absolute_expiration"
]
TierDowngrade = Literal["one_down", "balance_based"]
ReturnPolicy = Literal["only_pending", "within_balance", "unlimited"]

UNLIMITED = "unlimited"
IMMEDIATE = "immediate"
ON_ACTION = "on_action"


class LoyaltyTier(Model, frozen=True):
    """A tier covers `min_points` up to the next tier's."""

    id: int
    name: str
    min_points: Number


class LoyaltyProgram(Model, frozen=True):
    """One loyalty program; without `return_policy` it is `only_pending` (decision F27).

    `default_pending` is ``immediate``, ``on_action`` or a duration, `default_validity`
    ``unlimited`` or a duration. Customers do not join one that has no join policy (decision S60).
    """

    id: int
    name: str
    title: str = ""
    timezone: str = "UTC"
    card_based: bool = False
    allow_subledger: bool = False
    users_per_card_limit: int = 0
    card_code_settings: CodeSettings | None = None
    default_validity: str = UNLIMITED
    default_pending: str = IMMEDIATE
    program_join_policy: JoinPolicy = "not_join"
    return_policy: ReturnPolicy = "only_pending"
    tiers: list[LoyaltyTier] = []
    tiers_expiration_policy: TierExpiration | None = None
    tier_cycle_start_date: Time | None = None
    tiers_expire_in: str | None = None
    tiers_downgrade_policy: TierDowngrade | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A program ready for use: its zone, its durations read, its tiers lowest first.

    `validity` None is unlimited; `pending` None is immediate, or on action.
    """

    settings: LoyaltyProgram
    zone: ZoneInfo
    tiers: tuple[LoyaltyTier, ...]
    validity: Duration | None
    pending: Duration | None
    tiers_expire_in: Duration | None

    @property
    def downgrades_at_once(self) -> bool:
        """Tiers follow the balance down, not only up (decision S61)."""
        return self.settings.tiers_expiration_policy is None

    @property
    def downgrade(self) -> TierDowngrade:
        return self.settings.tiers_downgrade_policy or "balance_based"

    def rank(self, tier_name: str) -> int:
        """Return how high a tier stands, from 0; -1 is no tier, or one that is not there."""
        names = [tier.name for tier in self.tiers]
        return names.index(tier_name) if tier_name in names else -1

    def rank_for(self, points: Decimal) -> int:
        """Return the rank of the tier that so many active points give."""
        return sum(tier.min_points <= points for tier in self.tiers) - 1

    def tier(self, name: str) -> LoyaltyTier | None:
        return next((tier for tier in self.tiers if tier.name == name), None)

    def tier_above(self, tier_name: str) -> LoyaltyTier | None:
        """Return the next higher tier; the lowest one for a customer without a tier."""
        rank = self.rank(tier_name) + 1
        return self.tiers[rank] if rank < len(self.tiers) else None


def make_programs(
    definitions: Iterable[LoyaltyProgram], faults: list[Fault]
) -> Mapping[int, Program]:
    """Return programs by id; what is wrong with them is added to `faults`."""
    programs: dict[int, Program] = {}
    names: set[str] = set()
    for index, definition in enumerate(definitions):
        pointer = f"/loyaltyPrograms/{index}"
        if definition.id in programs:
            details = f"Another loyalty program has id {definition.id}"
            faults.append(Fault("Duplicate", details, f"{pointer}/id"))
        if definition.name in names:
            details = f"Another loyalty program has the name “{definition.name}”"
            faults.append(Fault("Duplicate", details, f"{pointer}/name"))
        names.add(definition.name)
        programs[definition.id] = _make(definition, pointer, faults)
    return programs


def _make(definition: LoyaltyProgram, pointer: str, faults: list[Fault]) -> Program:
    def duration(text: str | None, field: str, *words: str) -> Duration | None:
        if text is None or text in words:
            return None
        return checked_duration(text, f"{pointer}/{field}", faults)

    cycles = definition.tiers_expiration_policy == "absolute_expiration"
    if cycles and definition.tier_cycle_start_date is None:
        details = "“tierCycleStartDate” is required for the policy absolute_expiration"
        faults.append(Fault("Missing", details, f"{pointer}/tierCycleStartDate"))
    return Program(
        settings=definition,
        zone=checked_zone(definition.timezone, f"{pointer}/timezone", faults),
        tiers=tuple(sorted(definition.tiers, key=lambda tier: tier.min_points)),
        validity=duration(definition.default_validity, "defaultValidity", UNLIMITED),
        pending=duration(definition.default_pending, "defaultPending", IMMEDIATE, ON_ACTION),
        tiers_expire_in=duration(definition.tiers_expire_in, "tiersExpireIn"),
    )
