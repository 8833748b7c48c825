"""How customers stand in loyalty programs during an evaluation.

The accounts of the facts never change; what this evaluation gives and takes is kept in its ledger,
and makes the tentative balances. Source: reference/engine/08, section 8.2; decisions E38, E40, F22.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sandbox.engine.definitions import Definition
from sandbox.engine.loyalty.accounts import balances_of, settle
from sandbox.engine.loyalty.balances import Balances
from sandbox.engine.loyalty.points import PointsKey, with_points
from sandbox.engine.loyalty.programs import LoyaltyProgram, Program
from sandbox.engine.loyalty.transactions import Account, AccountKey, LoyaltyCard
from sandbox.engine.scope import Context, Scope
from sandbox.talang.errors import EvaluationError

# Return whose account a block means; raises EvaluationError when there is nobody.
FindAccount: TypeAlias = Callable[[Scope], AccountKey]


def find_program(definition: Definition, program_id: int, subledger: str = "") -> LoyaltyProgram:
    """Return the program that a block names; raises EvaluationError when it cannot mean one."""
    for program in definition.loyalty_programs:
        if program.id == program_id:
            if subledger and not program.allow_subledger:
                raise EvaluationError(
                    f"The loyalty program {program.name} has no subledgers, so not {subledger}"
                )
            return program
    raise EvaluationError(f"There is no loyalty program {program_id}")


def program_in(scope: Scope, settings: LoyaltyProgram) -> Program:
    return scope.context.application.programs[settings.id]


def customer_of(settings: LoyaltyProgram) -> FindAccount:
    """Return what finds the session's own account: its profile's, or that of its card (S68)."""

    def of_profile(scope: Scope) -> AccountKey:
        profile_id = scope.context.session.profile_id
        if not profile_id:
            raise EvaluationError("the session has no customer profile")
        return AccountKey(settings.id, profile_id)

    def of_card(scope: Scope) -> AccountKey:
        card = card_in(scope.context, settings.id)
        if card is None:
            raise EvaluationError(f"the session has no card of the loyalty program {settings.name}")
        if card.status != "active":
            raise EvaluationError(f"the card {card.identifier} is {card.status}")
        return AccountKey(settings.id, card.identifier)

    return of_card if settings.card_based else of_profile


def card_in(context: Context, program_id: int) -> LoyaltyCard | None:
    """Return the session's card of a program."""
    cards = context.facts.loyalty.cards
    return next((card for card in cards if card.program_id == program_id), None)


def account_in(context: Context, key: AccountKey) -> Account:
    """Return an account as it is now; one that nobody has heard of is empty."""
    account = context.accounts.get(key)
    if account is None:
        stored = context.facts.loyalty.accounts.get(key, Account())
        account = settle(context.application.programs[key.program_id], stored, context.now)
        context.accounts[key] = account
    return account


def current(scope: Scope, key: AccountKey, subledger: str) -> Balances:
    """Return the balances that are stored."""
    context = scope.context
    balances = context.balances.get((key, subledger))
    if balances is None:
        balances = balances_of(account_in(context, key), subledger, context.now)
        context.balances[key, subledger] = balances
    return balances


def tentative(scope: Scope, key: AccountKey, subledger: str) -> Balances:
    """Return the balances with what this evaluation has given and taken so far."""
    ledger = scope.context.ledger
    return with_points(
        current(scope, key, subledger),
        ledger.amount(PointsKey(key, subledger, pending=False)),
        ledger.amount(PointsKey(key, subledger, pending=True)),
    )
