"""Conditions in words: “the coupon code is valid”, “the customer has at least 100 points”.

Source: reference/engine/03, section 3.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.rules.model import (
    Block,
    CheckAchievement,
    CheckAnniversary,
    CheckAttribute,
    CheckAudience,
    CheckBudget,
    CheckCoupon,
    CheckEvent,
    CheckLoyaltyBalance,
    CheckLoyaltyCard,
    CheckReferral,
    CheckTier,
    Group,
    OneOperand,
    Passthrough,
    Unsupported,
)
from sandbox.rules.v1.comparisons import as_check
from sandbox.rules.words.attribute_checks import attribute_clause, predicate
from sandbox.rules.words.counts import how_many
from sandbox.rules.words.english import listed, quoted, shown
from sandbox.rules.words.expressions import term
from sandbox.rules.words.formula import as_written, formula
from sandbox.rules.words.glossary import Glossary, Kind, Term
from sandbox.rules.words.groups import all_of, group_clause
from sandbox.rules.words.values import duration, is_no_time

_EVENTS = {
    "sessionCreated": "the session is created",
    "sessionUpdated": "the session is updated",
    "sessionClosed": "the session closes",
    "sessionCancelled": "the session is cancelled",
    "sessionRevoked": "the session is revoked",
    "sessionPartiallyReturned": "a part of the session is returned",
    "sessionReopened": "the session is reopened",
    "profileCreated": "the customer profile is created",
    "profileUpdated": "the customer profile is updated",
}
# Nothing holds of customers who are not known, also no negation (decision E56).
_ACHIEVEMENTS = {
    "justCompleted": "has just completed {}",
    "started": "has started {}",
    "not(started)": "is known and has not started {}",
    "inProgress": "has {} in progress",
    "not(inProgress)": "is known and does not have {} in progress",
    "completed": "has completed {}",
    "not(completed)": "is known and has not completed {}",
}
_AUDIENCES = {
    "member": "is in",
    "not(member)": "is known and not in",
    "justJoined": "has just joined",
    "justLeft": "has just left",
}
_POINTS = {
    "current": ("point", "points"),
    "pending": ("pending point", "pending points"),
    "negative": ("negative point", "negative points"),
    "tentativeCurrent": ("point (this session included)", "points (this session included)"),
}
# What the budget of an action is for. Source: reference/engine/07, section 7.1.
_BUDGETS = {
    "redeemCoupon": "coupon redemptions",
    "redeemReferral": "referral redemptions",
    "setDiscount": "discounts",
    "setDiscountEffect": "the number of discounts",
    "createCoupon": "new coupon codes",
    "createReferral": "new referral codes",
    "createLoyaltyPoints": "loyalty points to give",
    "createLoyaltyPointsEffect": "the number of times that points are given",
    "redeemLoyaltyPoints": "loyalty points to spend",
    "redeemLoyaltyPointsEffect": "the number of times that points are spent",
    "customEffect": "custom effects",
    "callApi": "webhook calls",
    "awardGiveaway": "giveaways",
    "addFreeItemEffect": "free items",
    "reserveCoupon": "coupon reservations",
}


def clause(block: Block, glossary: Glossary) -> str:
    """Return any condition as one clause, without capital and full stop."""
    if isinstance(block, Group):
        return group_clause(block, lambda member: clause(member, glossary))
    tell = _LEAVES.get(type(block))
    return as_written(block) if tell is None else tell(block, glossary)


def program(program_id: int, subledger: str, glossary: Glossary) -> str:
    """Return a loyalty program, or a subledger of it, by name."""
    name = f"the loyalty program {glossary.name_of('loyalty program', program_id)}"
    return f"the subledger {quoted(subledger)} of {name}" if subledger else name


def holder_of_points(program_id: int, glossary: Glossary, *, card: bool = False) -> str:
    """Return who has the points of a loyalty program: the `card`, or the customer."""
    is_card = card or program_id in glossary.vocabulary.card_programs
    return "the session's loyalty card" if is_card else "the customer"


def person(role: str) -> str:
    return "the advocate" if role == "Advocate" else "the customer"


def _coupon(block: CheckCoupon, glossary: Glossary) -> str:
    return _code("coupon", block.redeem)


def _referral(block: CheckReferral, glossary: Glossary) -> str:
    return _code("referral", block.redeem)


def _code(kind: str, redeem: bool) -> str:
    return f"the {kind} code is valid" + ("" if redeem else " (this does not redeem it)")


def _audience(block: CheckAudience, glossary: Glossary) -> str:
    audience = glossary.name_of("audience", block.audience_id, block.audience_name)
    return f"{person(block.profile)} {_AUDIENCES[block.operator]} the audience {audience}"


def _event(block: CheckEvent, glossary: Glossary) -> str:
    event = _EVENTS.get(block.event_type, f"the event {quoted(block.event_type)} happens")
    if not block.matchers:
        return event
    return f"{event} and {all_of(block.matchers, lambda member: clause(member, glossary))}"


def _budget(block: CheckBudget, glossary: Glossary) -> str:
    budget = f"the budget for {_BUDGETS.get(block.action, quoted(block.action))}"
    if block.value is None:
        return f"{budget} has something left"
    kind: Kind = "money" if block.action == "setDiscount" else "number"
    return f"{budget} has at least {term(block.value, glossary, kind).text} left"


def _achievement(block: CheckAchievement, glossary: Glossary) -> str:
    title = glossary.name_of("achievement", block.achievement_id, block.achievement_title)
    said = _ACHIEVEMENTS[block.operator].replace("{}", f"the achievement {title}")
    return f"the customer {said}"


def _balance(block: CheckLoyaltyBalance, glossary: Glossary) -> str:
    nouns = _POINTS[block.balance]
    operand = OneOperand(block.value)
    where = program(block.program_id, block.subledger, glossary)
    holder = holder_of_points(block.program_id, glossary)
    many = how_many(block.operator, block.negated, operand, nouns, glossary, whole=False)
    if many is not None:
        return f"{holder} has {many} in {where}"
    subject = Term(f"the {nouns[1]} of {holder} in {where}", "number", plural=True)
    check = CheckAttribute("", block.operator, block.negated, block.value, operand)
    return f"{subject.text} {predicate(check, subject, glossary)}"


def _tier(block: CheckTier, glossary: Glossary) -> str:
    has = "is known and does not have" if block.negated else "has"
    tiers = listed([shown(tier) for tier in block.tiers], "or") or "of no name"
    where = program(block.program_id, block.subledger, glossary)
    return f"the customer {has} the tier {tiers} in {where}"


def _card(block: CheckLoyaltyCard, glossary: Glossary) -> str:
    state = "valid" if block.operator == "valid" else "linked to a customer"
    return f"the session's loyalty card is {'not ' if block.negated else ''}{state}"


def _anniversary(block: CheckAnniversary, glossary: Glossary) -> str:
    """Say how far away the anniversary may be, seen from the session (decisions F14, S20)."""
    distances = [
        f"{duration(span)} {side}"
        for span, side in ((block.before, "before"), (block.after, "after"))
        if not is_no_time(span)
    ]
    anniversary = f"the anniversary of {term(block.attribute, glossary).text}"
    if not distances:
        is_day = block.before[-1:] not in "smh" and block.after[-1:] not in "smh"
        return f"{anniversary} is {'on the day' if is_day else 'at the time'} of the session"
    return f"{anniversary} is at most {' or '.join(distances)} the session"


def _unsupported(block: Unsupported, glossary: Glossary) -> str:
    return f"{quoted(block.type)} holds (a block that has no meaning here)"


def _passthrough(block: Passthrough, glossary: Glossary) -> str:
    """Say a comparison of computed values, and all else in Talang as a formula."""
    check = as_check(block.expression)
    if check is not None:
        return attribute_clause(check, glossary)
    return f"{formula(block.expression)} is true"


def _attribute(block: CheckAttribute, glossary: Glossary) -> str:
    return attribute_clause(block, glossary)


_LEAVES: dict[type, Callable[[Any, Glossary], str]] = {
    CheckAttribute: _attribute,
    CheckCoupon: _coupon,
    CheckReferral: _referral,
    CheckAudience: _audience,
    CheckEvent: _event,
    CheckBudget: _budget,
    CheckAchievement: _achievement,
    CheckLoyaltyBalance: _balance,
    CheckTier: _tier,
    CheckLoyaltyCard: _card,
    CheckAnniversary: _anniversary,
    Passthrough: _passthrough,
    Unsupported: _unsupported,
}
