"""Read what an evaluation may know beyond its request, as far as a rule may look at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.budgets import counter_keys
from sandbox.engine.changes import Creation
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.evaluation import NO_MEMBERSHIPS, Facts, Memberships
from sandbox.engine.model import Coupon, CustomerProfile, CustomerSession, Referral
from sandbox.engine.wanted import WantedFacts
from sandbox.workspace.mentioned import session_referral
from sandbox.workspace.records import Records
from sandbox.workspace.standing import read_loyalty_facts, read_progress_facts


class AudienceMoves(NamedTuple):
    """The audiences that an update of a profile makes it join and leave, by id."""

    joined: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()

    def memberships(self, stored: frozenset[int]) -> Memberships:
        """Return memberships after these moves; joining is for those who are no members yet."""
        current = (stored | self.joined) - self.left
        return Memberships(current, self.joined - stored, self.left & stored)


NO_MOVES = AudienceMoves()


def read_facts(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    session: CustomerSession,
    profile: CustomerProfile | None,
    coupons: Sequence[Coupon],
    now: datetime,
    moves: AudienceMoves = NO_MOVES,
) -> Facts:
    """Return a snapshot for the evaluation of `session`; `coupons` are those of its codes."""
    referral = session_referral(records, connection, application, session)
    wanted = application.wanted
    keys = counter_keys(
        application.budgeted,
        session,
        coupons,
        referral.code if referral else None,
        now,
        application.zone,
    )
    asks_reservations = any([coupon.is_reservation_mandatory for coupon in coupons]) or (
        wanted.reservations and coupons
    )
    facts = Facts(
        profile=profile,
        coupons={coupon.value: coupon for coupon in coupons},
        counters=records.counters(connection, keys),
        reserved_codes=records.coupons.reserved_codes(connection, session.profile_id)
        if asks_reservations
        else frozenset(),
        achievements=read_progress_facts(records, connection, application, session),
    )
    if referral is not None:
        facts = _with_referral(facts, records, connection, referral, session.profile_id)
    if application.programs:
        loyalty = read_loyalty_facts(records, connection, application, session, facts.advocate)
        facts = replace(facts, loyalty=loyalty)
    if any(wanted):
        facts = _with_wanted(facts, records, connection, wanted, session, now, moves)
    return facts


def _with_referral(
    facts: Facts, records: Records, connection: Connection, referral: Referral, profile_id: str
) -> Facts:
    campaign_id = referral.campaign_id
    return replace(
        facts,
        referral=referral,
        advocate=records.profile(connection, referral.advocate_profile_integration_id),
        was_referred=bool(profile_id)
        and records.referrals.was_referred(connection, profile_id, campaign_id),
    )


def _with_wanted(
    facts: Facts,
    records: Records,
    connection: Connection,
    wanted: WantedFacts,
    session: CustomerSession,
    now: datetime,
    moves: AudienceMoves,
) -> Facts:
    def memberships(profile: CustomerProfile | None, moves: AudienceMoves) -> Memberships:
        if profile is None or not wanted.audiences:
            return NO_MEMBERSHIPS
        stored = records.audiences.of_profile(connection, profile.integration_id)
        return moves.memberships(stored)

    # Each block awards once a run, and there is a run for each coupon.
    runs = max(1, len(facts.coupons))
    return replace(
        facts,
        audiences=memberships(facts.profile, moves),
        advocate_audiences=memberships(facts.advocate, NO_MOVES),
        giveaways={
            pool_id: records.giveaways.available(connection, pool_id, now, count * runs)
            for pool_id, count in wanted.giveaways.items()
        },
        kept_codes=_kept_codes(records, connection, session.integration_id)
        if wanted.kept_codes
        else {},
    )


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
