"""Effects in Talang: which calls are effects, and what they amount to.

Their arguments stand by position; what the vendor never showed follows the order of the editor's
fields (decision S101). Source: talang.md, section 7; rulebuilder-mapping.md, section 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Literal as OneOf
from typing import TypeAlias

from sandbox.rules.effects import (
    NOTIFICATION_TYPES,
    AddLoyaltyPoints,
    AwardDiscount,
    AwardItem,
    CartTarget,
    DeductLoyaltyPoints,
    EffectBlock,
    ItemsTarget,
    PassthroughEffect,
    ShowNotification,
    TriggerCustomEffect,
    TriggerWebhook,
    UpdateAchievement,
    notification_type,
)
from sandbox.rules.model import Unsupported
from sandbox.rules.v1.functions import fault_of
from sandbox.rules.v1.raw import EFFECTS, unsupported
from sandbox.rules.v1.terms import CART_ITEMS, Lambda, is_value, lambda_of, of_item
from sandbox.talang.ast import Call, Expression, Literal, Path
from sandbox.talang.errors import EvaluationError, TalangError, UnknownFunctionError

_WEBHOOK = re.compile(r"callApi(\d{1,15})")
_NOTHING = Literal("")
Recipient = OneOf["Current", "Advocate", "card"]
_RECIPIENTS: dict[str, Recipient] = {
    "current": "Current",
    "advocate": "Advocate",
    "card": "card",
}


class Arguments:
    """The arguments of one call, taken by position.

    `is_plain` tells whether those taken are such that a block of V2 can hold them as they are.
    Raises EvaluationError for a wrong number of them.
    """

    def __init__(self, call: Call, least: int, most: int) -> None:
        self.is_plain = True
        self.given = call.arguments
        self._name = call.function
        if not least <= len(self.given) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise EvaluationError(f"{call.function} takes {wanted} arguments here")

    def text(self, place: int) -> Expression:
        """Take a text, "" where there is none."""
        if place >= len(self.given):
            return _NOTHING
        return self._taken(self.given[place], is_value(self.given[place]))

    def value(self, place: int) -> Expression:
        """Take what a parameter is given."""
        return self.text(place)

    def amount(self, place: int) -> Expression:
        """Take a number."""
        return self._amount(self.given[place])

    def amount_of_item(self, block: Lambda) -> Expression:
        """Take a number that a block gives for each item."""
        body = of_item(block)
        if body is None:
            raise EvaluationError(f"{self._name} needs a number for each item")
        return self._amount(body)

    def id_of(self, place: int, what: str) -> int:
        """Take the id of an entity, a constant."""
        match self.given[place : place + 1]:
            case (Literal(Decimal() as number),) if number == int(number) > 0:
                return int(number)
        raise EvaluationError(f"{self._name} needs the id of {what} as argument {place + 1}")

    def _amount(self, expression: Expression) -> Expression:
        is_text = isinstance(expression, Literal) and not isinstance(expression.value, Decimal)
        return self._taken(expression, is_value(expression) and not is_text)

    def _taken(self, expression: Expression, is_plain: bool) -> Expression:
        error = fault_of(expression)
        if error is not None:
            raise error
        self.is_plain = self.is_plain and is_plain
        return expression


def lower_effect(expression: Expression, id: str) -> EffectBlock | Unsupported:
    """Return the effect that an expression amounts to."""
    try:
        attempts, quiet, is_plain = _attempts(expression, id)
    except TalangError as error:
        return unsupported(expression, id, error, as_effect=True)
    if is_plain and not quiet and len(attempts) == 1:
        return attempts[0]
    return PassthroughEffect(id, expression, tuple(attempts), quiet)


def _attempts(expression: Expression, id: str) -> tuple[list[EffectBlock], bool, bool]:
    """Return what is tried one after another, whether it ends in nothing, and if all is plain."""
    match expression:
        case Call(function, (fallback, inner)) if function.lower() == "catch":
            attempts, quiet, _ = _attempts(inner, id)
            others, others_quiet, _ = _attempts(fallback, id)
            return (attempts, True, False) if quiet else (attempts + others, others_quiet, False)
        case Call(function, ()) if function.lower() == "noop":
            return [], True, True
        case Literal():
            return [], True, True
        case Call(function):
            make = _EFFECTS.get(function.lower())
            if make is None:
                raise _no_effect(expression)
            block, is_plain = make(expression, id)
            return [block], False, is_plain
    raise EvaluationError("An effect is a call, such as setDiscount")


def _no_effect(call: Call) -> TalangError:
    error = fault_of(call)
    if isinstance(error, UnknownFunctionError):
        return error
    return EvaluationError(f"{call.function} is no effect")


Made: TypeAlias = tuple[EffectBlock, bool]


def _set_discount(call: Call, id: str) -> Made:
    given = Arguments(call, 2, 2)
    block = AwardDiscount(id, given.text(0), given.amount(1), None, CartTarget())
    return block, given.is_plain


def _set_discount_per_item(call: Call, id: str) -> Made:
    """Name, list, and the value as a block or as a number."""
    block = lambda_of(call, 2)
    given = Arguments(call, 3, 3 if block is None else block.place + 1)
    match given.given[1]:
        case Path() as name if name == CART_ITEMS:
            target = ItemsTarget(None, False)
        case Path((selector,)):
            target = ItemsTarget(selector, False)
        case _:
            raise EvaluationError(f"{call.function} takes the name of a cart item filter")
    value = given.amount(2) if block is None else given.amount_of_item(block)
    return AwardDiscount(id, given.text(0), value, None, target), given.is_plain


def _show_notification(call: Call, id: str) -> Made:
    given = Arguments(call, 2, 3)
    match given.given[0]:
        case Literal(str() as name) if notification_type(name) in NOTIFICATION_TYPES:
            kind = notification_type(name)
        case _:
            raise EvaluationError("A notification is of type Info, Offer, Error or Misc")
    return ShowNotification(id, kind, given.text(1), given.text(2)), given.is_plain


def _notification(call: Call, id: str) -> Made:
    """Title, and an object with the body."""
    given = Arguments(call, 1, 2)
    match given.given[1:]:
        case ():
            body = _NOTHING
        case (Literal({"body": str() as text}),):
            body = Literal(text)
        case _:
            raise EvaluationError('notification takes a title and {"body": …}')
    return ShowNotification(id, "Info", given.text(0), body), given.is_plain and is_value(body)


def _add_free_item(call: Call, id: str) -> Made:
    """SKU and name, and how many; three texts are a value, SKU and name, as V1 answers have it."""
    given = Arguments(call, 1, 3)
    three = given.given[2:]
    first = 1 if three and isinstance(three[0], Literal) and isinstance(three[0].value, str) else 0
    quantity = given.amount(2) if three and not first else Literal(Decimal(1))
    sku = given.text(first)
    name = given.text(first + 1) if len(given.given) > 1 else sku
    return AwardItem(id, sku, name, quantity, None), given.is_plain


def _add_points(call: Call, id: str) -> Made:
    """Program, then subledger, recipient and reason as far as given, the amount, name, dates."""
    given = Arguments(call, 2, 8)
    place, subledger, recipient, reason = _before_amount(given)
    rest = given.given[place + 1 :]
    if reason is None:
        reason, rest = given.text(place + 1), rest[1:]
    first_date = len(given.given) - len(rest)
    dates = [given.text(first_date + number) for number in range(len(rest))]
    if len(dates) > 2:
        raise EvaluationError(f"{call.function} takes two dates at most")
    block = AddLoyaltyPoints(
        id,
        reason,
        given.id_of(0, "a loyalty program"),
        subledger,
        given.amount(place),
        None,
        CartTarget(),
        recipient,
        dates[0] if dates else None,
        dates[1] if len(dates) > 1 else None,
        None,
        None,
    )
    return block, given.is_plain


def _deduct_points(call: Call, id: str) -> Made:
    """Program, then subledger and reason as far as given, the amount, and the name."""
    given = Arguments(call, 2, 5)
    place, subledger, recipient, reason = _before_amount(given)
    if len(given.given) > place + 2 or recipient == "Advocate":
        raise EvaluationError(f"{call.function} takes a program, a subledger, an amount and a name")
    block = DeductLoyaltyPoints(
        id,
        given.text(place + 1) if reason is None else reason,
        given.id_of(0, "a loyalty program"),
        subledger,
        given.amount(place),
        recipient == "card",
    )
    return block, given.is_plain


def _before_amount(given: Arguments) -> tuple[int, str, Recipient, Expression | None]:
    """Return the place of the amount, the first argument but the program that is no text.

    And what the texts before it say: the subledger, the recipient, the reason.
    """
    texts: list[str] = []
    for argument in given.given[1:-1]:
        if not isinstance(argument, Literal) or not isinstance(argument.value, str):
            break
        texts.append(argument.value)
    place = len(texts) + 1
    subledger = texts.pop(0) if texts and texts[0].lower() not in _RECIPIENTS else ""
    recipient: Recipient = "Current"
    if texts and texts[0].lower() in _RECIPIENTS:
        recipient = _RECIPIENTS[texts.pop(0).lower()]
    if len(texts) > 1:
        raise EvaluationError("An amount of points is missing")
    return place, subledger, recipient, Literal(texts[0]) if texts else None


def _add_progress(call: Call, id: str) -> Made:
    given = Arguments(call, 2, 2)
    achievement = given.id_of(0, "an achievement")
    return UpdateAchievement(id, achievement, "", given.amount(1)), given.is_plain


def _call_template(call: Call, id: str) -> Made:
    """A webhook, ``callApi189``, or a custom effect by its name; parameters by position."""
    given = Arguments(call, 1, 50)
    match given.given[0]:
        case Literal(str() as name):
            pass
        case _:
            raise EvaluationError("The name of a webhook or custom effect is a text")
    params = tuple(
        (f"param_{place - 1}", given.value(place)) for place in range(1, len(given.given))
    )
    webhook = _WEBHOOK.fullmatch(name)
    if webhook:
        return TriggerWebhook(id, int(webhook[1]), "", params), given.is_plain
    return TriggerCustomEffect(id, 0, name, params, CartTarget()), given.is_plain


_EFFECTS: dict[str, Callable[[Call, str], Made]] = {
    "setdiscount": _set_discount,
    "setdiscountperitem": _set_discount_per_item,
    "shownotification": _show_notification,
    "notification": _notification,
    "addfreeitem": _add_free_item,
    "addloyaltypoints": _add_points,
    "deductloyaltypoints": _deduct_points,
    "redeemloyaltypoints": _deduct_points,
    "addachievementprogress": _add_progress,
    "!": _call_template,
}
assert _EFFECTS.keys() == EFFECTS
