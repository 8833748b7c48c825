"""Deducting points. Source: reference/engine/08, section 8.3; decisions E37, E38, F8, F22."""

from __future__ import annotations

from decimal import Decimal

from sandbox.engine.errors import EffectFailed
from sandbox.engine.loyalty.changes import DeductPoints
from sandbox.engine.loyalty.points import PointsKey
from sandbox.engine.loyalty.posting import new_transaction, points_of
from sandbox.engine.loyalty.standing import customer_of, find_program, tentative
from sandbox.engine.model import Effect, Json
from sandbox.engine.parts import EffectParts
from sandbox.engine.scope import Apply, Scope
from sandbox.numbers import ZERO
from sandbox.rules.effects import DeductLoyaltyPoints
from sandbox.talang.errors import EvaluationError
from sandbox.talang.functions import show


def deduct_points(block: DeductLoyaltyPoints, parts: EffectParts) -> Apply:
    """Take active points, those that this session gives included; never too few of them."""
    program = find_program(parts.names.definition, block.program_id, block.subledger)
    if block.card and not program.card_based:
        raise EvaluationError(f"The loyalty program {program.name} has no cards")
    find_account = customer_of(program)
    name, value = parts.names.text(block.name), parts.names.expression(block.value)
    place, subledger = parts.place, block.subledger

    def apply(scope: Scope, effects: list[Effect]) -> None:
        points = points_of(value(scope))
        key, ledger = find_account(scope), scope.context.ledger
        balance = tentative(scope, key, subledger).active
        if balance < points:
            sentence = f"{show(balance)} active points are fewer than {show(points)}"
            raise EffectFailed(sentence, "E37")
        _spend_budgets(scope, points)
        transaction = new_transaction(
            scope, place, program, key, subledger, "subtraction", points, name(scope)
        )
        ledger.note(DeductPoints(transaction=transaction), at_close=True)
        ledger.add(PointsKey(key, subledger, pending=False), -points)
        props: dict[str, Json] = {
            "ruleTitle": place.rule_name,
            "programId": program.id,
            "subLedgerId": subledger,
            "value": points,
            "transactionUUID": transaction.transaction_uuid,
            "name": transaction.name,
        }
        if transaction.card_identifier:
            props["cardIdentifier"] = transaction.card_identifier
        effects.append(scope.effect(place, "deductLoyaltyPoints", props))

    return apply


def _spend_budgets(scope: Scope, points: Decimal) -> None:
    """Spend the budgets on deductions, of which there are no partial ones; raises EffectFailed."""
    budgets = scope.budgets
    left = budgets.available("redeemLoyaltyPoints")
    if left is not None and left < points:
        raise EffectFailed(
            f"the budget on spending points has {show(max(left, ZERO))} left of {show(points)}"
        )
    budgets.spend_one("redeemLoyaltyPointsEffect", "effects that deduct points")
    budgets.spend("redeemLoyaltyPoints", points)
