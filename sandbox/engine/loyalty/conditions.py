"""Conditions on balances, tiers and cards.

Source: reference/engine/03, section 3.1; reference/engine/08, sections 8.2, 8.4 and 8.7.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sandbox.engine.errors import FAILURES
from sandbox.engine.loyalty.balances import Balances
from sandbox.engine.loyalty.programs import LoyaltyProgram
from sandbox.engine.loyalty.standing import (
    account_in,
    current,
    customer_of,
    find_program,
    tentative,
)
from sandbox.engine.loyalty.transactions import LoyaltyCard
from sandbox.engine.operators import NUMBERS, equals
from sandbox.engine.parts import Leaf, Names, Observed
from sandbox.engine.scope import Scope
from sandbox.numbers import plain
from sandbox.rules.model import CheckLoyaltyBalance, CheckLoyaltyCard, CheckTier
from sandbox.talang.errors import EvaluationError
from sandbox.talang.functions import number, show

_BALANCES: dict[str, Callable[[Balances], Decimal]] = {
    "current": lambda balances: balances.active,
    "tentativeCurrent": lambda balances: balances.active,
    "pending": lambda balances: balances.pending,
    "negative": lambda balances: balances.negative,
}


def check_balance(block: CheckLoyaltyBalance, names: Names) -> Leaf:
    """Compare a balance: what is stored, or, `tentativeCurrent`, with this session's points."""
    program = find_program(names.definition, block.program_id, block.subledger)
    find_account = customer_of(program)
    needed = names.expression(block.value)
    look = tentative if block.balance == "tentativeCurrent" else current
    choose = _BALANCES[block.balance]
    compare = equals if block.operator == "equals" else NUMBERS[block.operator]
    negated = block.negated

    def read(scope: Scope) -> Decimal:
        return plain(choose(look(scope, find_account(scope), block.subledger)))

    def decide(scope: Scope) -> bool:
        return compare(read(scope), number(needed(scope))) is not negated

    def observe(scope: Scope) -> Observed:
        shown = f"not({block.operator})" if negated else block.operator
        name = f"{_ledger_name(program, block.subledger)}.{block.balance}Balance"
        try:
            balance, wanted = read(scope), needed(scope)
        except FAILURES as error:
            return Observed(attribute=name, operator=shown, reason=str(error))
        reason = f"the {block.balance} balance is {show(balance)} points"
        return Observed(name, shown, balance, wanted, reason)

    return Leaf(decide, observe)


def check_tier(block: CheckTier, names: Names) -> Leaf:
    """Tell whether the customer's tier is one of those named; no tier is none of them."""
    program = find_program(names.definition, block.program_id, block.subledger)
    find_account = customer_of(program)
    known = {tier.name for tier in program.tiers}
    for tier in block.tiers:
        if tier not in known:
            raise EvaluationError(f"The loyalty program {program.name} has no tier {tier}")
    tiers, negated = block.tiers, block.negated

    def read(scope: Scope) -> str | None:
        membership = account_in(scope.context, find_account(scope)).membership
        place = membership.tiers.get(block.subledger)
        return place.name if place else None

    def decide(scope: Scope) -> bool:
        return (read(scope) in tiers) is not negated

    def observe(scope: Scope) -> Observed:
        operator = "not(oneOf)" if negated else "oneOf"
        name, wanted = f"{_ledger_name(program, block.subledger)}.Tier", list(tiers)
        try:
            tier = read(scope)
        except EvaluationError as error:
            return Observed(name, operator, needed=wanted, reason=str(error))
        reason = f"the customer's tier is {tier}" if tier else "the customer has no tier"
        return Observed(name, operator, tier, wanted, reason)

    return Leaf(decide, observe)


def _ledger_name(program: LoyaltyProgram, subledger: str) -> str:
    return ".".join(["Loyalty", program.name, *([subledger] if subledger else [])])


def check_card(block: CheckLoyaltyCard, names: Names) -> Leaf:
    """Tell whether the session's card can be used (valid), or belongs to a profile (registered)."""
    registered, negated = block.operator == "registered", block.negated

    def is_right(card: LoyaltyCard) -> bool:
        return bool(card.profiles) if registered else card.status == "active"

    def decide(scope: Scope) -> bool:
        cards = scope.context.facts.loyalty.cards
        return any(is_right(card) for card in cards) is not negated

    def observe(scope: Scope) -> Observed:
        cards = scope.context.facts.loyalty.cards
        operator = f"not({block.operator})" if negated else block.operator
        shown = [card.identifier for card in cards]
        return Observed("Session.LoyaltyCards", operator, shown, reason=_about(cards, registered))

    return Leaf(decide, observe)


def _about(cards: tuple[LoyaltyCard, ...], registered: bool) -> str:
    if not cards:
        return "the session has no loyalty card"
    card = cards[0]
    if registered:
        linked = "linked to a profile" if card.profiles else "not linked to any profile"
        return f"the card {card.identifier} is {linked}"
    return f"the card {card.identifier} is {card.status}"
