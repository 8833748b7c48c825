"""Effects in words: “give the customer 10 points in the loyalty program “Stars””.

Source: reference/engine/04-effects.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from sandbox.rules.effects import (
    AddLoyaltyPoints,
    AwardDiscount,
    AwardGiveaway,
    AwardItem,
    CreateCoupon,
    CreateReferral,
    DeductLoyaltyPoints,
    ExtendPointsExpiry,
    NewCode,
    PassthroughEffect,
    ReserveCoupon,
    SetPointsExpiry,
    ShowNotification,
    TriggerCustomEffect,
    TriggerWebhook,
    UpdateAchievement,
    UpdateAttribute,
    UpdateAudience,
)
from sandbox.rules.model import Block
from sandbox.rules.words.conditions import holder_of_points, person, program
from sandbox.rules.words.constants import constant_of, number_of
from sandbox.rules.words.discounts import discount_clause
from sandbox.rules.words.english import quoted
from sandbox.rules.words.expressions import term, text
from sandbox.rules.words.formula import as_written
from sandbox.rules.words.glossary import Glossary, Kind
from sandbox.rules.words.names import attribute_title, kind_of_type
from sandbox.rules.words.targets import each_in, for_each
from sandbox.rules.words.values import duration, is_duration, is_id
from sandbox.talang.ast import Expression, Literal, Path

_Named = Iterable[tuple[str, Expression]]


class Told(NamedTuple):
    """An effect's clause, and what a headline leaves out."""

    clause: str
    details: tuple[str, ...] = ()


def tell_effect(block: Block, glossary: Glossary) -> Told:
    """Return what an effect does; one without words as it is written."""
    tell = _EFFECTS.get(type(block))
    return Told(as_written(block)) if tell is None else tell(block, glossary)


def _partial(partial: bool | None, glossary: Glossary) -> tuple[str, ...]:
    """Say what a tight budget does, where it is not what the Application's setting says."""
    if partial is None or partial is glossary.vocabulary.partial_rewards:
        return ()
    return ("as far as the budget allows",) if partial else ("in full or not at all",)


def _discount(block: AwardDiscount, glossary: Glossary) -> Told:
    clause, free = discount_clause(block, glossary)
    details = (text(block.name, glossary), *_partial(block.partial, glossary))
    return Told(clause, ("free", *details) if free else details)


def _item(block: AwardItem, glossary: Glossary) -> Told:
    quantity, name = number_of(block.quantity), text(block.name, glossary)
    if quantity is None:
        many = term(block.quantity, glossary, "number").text
        clause = f"add as many free units of {name} as {many}"
    else:
        units = "free unit" if quantity == 1 else "free units"
        clause = f"add {term(block.quantity, glossary, 'number').text} {units} of {name}"
    details = (f"SKU {text(block.sku, glossary)}", *_partial(block.partial, glossary))
    return Told(clause, details)


def _notification(block: ShowNotification, glossary: Glossary) -> Told:
    body = text(block.body, glossary)
    shown = () if constant_of(block.body) == "" else (f"text {body}",)
    details = (*shown, f"type {block.notification_type}")
    return Told(f"show the notification {text(block.title, glossary)}", details)


def _params(params: _Named, glossary: Glossary) -> tuple[str, ...]:
    """Return parameters as details: “days = 14”, “order_id = “42””."""
    return tuple(f"{name} = {_value(value, glossary)}" for name, value in params)


def _value(value: Expression, glossary: Glossary, kind: Kind = "unknown") -> str:
    """Return a value as it is handed on: texts are always quoted."""
    found = constant_of(value)
    if isinstance(found, str) and kind != "time":
        return quoted(found)
    return term(value, glossary, kind).text


def _custom_effect(block: TriggerCustomEffect, glossary: Glossary) -> Told:
    place = for_each(block.target, glossary)
    name = glossary.name_of("custom effect", block.effect_id, block.effect_name)
    params = _params(block.params, glossary.of_each_item() if place else glossary)
    return Told(f"fire the custom effect {name}{place}", params)


def _webhook(block: TriggerWebhook, glossary: Glossary) -> Told:
    name = glossary.name_of("webhook", block.webhook_id, block.webhook_title)
    return Told(f"call the webhook {name}", _params(block.params, glossary))


def _giveaway(block: AwardGiveaway, glossary: Glossary) -> Told:
    pool = glossary.name_of("giveaway pool", block.pool_id, block.pool_name)
    return Told(f"give {person(block.profile)} a code from the giveaway pool {pool}")


