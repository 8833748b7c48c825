"""What every effect on points needs: an amount that can be posted, and a transaction for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from sandbox.engine.errors import EffectFailed
from sandbox.engine.loyalty.programs import LoyaltyProgram
from sandbox.engine.loyalty.transactions import AccountKey, Transaction, make_uuid
from sandbox.engine.scope import Place, Scope
from sandbox.numbers import ONE, ZERO, plain, to_number
from sandbox.talang.ast import Value
from sandbox.talang.functions import number, show

# The most that the vendor's API accepts (Management API, schema AddLoyaltyPoints).
MAX_POINTS = Decimal("999999999999.99")

# Ledger key: how many transactions this evaluation has made.
_TRANSACTIONS = "loyalty transactions"


def points_of(value: Value) -> Decimal:
    """Return an amount of points; raises EffectFailed for zero and less (decision F8)."""
    points = plain(number(value))
    if points <= ZERO:
        raise EffectFailed(f"{show(points)} points do not fire", "F8")
    if points > MAX_POINTS:
        raise EffectFailed(f"no ledger holds more than {show(MAX_POINTS)} points", "S63")
    try:
        return to_number(points)
    except ValueError as error:
        raise EffectFailed(str(error)) from None


def new_transaction(
    scope: Scope,
    place: Place,
    program: LoyaltyProgram,
    key: AccountKey,
    subledger: str,
    kind: Literal["addition", "subtraction"],
    points: Decimal,
    name: str,
) -> Transaction:
    """Return a transaction that a rule makes now; its UUID is made of the request's seed."""
    context = scope.context
    context.ledger.add(_TRANSACTIONS, ONE)
    return Transaction(
        transaction_uuid=make_uuid(
            context.request.seed, show(context.ledger.amount(_TRANSACTIONS))
        ),
        program_id=program.id,
        type=kind,
        amount=points,
        created=context.now,
        sub_ledger_id=subledger,
        profile_integration_id="" if program.card_based else key.owner,
        card_identifier=key.owner if program.card_based else "",
        name=name,
        customer_session_id=context.session.integration_id,
        campaign_id=scope.campaign.definition.id,
        ruleset_id=scope.campaign.ruleset_id,
        rule_name=place.rule_name,
    )
