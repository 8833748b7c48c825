"""Read what an evaluation may know beyond its request, as far as a rule may look at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from sandbox.engine.budgets import counter_keys
from sandbox.engine.changes import Creation
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.evaluation import NO_MEMBERSHIPS, Facts, Memberships
from sandbox.engine.model import Coupon, CustomerProfile, CustomerSession, Giveaway, Referral
from sandbox.rules.effects import AwardGiveaway, ReserveCoupon
from sandbox.rules.model import CheckAudience
from sandbox.workspace.creations import keeps_codes
from sandbox.workspace.mentioned import session_referral
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
    referral = session_referral(records, connection, application, session)
    advocate_id = referral.advocate_profile_integration_id if referral else ""
    keys = counter_keys(
        application.definition.campaigns,
        session,
        coupons,
        referral.code if referral else None,
        now,
        application.zone,
    )
    asks_reservations = any(coupon.is_reservation_mandatory for coupon in coupons) or (
        bool(coupons) and bool(application.blocks_of(ReserveCoupon))
    )
    return Facts(
        profile=profile,
        coupons={coupon.value: coupon for coupon in coupons},
        counters=records.counters(connection, keys),
        reserved_codes=records.reserved_codes(connection, session.profile_id)
        if asks_reservations
        else frozenset(),
        referral=referral,
        advocate=records.profile(connection, advocate_id) if advocate_id else None,
        was_referred=referral is not None
        and bool(session.profile_id)
        and records.referrals.was_referred(connection, session.profile_id, referral.campaign_id),
        audiences=_memberships(records, connection, application, session.profile_id),
        advocate_audiences=_memberships(records, connection, application, advocate_id),
        giveaways=_giveaways(records, connection, application, len(coupons), now),
        kept_codes=_kept_codes(records, connection, session.integration_id)
        if keeps_codes(application)
        else {},
    )


def _memberships(
    records: Records, connection: Connection, application: CompiledApplication, profile_id: str
) -> Memberships:
    """Return a profile's audiences; updates of sessions make nobody join or leave one."""
    if not profile_id or not application.blocks_of(CheckAudience):
        return NO_MEMBERSHIPS
    return Memberships(records.audiences.of_profile(connection, profile_id))


def _giveaways(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    coupon_count: int,
    now: datetime,
) -> dict[int, list[Giveaway]]:
    """Return as many codes of each pool as one evaluation can give: each block once a run."""
    runs = max(1, coupon_count)
    blocks = Counter(block.pool_id for block in application.blocks_of(AwardGiveaway))
    return {
        pool_id: records.giveaways.available(connection, pool_id, now, count * runs)
        for pool_id, count in blocks.items()
    }


def _kept_codes(
    records: Records, connection: Connection, session_id: str
) -> dict[Creation, Coupon | Referral]:
    """Return the codes that a session keeps; those that were deleted since are made anew."""
    kept: dict[Creation, Coupon | Referral] = {}
    for entry in records.history(connection, session_id).kept_codes:
        code: Coupon | Referral | None
        if entry.creation.kind == "coupon":
            code = records.coupon(connection, entry.code)
        else:
            code = records.referrals.get(connection, entry.code)
        if code is not None:
            kept[entry.creation] = code
    return kept
