"""Adding points, and the tiers that they lead up to.

Source: reference/engine/04, section 4.3; reference/engine/08, sections 8.3 and 8.4; decisions E40,
F7, F8, F31. Points are stored when the session closes.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import msgspec
from msgspec.structs import replace

from sandbox.engine.errors import EffectFailed
from sandbox.engine.loyalty.changes import AddPoints
from sandbox.engine.loyalty.points import PointsKey
from sandbox.engine.loyalty.posting import new_transaction, points_of
from sandbox.engine.loyalty.programs import LoyaltyProgram, Program
from sandbox.engine.loyalty.standing import (
    FindAccount,
    account_in,
    customer_of,
    find_program,
    program_in,
    tentative,
)
from sandbox.engine.loyalty.terms import Term, compile_term
from sandbox.engine.loyalty.tiers import tier_for_points
from sandbox.engine.loyalty.transactions import AccountKey, Transaction
from sandbox.engine.model import Effect, Json
from sandbox.engine.parts import EffectParts, ReadText
from sandbox.engine.scope import Apply, Place, Scope
from sandbox.numbers import ZERO
from sandbox.rules.effects import AddLoyaltyPoints
from sandbox.talang.compile import Closure
from sandbox.talang.errors import EvaluationError
from sandbox.talang.functions import show


class _Award(msgspec.Struct, frozen=True):
    """One compiled block. `partial` is the Application's where the block has none."""

    place: Place
    program: LoyaltyProgram
    subledger: str
    find_account: FindAccount
    name: ReadText
    value: Closure
    partial: bool
    term: Callable[[Scope, Program], Term]


def add_points(block: AddLoyaltyPoints, parts: EffectParts) -> Apply:
    names = parts.names
    program = find_program(names.definition, block.program_id, block.subledger)
    award = _Award(
        place=parts.place,
        program=program,
        subledger=block.subledger,
        find_account=_recipient(block, program),
        name=names.text(block.name),
        value=names.expression(block.value),
        partial=parts.partial(block.partial),
        term=compile_term(block, names),
    )
    add_for_each = parts.for_each(block.target, partial(_add, award))

    def apply(scope: Scope, effects: list[Effect]) -> None:
        key = award.find_account(scope)
        before = tentative(scope, key, award.subledger).active
        added: list[Effect] = []
        add_for_each(scope, added)
        effects += added
        upgrade = _upgrade(award, scope, key, before)
        if upgrade is not None:
            effects.append(upgrade)

    return apply


def _recipient(block: AddLoyaltyPoints, program: LoyaltyProgram) -> FindAccount:
    """Return what finds whose points these are: in a card-based program always a card's."""
    if block.recipient == "card" and not program.card_based:
        raise EvaluationError(f"The loyalty program {program.name} has no cards")
    if block.recipient != "Advocate":
        return customer_of(program)
    if program.card_based:
        raise EvaluationError(f"Points of the loyalty program {program.name} go to cards only")

    def advocate(scope: Scope) -> AccountKey:
        if scope.advocate is None:
            raise EvaluationError("the session has no referral code with an advocate")
        return AccountKey(program.id, scope.advocate.integration_id)

    return advocate


def _add(award: _Award, scope: Scope, added: list[Effect]) -> None:
    """Add points once: for the cart, or for the unit that the scope is at.

    With partial rewards, units that come after the budget ran out get no effect (decision E19).
    """
    if award.partial and added and _is_used_up(scope):
        if scope.recorder is not None:
            scope.recorder.decision("E19")
        return
    wanted = points_of(award.value(scope))
    points = _granted(scope, wanted, award.partial)
    key, now, ledger = award.find_account(scope), scope.context.now, scope.context.ledger
    term = award.term(scope, program_in(scope, award.program))
    transaction = replace(
        new_transaction(
            scope,
            award.place,
            award.program,
            key,
            award.subledger,
            "addition",
            points,
            award.name(scope),
        ),
        start_date=term.start,
        expiry_date=term.expiry,
        awaits_activation=term.awaits_activation,
        validity_duration=str(term.lasts) if term.lasts else None,
        remaining=points,
    )
    ledger.note(AddPoints(transaction=transaction), at_close=True)
    ledger.add(PointsKey(key, award.subledger, transaction.is_pending(now)), points)
    props = _props(scope, transaction)
    if award.partial:
        props["desiredValue"] = wanted
    added.append(scope.effect(award.place, "addLoyaltyPoints", props))


def _props(scope: Scope, transaction: Transaction) -> dict[str, Json]:
    """Return the effect's props; points on a card are the session's profile's (decision F31)."""
    owner = transaction.profile_integration_id or scope.context.session.profile_id
    props: dict[str, Json] = {
        "name": transaction.name,
        "programId": transaction.program_id,
        "subLedgerId": transaction.sub_ledger_id,
        "value": transaction.amount,
        "recipientIntegrationId": owner,
        "transactionUUID": transaction.transaction_uuid,
    }
    optional: dict[str, Json] = {
        "startDate": transaction.start_date,
        "expiryDate": transaction.expiry_date,
        "cardIdentifier": transaction.card_identifier or None,
        "awaitsActivation": transaction.awaits_activation or None,
        "validityDuration": transaction.validity_duration,
    }
    props |= {name: value for name, value in optional.items() if value is not None}
    return props | scope.address()


def _is_used_up(scope: Scope) -> bool:
    left = map(scope.budgets.available, ("createLoyaltyPoints", "createLoyaltyPointsEffect"))
    return any(amount is not None and amount <= ZERO for amount in left)


def _granted(scope: Scope, wanted: Decimal, partial: bool) -> Decimal:
    """Return how many points the budgets allow, and spend them; raises EffectFailed."""
    budgets = scope.budgets
    granted, name = wanted, "the budget on points"
    if budgets.limits:
        left = budgets.available("createLoyaltyPoints")
        granted = wanted if left is None else min(wanted, left)
        if granted <= ZERO or (granted < wanted and not partial):
            raise EffectFailed(f"{name} has {show(max(granted, ZERO))} left of {show(wanted)}")
        budgets.spend_one("createLoyaltyPointsEffect", "effects that add points")
        budgets.spend("createLoyaltyPoints", granted)
    if scope.recorder is not None:
        scope.recorder.grant(wanted, granted, name if granted < wanted else None)
    return granted


def _upgrade(award: _Award, scope: Scope, key: AccountKey, before: Decimal) -> Effect | None:
    """Return the effect of a tier that the points of this block lead up to, if they do."""
    program = program_in(scope, award.program)
    if not program.tiers or program.settings.card_based:
        return None
    now = scope.context.now
    membership = account_in(scope.context, key).membership
    joined = membership.joined
    if joined is None and program.settings.program_join_policy != "not_join":
        joined = now
    place = membership.tiers.get(award.subledger)
    old = tier_for_points(program, place, joined, before, now)
    after = tentative(scope, key, award.subledger).active
    new = tier_for_points(program, old, joined, after, now)
    if new is None or program.rank(new.name) <= (program.rank(old.name) if old else -1):
        return None
    props: dict[str, Json] = {
        "ruleTitle": award.place.rule_name,
        "programId": program.settings.id,
        "subLedgerId": award.subledger,
        "newTierName": new.name,
    }
    if old is not None:
        props["previousTierName"] = old.name
    if new.expiry_date is not None:
        props["expiryDate"] = new.expiry_date
    return scope.effect(award.place, "changeLoyaltyTierLevel", props)
