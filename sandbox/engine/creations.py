"""Compile the blocks that create coupon and referral codes, and the one that reserves a coupon.

What they do is stored whenever their rule fires, also in open sessions, and never taken back.
Source: reference/engine/07, section 7.3; reference/api/04-coupons.md, section 4.7; decisions E14,
A65, A67, S42 to S46, S51.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from sandbox.engine.changes import AddCoupon, AddReferral, Creation, ReserveCode
from sandbox.engine.codes import normal_code
from sandbox.engine.definitions import Campaign, CodeSettings
from sandbox.engine.errors import EffectFailed
from sandbox.engine.model import Attributes, Coupon, Effect, Referral
from sandbox.engine.operators import to_json
from sandbox.engine.parts import EffectParts
from sandbox.engine.scope import Apply, Place, Scope
from sandbox.engine.times import to_time
from sandbox.numbers import ZERO, plain, to_number
from sandbox.rules.effects import CreateCoupon, CreateReferral, NewCode, ReserveCoupon
from sandbox.talang.compile import Closure
from sandbox.talang.functions import number, show

_ONE = Decimal(1)
_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# Where neither the block nor its campaign has a pattern (decision S42).
_PATTERN = "########"
# Where the block has no usage limit (decision S43).
_USAGE_LIMIT = 1
_MOST_USES = 999_999
_MOST_VALUE = Decimal(10) ** 15
_MOST_CHARACTERS = 100
# How often a code is drawn anew before the pattern counts as used up (decision S44).
_MOST_DRAWS = 1_000


def create_coupon(block: CreateCoupon, parts: EffectParts) -> Apply:
    """Create a coupon: one `couponCreated`, or the same one again that the session keeps."""
    maker = _maker("coupon", block.id, block.code, parts)
    recipient = parts.names.text(block.recipient_id)
    discount_limit = parts.names.optional(block.discount_limit)
    place = parts.place

    def make(scope: Scope) -> Coupon:
        campaign = maker.campaign(scope)
        scope.budgets.spend_one("createCoupon", "created coupons")
        return Coupon(
            id=0,
            created=scope.context.now,
            campaign_id=campaign.id,
            value=maker.draw(campaign.coupon_settings, scope),
            usage_limit=maker.uses(scope),
            usage_counter=0,
            discount_limit=_value(discount_limit, scope),
            start_date=maker.date(maker.start_date, scope),
            expiry_date=maker.date(maker.expiry_date, scope),
            attributes=maker.values(scope),
            recipient_integration_id=recipient(scope) or None,
        )

    def apply(scope: Scope, effects: list[Effect]) -> None:
        creation = maker.creation(scope)
        coupon = scope.context.facts.kept_codes.get(creation) if creation else None
        if not isinstance(coupon, Coupon):
            coupon = make(scope)
            scope.context.ledger.note(AddCoupon(coupon=coupon, kept_as=creation), at_close=False)
        props = {"value": coupon.value, "profileId": coupon.recipient_integration_id or ""}
        effects.append(scope.effect(place, "couponCreated", props))

    return apply


def create_referral(block: CreateReferral, parts: EffectParts) -> Apply:
    """Create a referral for the session's profile: one `referralCreated`, as for coupons."""
    maker = _maker("referral", block.id, block.code, parts)
    friend = parts.names.text(block.friend_id)
    place = parts.place

    def make(scope: Scope) -> Referral:
        advocate_id = scope.context.session.profile_id
        if not advocate_id:
            raise EffectFailed("a referral needs an advocate, and the session is anonymous")
        campaign = maker.campaign(scope)
        scope.budgets.spend_one("createReferral", "created referrals")
        return Referral(
            id=0,
            created=scope.context.now,
            campaign_id=campaign.id,
            code=maker.draw(campaign.referral_settings, scope),
            advocate_profile_integration_id=advocate_id,
            usage_limit=maker.uses(scope),
            usage_counter=0,
            friend_profile_integration_id=friend(scope) or None,
            start_date=maker.date(maker.start_date, scope),
            expiry_date=maker.date(maker.expiry_date, scope),
            attributes=maker.values(scope),
        )

    def apply(scope: Scope, effects: list[Effect]) -> None:
        creation = maker.creation(scope)
        referral = scope.context.facts.kept_codes.get(creation) if creation else None
        if not isinstance(referral, Referral):
            referral = make(scope)
            change = AddReferral(referral=referral, kept_as=creation)
            scope.context.ledger.note(change, at_close=False)
        effects.append(scope.effect(place, "referralCreated", {"value": referral.code}))

    return apply