def _coupon(block: CreateCoupon, glossary: Glossary) -> Told:
    limit = block.discount_limit
    worth = () if limit is None else (f"discount limit {term(limit, glossary, 'money').text}",)
    recipient = _recipient(block.recipient_id, "for anyone", glossary)
    clause = f"create a coupon code of {_campaign(block.code, glossary)} {recipient}"
    return Told(clause, (*worth, *_code(block.code, glossary)))


def _referral(block: CreateReferral, glossary: Glossary) -> Told:
    friend = _recipient(block.friend_id, "that any friend may use", glossary)
    clause = f"create a referral code of {_campaign(block.code, glossary)} {friend}"
    return Told(clause, _code(block.code, glossary))


def _campaign(code: NewCode, glossary: Glossary) -> str:
    if code.campaign_id == Path(("Campaign", "Id")):
        return "this campaign"
    match code.campaign_id:
        case Literal(Decimal() as number) if is_id(number):
            return f"the campaign {glossary.name_of('campaign', int(number))}"
    return f"the campaign whose ID is {term(code.campaign_id, glossary).text}"


def _recipient(recipient: Expression, anyone: str, glossary: Glossary) -> str:
    if constant_of(recipient) == "":
        return anyone
    match recipient:
        case Path(("Profile", "IntegrationId")):
            return "for the customer"
        case Path(("AdvocateProfile" | "Advocate", "IntegrationId")):
            return "for the advocate"
    return f"for {_value(recipient, glossary)}"


def _code(code: NewCode, glossary: Glossary) -> tuple[str, ...]:
    """Return the settings of a new code as details."""
    details = ["one per session" if code.store_in_session else "a new one each time"]
    if code.usage_limit is not None:
        details.append(f"usage limit {term(code.usage_limit, glossary, 'number').text}")
    if code.start_date is not None:
        details.append(f"valid from {_date(code.start_date, glossary)}")
    if code.expiry_date is not None:
        details.append(f"valid until {_date(code.expiry_date, glossary)}")
    details += _params(code.attributes, glossary)
    if code.pattern is not None:
        details.append(f"pattern {quoted(code.pattern)}")
    if code.valid_characters is not None:
        details.append(f"characters {quoted(code.valid_characters)}")
    return tuple(details)


def _date(value: Expression, glossary: Glossary) -> str:
    """Return a point in time, which may also be a duration from now on."""
    found = constant_of(value)
    if isinstance(found, str) and is_duration(found):
        return f"{duration(found)} from now"
    return term(value, glossary, "time").text


def _reserve(block: ReserveCoupon, glossary: Glossary) -> Told:
    return Told("reserve the coupon code for the customer")


_OWNERS = {
    "session": "the session's",
    "profile": "the customer's",
    "advocateProfile": "the advocate's",
    "coupon": "the coupon's",
    "referral": "the referral's",
}


def _update_attribute(block: UpdateAttribute, glossary: Glossary) -> Told:
    title = attribute_title(block.entity, block.name, glossary)
    if block.target in _OWNERS:
        what = f"{_OWNERS[block.target]} {title}"
    else:
        glossary = glossary.of_each_item()
        selector = block.target_name
        what = f"{title} of {'every item' if selector is None else each_in(selector, glossary)}"
        what = f"the {what}"
    return Told(_change(block, what, glossary))


def _change(block: UpdateAttribute, what: str, glossary: Glossary) -> str:
    if block.operator == "toggle" or block.value is None:
        return f"switch {what} (true to false, false to true)"
    kind = kind_of_type(block.type)
    value = _value(block.value, glossary, kind if block.operator == "setTo" else "number")
    match block.operator:
        case "setTo":
            return f"set {what} to {value}"
        case "increaseBy":
            return f"increase {what} by {value}"
        case "decreaseBy":
            return f"decrease {what} by {value}"
        case "multiplyBy":
            return f"multiply {what} by {value}"
        case "divideBy":
            return f"divide {what} by {value}"
    found = constant_of(block.value)
    span = duration(found) if isinstance(found, str) else value
    return f"move {what} {span} {'later' if block.operator == 'laterBy' else 'earlier'}"


def _update_audience(block: UpdateAudience, glossary: Glossary) -> Told:
    name = glossary.name_of("audience", block.audience_id, block.audience_name)
    if block.add:
        return Told(f"add {person(block.profile)} to the audience {name}")
    return Told(f"remove {person(block.profile)} from the audience {name}")


