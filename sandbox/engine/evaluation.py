"""What goes into one evaluation and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import msgspec

from sandbox.engine.achievements.progress import NO_PROGRESS, AchievementFacts
from sandbox.engine.changes import Change, CounterKey, Creation
from sandbox.engine.loyalty.points import PointsKey
from sandbox.engine.loyalty.transactions import NO_LOYALTY, LoyaltyFacts
from sandbox.engine.model import (
    Attributes,
    Coupon,
    CustomerProfile,
    CustomerSession,
    Effect,
    Giveaway,
    Referral,
    RuleFailure,
)
from sandbox.engine.trace import Trace

if TYPE_CHECKING:
    from sandbox.engine.groups import CampaignResult

BuiltInEvent = Literal[
    "sessionCreated",
    "sessionUpdated",
    "sessionClosed",
    "sessionCancelled",
    "sessionRevoked",
    "sessionPartiallyReturned",
    "sessionReopened",
    "profileCreated",
    "profileUpdated",
]


_EVENTS: tuple[BuiltInEvent, ...] = get_args(BuiltInEvent)

# As rules and answers have them, such as ``talon_session_closed``.
LONG_NAMES: Mapping[BuiltInEvent, str] = {
    event: "talon_" + "".join(f"_{c.lower()}" if c.isupper() else c for c in event)
    for event in _EVENTS
}


def latest(events: Collection[BuiltInEvent]) -> BuiltInEvent:
    """Return the last of an update's events: one that creates a session as closed has two."""
    return next(iter(events)) if len(events) == 1 else max(events, key=_EVENTS.index)


class Memberships(NamedTuple):
    """Ids of the audiences that a profile belongs to, and that it joined or left in this event."""

    current: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()


NO_MEMBERSHIPS = Memberships()


class Facts(msgspec.Struct, frozen=True):
    """What evaluation may know beyond the request: a snapshot, read before it starts.

    `coupons` is keyed by the code as stored; `counters` holds at least the keys of
    `sandbox.engine.budgets.counter_keys`, absent ones count as 0. `reserved_codes` are the codes
    that are reserved for this session's profile.

    `referral` is that of the session's code, `advocate` the profile of its owner; `was_referred`
    says that the session's profile has redeemed a referral of the same campaign before. `audiences`
    are the session's profile's, `advocate_audiences` the advocate's.

    `giveaways` holds, by pool, codes that may be given now, in the order in which they are;
    `kept_codes` the codes that rules made on earlier updates of this session and report again;
    `taken_codes` codes, each with its kind, that must not be made. `loyalty` and `achievements` are
    there if the Application has any.
    """

    profile: CustomerProfile | None = None
    coupons: Mapping[str, Coupon] = {}
    counters: Mapping[CounterKey, Decimal] = {}
    reserved_codes: frozenset[str] = frozenset()
    referral: Referral | None = None
    advocate: CustomerProfile | None = None
    was_referred: bool = False
    audiences: Memberships = NO_MEMBERSHIPS
    advocate_audiences: Memberships = NO_MEMBERSHIPS
    giveaways: Mapping[int, Sequence[Giveaway]] = {}
    kept_codes: Mapping[Creation, Coupon | Referral] = {}
    taken_codes: frozenset[tuple[str, str]] = frozenset()
    loyalty: LoyaltyFacts = NO_LOYALTY
    achievements: AchievementFacts = NO_PROGRESS


class Request(msgspec.Struct, frozen=True):
    """One session to evaluate, or, if it `has_session` not, an update of a profile or an event.

    Without a session, `session` only says whose request this is: its profile, store and cards. What
    rules want is stored at once (decision E28), and what they read as the session is the closed one
    that an advanced event is `connected` to, or nothing.
    `events` are the built-in events of this update; a session that is created as closed has two
    (decision F2). A custom `event` has none.
    `evaluable_campaign_ids`, when given, are the campaigns to run, even disabled ones; archived
    ones never run. With `force_complete`, evaluation groups decide nothing. `seed` is all the
    chance that there is: codes and transaction ids are made of it. A `dry` closing gives no
    giveaway code away (decision A68).
    """

    session: CustomerSession
    events: frozenset[BuiltInEvent]
    evaluable_campaign_ids: frozenset[int] | None = None
    event: Event | None = None
    force_complete: bool = False
    seed: str = ""
    dry: bool = False
    has_session: bool = True
    connected: CustomerSession | None = None

    @property
    def event_type(self) -> str | None:
        """The type of the event as rules read it, such as ``talon_session_closed``.

        Of the two events of a session that is created as closed, the later one.
        """
        if self.event is not None:
            return self.event.type
        return LONG_NAMES[latest(self.events)] if self.events else None

    @property
    def is_closing(self) -> bool:
        return "sessionClosed" in self.events

    @property
    def commits(self) -> bool:
        """Tell whether what rules give is final, and counted.

        It is when a session closes, when some of it is returned, and where there is none.
        """
        return self.is_closing or not self.has_session or "sessionPartiallyReturned" in self.events


class Event(NamedTuple):
    """A custom event."""

    type: str
    attributes: Attributes


class RuleEligibility(NamedTuple):
    """How one rule ended in one run; `failure` is None when it applied."""

    rule_index: int
    title: str
    coupon_code: str | None
    failure: RuleFailure | None


@dataclass(frozen=True, slots=True)
class CampaignEligibility:
    """How one campaign ended; the source of the vendor's campaignEligibility.

    `skipped` is set when an evaluation group passed the campaign over.
    """

    campaign_id: int
    passed: bool
    skipped: bool
    rules: tuple[RuleEligibility, ...]


class Evaluation(msgspec.Struct, frozen=True):
    """The outcome: effects in the order of the answer, and what to store if this is no dry run.

    `campaigns` are those that this request could concern, in tree order, as their evaluation groups
    decided. `sleeping` gives the others, which could only fail. `points` are what the session adds
    to loyalty ledgers when it closes, or, if less than 0, takes from them.
    """

    effects: tuple[Effect, ...]
    changes: tuple[Change, ...]
    campaigns: Sequence[CampaignResult]
    sleeping: Callable[[], Sequence[CampaignResult]]
    trace: Trace | None
    points: Mapping[PointsKey, Decimal] = {}

    def all_campaigns(self) -> list[CampaignResult]:
        """Return how every campaign ended, in tree order."""
        results = [*self.campaigns, *self.sleeping()]
        return sorted(results, key=lambda result: result.campaign.place)

    def failures(self) -> list[RuleFailure]:
        """Return why rules did not apply, in the order in which they stand in the tree."""
        return [
            failure
            for result in self.all_campaigns()
            for run in result.runs
            for failure in run.failures
            if failure is not None
        ]

    @property
    def triggered_campaign_ids(self) -> tuple[int, ...]:
        """The campaigns that stand and of which at least one rule applied, in tree order."""
        return tuple(r.campaign.definition.id for r in self.campaigns if r.triggered)

    def eligibility(self) -> list[CampaignEligibility]:
        """Return how each campaign that was evaluated or passed over ended, in tree order."""
        return [
            CampaignEligibility(
                campaign_id=result.campaign.definition.id,
                passed=result.triggered,
                skipped=result.standing != "stands",
                rules=tuple(
                    RuleEligibility(
                        rule.place.rule_index,
                        rule.place.rule_name,
                        run.code.code if run.code else None,
                        failure,
                    )
                    for run in result.runs
                    for rule, failure in zip(result.campaign.rules, run.failures, strict=True)
                ),
            )
            for result in self.all_campaigns()
            if result.standing in ("stands", "skippedByGroup", "lostComparison")
        ]
