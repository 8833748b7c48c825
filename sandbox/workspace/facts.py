"""Read what an evaluation may know beyond its request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from sandbox.engine.achievements.progress import NO_PROGRESS
from sandbox.engine.budgets import counter_keys
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.evaluation import Facts
from sandbox.engine.loyalty.transactions import NO_LOYALTY
from sandbox.engine.model import Coupon, CustomerProfile, CustomerSession
from sandbox.workspace.records import Records


def read_facts(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    session: CustomerSession,
    profile: CustomerProfile | None,
    coupons: Sequence[Coupon],
    now: datetime,
) -> Facts:
    """Return a snapshot for the evaluation of `session`; `coupons` are those of its codes."""
    keys = counter_keys(application.definition.campaigns, session, coupons, now, application.zone)
    must_be_reserved = any(coupon.is_reservation_mandatory for coupon in coupons)
    return Facts(
        profile=profile,
        coupons={coupon.value: coupon for coupon in coupons},
        counters=records.counters(connection, keys),
        reserved_codes=records.reserved_codes(connection, session.profile_id)
        if must_be_reserved
        else frozenset(),
        loyalty=records.loyalty.facts(connection, [session.profile_id], session.loyalty_cards)
        if application.programs
        else NO_LOYALTY,
        achievements=records.achievements.facts(connection, session.profile_id)
        if application.achievements
        else NO_PROGRESS,
    )
