"""Write a workspace as a bundle: what it was loaded from, with its runtime state of now.

Coupons and profiles keep the fields that the emulator does not know of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args
from zoneinfo import ZoneInfo

from sandbox.engine.budgets import period_bucket
from sandbox.engine.changes import CounterKey
from sandbox.engine.model import LimitPeriod, json_fields
from sandbox.numbers import ZERO
from sandbox.workspace.bundle import State
from sandbox.workspace.bundled import export_audiences, export_pools, export_referrals
from sandbox.workspace.clock import Clock
from sandbox.workspace.entities import Counted, LimitCounter, Runtime


def export_bundle(
    raw: Mapping[str, Any], clock: Clock, zone: ZoneInfo, state: State
) -> dict[str, Any]:
    """Return a bundle; loading it gives the same configuration, state and clock."""
    bundle = {key: value for key, value in raw.items() if key not in ("clock", "x-runtime")}
    if clock.frozen_at is not None:
        bundle["clock"] = clock.frozen_at
    current = {period_bucket(period, clock.now(), zone) for period in get_args(LimitPeriod)}
    parts: dict[str, list[Any]] = {
        "coupons": _merged(raw.get("coupons") or [], state.coupons, "value", "value"),
        "customerProfiles": _merged(
            raw.get("customerProfiles") or [], state.profiles, "integrationId", "integration_id"
        ),
        "customerSessions": list(state.sessions),
        "couponReservations": list(state.reservations),
        "referrals": export_referrals(raw.get("referrals") or [], state.referrals, state.referred),
        "audiences": export_audiences(raw.get("audiences") or [], state.memberships),
        "giveawayPools": list(export_pools(raw.get("giveawayPools") or [], state.giveaways)),
        "limitCounters": [
            _limit_counter(key, amount)
            for key, amount in state.counters.items()
            if amount > ZERO and key.period in current
        ],
    }
    runtime = Runtime(
        clock=clock,
        counters=[Counted(key=key, amount=amount) for key, amount in state.counters.items()],
        redemptions=state.redemptions,
        sessions=state.histories,
        answers=state.answers,
    )
    bundle.update({key: value for key, value in parts.items() if value or key in raw})
    bundle["x-runtime"] = runtime
    return {"formatVersion": 1} | bundle


def _merged(
    raw: Iterable[Mapping[str, Any]], entities: Iterable[Any], raw_key: str, key: str
) -> list[dict[str, Any]]:
    before = {entity.get(raw_key): entity for entity in raw}
    return [{**before.get(getattr(entity, key), {}), **json_fields(entity)} for entity in entities]


def _limit_counter(key: CounterKey, amount: Any) -> LimitCounter:
    """Return a counter of the current period as bundles show it."""
    period = key.period.partition(":")[0]
    return LimitCounter(
        campaign_id=key.campaign_id,
        action=key.action,  # type: ignore[arg-type]  # counters are made from limits only
        counter=amount,
        period=period or None,  # type: ignore[arg-type]  # buckets begin with their period
        profile_integration_id=key.profile,
        coupon_value=key.coupon,
        referral_code=key.referral,
        identifier=key.identifier,
        store_integration_id=key.store,
        session_integration_id=key.session,
    )