def reserve_coupon(block: ReserveCoupon, parts: EffectParts) -> Apply:
    """Reserve the coupon of this run for the session's profile: one `reserveCoupon`."""
    place = parts.place

    def apply(scope: Scope, effects: list[Effect]) -> None:
        coupon, profile_id = scope.coupon, scope.context.session.profile_id
        if coupon is None:
            raise EffectFailed("there is no coupon of this campaign to reserve")
        if not profile_id:
            raise EffectFailed("a coupon is reserved for a customer, and the session is anonymous")
        ledger, reserved = scope.context.ledger, ("reserved", coupon.value)
        is_new = coupon.value not in scope.context.facts.reserved_codes and not ledger.amount(
            reserved
        )
        if is_new:
            _check_reservable(coupon)
            scope.budgets.spend_one("reserveCoupon", "reservations")
            ledger.add(reserved, _ONE)
            ledger.note(ReserveCode(code=coupon.value, profile_id=profile_id), at_close=False)
        props = {
            "couponValue": coupon.value,
            "profileIntegrationId": profile_id,
            "isNewReservation": is_new,
        }
        effects.append(scope.effect(place, "reserveCoupon", props))

    return apply


def _value(read: Closure | None, scope: Scope) -> Decimal | None:
    """Return the value budget of a new coupon."""
    if read is None:
        return None
    value = plain(number(read(scope)))
    try:
        to_number(value)
    except ValueError as error:
        raise EffectFailed(str(error)) from None
    if not ZERO <= value <= _MOST_VALUE:
        raise EffectFailed(f"a coupon cannot be worth {show(value)}")
    return value


def _check_reservable(coupon: Coupon) -> None:
    if coupon.recipient_integration_id or not coupon.reservation:
        raise EffectFailed(f"the coupon {coupon.value} is a personal one", "A65")
    if coupon.reservation_limit and (coupon.reservation_counter or 0) >= coupon.reservation_limit:
        raise EffectFailed(f"the coupon {coupon.value} may not be reserved more often")


def draw_code(pattern: str, characters: str, random: Random) -> str:
    """Return a pattern with each ``#`` replaced by one of `characters`."""
    return "".join([random.choice(characters) if c == "#" else c for c in pattern])


class _Maker(msgspec.Struct, frozen=True):
    """The settings that both kinds of codes have, compiled."""

    kind: Literal["coupon", "referral"]
    block_id: str
    code: NewCode
    place: Place
    campaign_id: Closure
    usage_limit: Closure | None
    start_date: Closure | None
    expiry_date: Closure | None
    attributes: list[tuple[str, Closure]]
    zone: ZoneInfo

    def creation(self, scope: Scope) -> Creation | None:
        """Return what the session knows the code by; None if it keeps no code of this block."""
        if not self.code.store_in_session:
            return None
        creation = Creation(
            self.kind,
            scope.campaign.definition.id,
            scope.campaign.ruleset_id,
            self.place.rule_index,
            self.block_id,
            scope.coupon.value if scope.coupon else "",
        )
        ledger, made = scope.context.ledger, ("made", creation)
        creation = creation._replace(number=int(ledger.amount(made)))
        ledger.add(made, _ONE)
        return creation

    def campaign(self, scope: Scope) -> Campaign:
        """Return the campaign that the code is for."""
        wanted = number(self.campaign_id(scope))
        for campaign in scope.context.application.definition.campaigns:
            if campaign.id == wanted:
                return campaign
        raise EffectFailed(f"there is no campaign {show(wanted)} to create a code for")

    def uses(self, scope: Scope) -> int:
        if self.usage_limit is None:
            return _USAGE_LIMIT
        limit = number(self.usage_limit(scope))
        if not ZERO <= limit <= _MOST_USES or limit != int(limit):
            raise EffectFailed(f"{show(limit)} is no usage limit of a code")
        return int(limit)

    def date(self, read: Closure | None, scope: Scope) -> datetime | None:
        return None if read is None else to_time(read(scope), self.zone)

    def values(self, scope: Scope) -> Attributes:
        return {name: to_json(read(scope)) for name, read in self.attributes}

    def draw(self, settings: CodeSettings | None, scope: Scope) -> str:
        """Return a code that is new; what the block does not say is its campaign's `settings`."""
        settings = settings or CodeSettings()
        pattern = self.code.pattern or settings.coupon_pattern or _PATTERN
        characters = (
            self.code.valid_characters or "".join(settings.valid_characters) or _LETTERS_AND_DIGITS
        )
        if len(pattern) > _MOST_CHARACTERS:
            raise EffectFailed(f"a code has at most {_MOST_CHARACTERS} characters")
        context = scope.context
        case = context.application.settings.case_sensitivity
        for _ in range(_MOST_DRAWS if "#" in pattern else 1):
            code = normal_code(draw_code(pattern, characters, context.random), case)
            drawn = (self.kind, code)
            if drawn not in context.facts.taken_codes and not context.ledger.amount(drawn):
                context.ledger.add(drawn, _ONE)
                return code
        raise EffectFailed(f"hardly a code of the pattern {pattern} is left", "S44")


def _maker(
    kind: Literal["coupon", "referral"], block_id: str, code: NewCode, parts: EffectParts
) -> _Maker:
    names = parts.names
    return _Maker(
        kind=kind,
        block_id=block_id,
        code=code,
        place=parts.place,
        campaign_id=names.expression(code.campaign_id),
        usage_limit=names.optional(code.usage_limit),
        start_date=names.optional(code.start_date),
        expiry_date=names.optional(code.expiry_date),
        attributes=[(name, names.expression(value)) for name, value in code.attributes],
        zone=names.zone,
    )
