"""What an answer may show of the entities that its session or its effects name."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from sandbox.engine.changes import AddCoupon, AddReferral, Change
from sandbox.engine.codes import normal_code
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.definitions import Audience
from sandbox.engine.model import Coupon, CustomerSession, Effect, Giveaway, Referral
from sandbox.workspace.records import Records


class Mentioned(msgspec.Struct, frozen=True):
    """Entities as they are after the update.

    `referral` is that of the session's code, with the `referred_customers` who have redeemed it.
    `audiences` are those of its profile, in the order of the bundle. What was created or awarded
    stands in the order of the effects.
    """

    referral: Referral | None = None
    referred_customers: Sequence[str] = ()
    created_coupons: Sequence[Coupon] = ()
    created_referrals: Sequence[Referral] = ()
    giveaways: Sequence[Giveaway] = ()
    audiences: Sequence[Audience] = ()


NOTHING_MENTIONED = Mentioned()


def read_mentioned(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    session: CustomerSession,
    effects: Sequence[Effect],
    changes: Sequence[Change],
) -> Mentioned:
    """Return what an update with these effects mentions; what a dry one makes is in `changes`."""
    wanted = application.wanted
    makes_something = wanted.created_codes or wanted.giveaways
    if not (session.referral_code or makes_something or application.definition.audiences):
        return NOTHING_MENTIONED
    referral = session_referral(records, connection, application, session)
    made = {effect.effect_type for effect in effects}
    return Mentioned(
        referral=referral,
        referred_customers=records.referrals.referred_by(connection, referral.code)
        if referral
        else (),
        created_coupons=_created_coupons(records, connection, effects, changes)
        if "couponCreated" in made
        else (),
        created_referrals=_created_referrals(records, connection, effects, changes)
        if "referralCreated" in made
        else (),
        giveaways=_giveaways(records, connection, effects) if "awardGiveaway" in made else (),
        audiences=audiences_of(records, connection, application, session.profile_id),
    )


def session_referral(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    session: CustomerSession,
) -> Referral | None:
    """Return the referral that the session's code means."""
    if not session.referral_code:
        return None
    code = normal_code(session.referral_code, application.settings.case_sensitivity)
    return records.referrals.get(connection, code)


def audiences_of(
    records: Records, connection: Connection, application: CompiledApplication, profile_id: str
) -> list[Audience]:
    """Return the audiences that a profile belongs to, "" to none."""
    known = application.definition.audiences
    if not known or not profile_id:
        return []
    memberships = records.audiences.of_profile(connection, profile_id)
    return [audience for audience in known if audience.id in memberships]


def _created_coupons(
    records: Records,
    connection: Connection,
    effects: Sequence[Effect],
    changes: Sequence[Change],
) -> list[Coupon]:
    new = {c.coupon.value: c.coupon for c in changes if isinstance(c, AddCoupon)}
    codes = _values(effects, "couponCreated")
    coupons = (records.coupon(connection, code) or new.get(code) for code in codes)
    return [coupon for coupon in coupons if coupon is not None]


def _created_referrals(
    records: Records,
    connection: Connection,
    effects: Sequence[Effect],
    changes: Sequence[Change],
) -> list[Referral]:
    new = {c.referral.code: c.referral for c in changes if isinstance(c, AddReferral)}
    codes = _values(effects, "referralCreated")
    referrals = (records.referrals.get(connection, code) or new.get(code) for code in codes)
    return [referral for referral in referrals if referral is not None]


def _giveaways(
    records: Records, connection: Connection, effects: Sequence[Effect]
) -> list[Giveaway]:
    awarded = [effect.props for effect in effects if effect.effect_type == "awardGiveaway"]
    giveaways = (
        records.giveaways.get(connection, p["poolId"], p["code"], p["giveawayId"]) for p in awarded
    )
    return [giveaway for giveaway in giveaways if giveaway is not None]


def _values(effects: Sequence[Effect], effect_type: str) -> list[str]:
    return [effect.props["value"] for effect in effects if effect.effect_type == effect_type]
