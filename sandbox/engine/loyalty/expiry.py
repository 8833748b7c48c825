"""Extending and setting expiry dates of points that are stored.

Points of the same session are left out (decision S62). Source: reference/engine/04, section 4.3.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sandbox.engine.durations import move
from sandbox.engine.errors import EffectFailed
from sandbox.engine.loyalty.changes import MoveExpiry, NewExpiry
from sandbox.engine.loyalty.standing import account_in, customer_of, find_program
from sandbox.engine.loyalty.terms import read_duration, read_time
from sandbox.engine.loyalty.transactions import Transaction
from sandbox.engine.model import Effect, Json, json_fields
from sandbox.engine.parts import EffectParts
from sandbox.engine.scope import Apply, Scope
from sandbox.rules.effects import ExtendPointsExpiry, SetPointsExpiry

# Return an addition's new expiry date, or None to leave it alone.
NewDate = Callable[[Transaction], datetime | None]


def extend_expiry(block: ExtendPointsExpiry, parts: EffectParts) -> Apply:
    """Extend the expiry of active and pending points that have one."""
    duration = read_duration(block.duration)
    move_all = _mover(block, parts, "extendLoyaltyPointsExpiryDate")

    def apply(scope: Scope, effects: list[Effect]) -> None:
        zone = scope.context.application.programs[block.program_id].zone

        def extended(addition: Transaction) -> datetime | None:
            expiry = addition.expiry_date
            return None if expiry is None else move(expiry, duration, zone)

        try:
            effects.append(move_all(scope, extended, {"extensionDuration": block.duration}))
        except ValueError as error:
            raise EffectFailed(str(error)) from None

    return apply


def set_expiry(block: SetPointsExpiry, parts: EffectParts) -> Apply:
    """Set one expiry date on all active and pending points, the unlimited ones included."""
    read = read_time(block.expiry_date, parts.names)
    move_all = _mover(block, parts, "setLoyaltyPointsExpiryDate")

    def apply(scope: Scope, effects: list[Effect]) -> None:
        expiry = read(scope)
        effects.append(move_all(scope, lambda addition: expiry, {"newExpiryDate": expiry}))

    return apply


def _mover(
    block: ExtendPointsExpiry | SetPointsExpiry, parts: EffectParts, effect_type: str
) -> Callable[[Scope, NewDate, dict[str, Json]], Effect]:
    """Return what moves the dates of a ledger, and gives the effect that says so."""
    program = find_program(parts.names.definition, block.program_id, block.subledger)
    find_account, subledger, place = customer_of(program), block.subledger, parts.place

    def move_all(scope: Scope, new_date: NewDate, own: dict[str, Json]) -> Effect:
        context = scope.context
        key = find_account(scope)
        moved = [
            NewExpiry(
                transaction_uuid=addition.transaction_uuid,
                new_expiry_date=date,
                previous_expiry_date=addition.expiry_date,
            )
            for addition in account_in(context, key).of(subledger)
            if addition.type == "addition" and addition.remaining
            if not addition.is_expired(context.now)
            if (date := new_date(addition)) is not None
        ]
        change = MoveExpiry(account=key, time=context.now, moved=moved)
        context.ledger.note(change, at_close=True)
        props: dict[str, Json] = {
            "programId": program.id,
            "subLedgerId": subledger,
            **own,
            "affectedTransactions": [json_fields(one) for one in moved],
        }
        return scope.effect(place, effect_type, props)

    return move_all
