"""Budgets: which counters a limit reads, and how much of an action is still allowed.

Counters are read before evaluation and never change during it; what this evaluation grants is kept
in its ledger. Source: reference/engine/07, sections 7.1 and 7.2; decisions E29, E31, E56.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from sandbox.engine.changes import COUNTED_AT_ONCE, CountBudget, CounterKey
from sandbox.engine.definitions import Campaign
from sandbox.engine.errors import EffectFailed
from sandbox.engine.model import Coupon, CustomerSession, Limit
from sandbox.engine.recorder import Recorder
from sandbox.numbers import ZERO

if TYPE_CHECKING:
    from sandbox.engine.scope import Context


def period_bucket(period: str | None, now: datetime, zone: ZoneInfo) -> str:
    """Return the calendar bucket of `now` in the Application's zone, such as ``weekly:2026-W25``.

    A limit without a period, or with the period overall, has the bucket "".
    """
    local = now.astimezone(zone)
    match period:
        case "daily":
            return f"daily:{local:%Y-%m-%d}"
        case "weekly":
            year, week, _ = local.isocalendar()
            return f"weekly:{year}-W{week:02}"
        case "monthly":
            return f"monthly:{local:%Y-%m}"
        case "yearly":
            return f"yearly:{local:%Y}"
    return ""


def limit_keys(
    limit: Limit,
    campaign_id: int,
    session: CustomerSession,
    coupon_codes: Iterable[str],
    referral: str | None,
    now: datetime,
    zone: ZoneInfo,
) -> list[CounterKey]:
    """Return the counters of one limit for this session, one for each combination of its entities.

    `coupon_codes` and `referral` are the codes to count by, as they are stored. The list is empty
    when the session lacks an entity: no identifier, no store, no code, no profile.
    """
    known = {
        "Profile": [session.profile_id] if session.profile_id else [],
        "Coupon": list(coupon_codes),
        "Referral": [referral] if referral else [],
        "Identifier": session.identifiers,
        "Store": [session.store_integration_id] if session.store_integration_id else [],
        "Session": [session.integration_id],
    }
    period = period_bucket(limit.period, now, zone)
    return [
        CounterKey(
            campaign_id,
            limit.action,
            period,
            **{entity.lower(): value for entity, value in zip(limit.entities, values, strict=True)},
        )
        for values in product(*(known[entity] for entity in limit.entities))
    ]


class Budgets(msgspec.Struct, frozen=True):
    """The limits of one campaign, for one run: for one coupon code or for none.

    `limits` is keyed by the action that they count.
    """

    _context: Context
    _campaign_id: int
    limits: Mapping[str, Sequence[Limit]]
    _code: str | None
    _referral: str | None = None
    recorder: Recorder | None = None

    def of_action(self, action: str) -> list[tuple[Limit, list[CounterKey]]]:
        """Return the limits on `action` with the counters that each reads here."""
        context = self._context
        codes = [self._code] if self._code else []
        return [
            (
                limit,
                limit_keys(
                    limit,
                    self._campaign_id,
                    context.session,
                    codes,
                    self._referral,
                    context.now,
                    context.application.zone,
                ),
            )
            for limit in self.limits.get(action, ())
        ]

    @property
    def is_anonymous(self) -> bool:
        """Tell whether the session has no profile that a budget could count by."""
        return not self._context.session.profile_id

    def remaining(self, limit: Limit, key: CounterKey) -> Decimal:
        """Return what the counter at `key` leaves of `limit` now."""
        counted = self._context.facts.counters.get(key, ZERO)
        granted = self._context.ledger.amount(key)
        if self.recorder is not None:
            self.recorder.budget(limit, key, counted, granted)
        return limit.limit - counted - granted

    def available(self, action: str) -> Decimal | None:
        """Return how much of `action` all limits together still allow; None: as much as wanted.

        Raises EffectFailed when a limit counts by something that this session does not have,
        except by profile: an anonymous session has no profile budgets (decision E56).
        """
        if action not in self.limits:
            return None
        least: Decimal | None = None
        for limit, keys in self.of_action(action):
            if not keys:
                if "Profile" in limit.entities and self.is_anonymous:
                    continue
                raise EffectFailed(
                    f"the budget on {action} counts by {' and '.join(limit.entities)}, "
                    "which this session does not have"
                )
            for key in keys:
                left = self.remaining(limit, key)
                least = left if least is None else min(least, left)
        return least

    def spend_one(self, action: str, what: str) -> None:
        """Spend one of `action`; raises EffectFailed, which names `what`, when none is left."""
        left = self.available(action)
        if left is not None and left < 1:
            raise EffectFailed(f"the budget on {what} is used up")
        self.spend(action, Decimal(1))

    def spend(self, action: str, amount: Decimal) -> None:
        """Note `amount` of `action` on every counter that it moves.

        Actions that are done at once are counted at once (decision E14), others when the session
        closes.
        """
        if action in self.limits:
            ledger = self._context.ledger
            for key in dict.fromkeys(key for _, keys in self.of_action(action) for key in keys):
                ledger.add(key, amount)
                if action in COUNTED_AT_ONCE:
                    ledger.note(CountBudget(key=key, amount=amount), at_close=False)


def by_action(limits: Iterable[Limit]) -> dict[str, list[Limit]]:
    """Return limits by the action that they count."""
    found: dict[str, list[Limit]] = {}
    for limit in limits:
        found.setdefault(limit.action, []).append(limit)
    return found


def counter_keys(
    campaigns: Iterable[Campaign],
    session: CustomerSession,
    coupons: Iterable[Coupon],
    referral: str | None,
    now: datetime,
    zone: ZoneInfo,
) -> set[CounterKey]:
    """Return every budget counter that an evaluation of `session` with its codes may read."""
    codes = [coupon.value for coupon in coupons]
    keys = {
        key
        for campaign in campaigns
        for limit in campaign.limits
        for key in limit_keys(limit, campaign.id, session, codes, referral, now, zone)
    }
    for coupon in coupons:
        for limit in own_limits(coupon):
            keys.update(
                limit_keys(limit, coupon.campaign_id, session, [coupon.value], referral, now, zone)
            )
    return keys


def own_limits(coupon: Coupon) -> list[Limit]:
    """Return the limits that stand on the code itself, which count by code."""
    return [replace(limit, entities=["Coupon", *limit.entities]) for limit in coupon.limits]


def effective_limits(campaign_limits: Sequence[Limit], coupon: Coupon) -> list[Limit]:
    """Return the campaign's limits, with those on the code in place of the ones they override.

    Source: reference/api/04-coupons.md, section 4.1.
    """
    overridden = {(limit.action, tuple(limit.entities)) for limit in coupon.limits}
    return own_limits(coupon) + [
        limit
        for limit in campaign_limits
        if (limit.action, tuple(limit.entities)) not in overridden
    ]