def _update_achievement(block: UpdateAchievement, glossary: Glossary) -> Told:
    name = glossary.name_of("achievement", block.achievement_id, block.achievement_name)
    value = term(block.value, glossary, "number").text
    return Told(f"add {value} to the customer's progress in the achievement {name}")


def _points(value: Expression, glossary: Glossary) -> str:
    amount = number_of(value)
    words = term(value, glossary, "number")
    if amount is None:
        is_list = words.shape == "compound" and "," in words.text
        return f"{words.text}{',' if is_list else ''} as points"
    return f"{words.text} {'point' if amount == 1 else 'points'}"


def _add_points(block: AddLoyaltyPoints, glossary: Glossary) -> Told:
    place = for_each(block.target, glossary)
    points = _points(block.value, glossary.of_each_item() if place else glossary)
    to = holder_of_points(block.program_id, glossary, card=block.recipient == "card")
    if block.recipient == "Advocate":
        to = "the advocate"
    where = program(block.program_id, block.subledger, glossary)
    clause = (
        f"for{place.removeprefix(' for')}, give {to} {points} in {where}"
        if "its " in points
        else f"give {to} {points} in {where}{place}"
    )
    details = [text(block.name, glossary), *_partial(block.partial, glossary)]
    if block.start_date is not None:
        details.append(f"valid from {_date(block.start_date, glossary)}")
    if block.expiry_date is not None:
        details.append(f"valid until {_date(block.expiry_date, glossary)}")
    if block.pending_duration:
        details.append(_term_of_points("pending", block.pending_duration))
    if block.validity_duration:
        details.append(_term_of_points("valid", block.validity_duration))
    return Told(clause, tuple(details))


def _term_of_points(what: str, span: str) -> str:
    """Return “pending for 14 days”, or what a program's own word means (reference/engine/08)."""
    words = {
        "immediate": "active at once",
        "on_action": "pending until they are activated",
        "unlimited": "valid without end",
    }
    return words.get(span) or f"{what} for {duration(span)}"


def _deduct_points(block: DeductLoyaltyPoints, glossary: Glossary) -> Told:
    whose = holder_of_points(block.program_id, glossary, card=block.card)
    where = program(block.program_id, block.subledger, glossary)
    clause = f"deduct {_points(block.value, glossary)} from {whose} in {where}"
    return Told(clause, (text(block.name, glossary),))


def _extend_expiry(block: ExtendPointsExpiry, glossary: Glossary) -> Told:
    where = program(block.program_id, block.subledger, glossary)
    points = f"the points of {holder_of_points(block.program_id, glossary)} in {where}"
    return Told(f"let {points} expire {duration(block.duration)} later")


def _set_expiry(block: SetPointsExpiry, glossary: Glossary) -> Told:
    where = program(block.program_id, block.subledger, glossary)
    date = _date(block.expiry_date, glossary)
    points = f"the points of {holder_of_points(block.program_id, glossary)} in {where}"
    return Told(f"let {points} expire on {date}")


def _with_details(told: Told) -> str:
    return f"{told.clause} ({'; '.join(told.details)})" if told.details else told.clause


def _talang(block: PassthroughEffect, glossary: Glossary) -> Told:
    """Say what is tried first, and what when that cannot be given."""
    if not block.attempts:
        return Told("do nothing")
    first, *others = [tell_effect(attempt, glossary) for attempt in block.attempts]
    instead = [f"if it cannot be given: {_with_details(told)}" for told in others]
    if block.quiet:
        instead.append("if it cannot be given: nothing")
    return Told(first.clause, (*first.details, *instead))


_EFFECTS: dict[type, Callable[[Any, Glossary], Told]] = {
    AwardDiscount: _discount,
    AwardItem: _item,
    ShowNotification: _notification,
    TriggerCustomEffect: _custom_effect,
    TriggerWebhook: _webhook,
    AwardGiveaway: _giveaway,
    CreateCoupon: _coupon,
    CreateReferral: _referral,
    ReserveCoupon: _reserve,
    UpdateAttribute: _update_attribute,
    UpdateAudience: _update_audience,
    UpdateAchievement: _update_achievement,
    AddLoyaltyPoints: _add_points,
    DeductLoyaltyPoints: _deduct_points,
    ExtendPointsExpiry: _extend_expiry,
    SetPointsExpiry: _set_expiry,
    PassthroughEffect: _talang,
}
