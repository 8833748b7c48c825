"""Names of balances and tiers: ``$Loyalty.<program>.Balance``, ``$Loyalty.<program>.Tier``.

The ledger is the main one, or the subledger that stands before the last part. A program may also be
called by its id, as V1 rulesets do (decision S107). Source: conformance README, section 2 (paths).
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.engine.loyalty.programs import LoyaltyProgram
from sandbox.engine.loyalty.standing import account_in, current, customer_of
from sandbox.engine.scope import Scope
from sandbox.numbers import plain
from sandbox.talang.ast import Path, Value
from sandbox.talang.compile import Closure
from sandbox.talang.errors import MissingValueError, UnknownNameError


def read_loyalty(programs: Iterable[LoyaltyProgram], path: Path) -> Closure:
    """Return the reader of a path below ``$Loyalty``; raises UnknownNameError."""
    text = str(path)
    match path.names[1:]:
        case (name, ("Balance" | "Tier") as field):
            subledger = ""
        case (name, subledger, ("Balance" | "Tier") as field):
            pass
        case _:
            raise UnknownNameError(text)
    known = {str(program.id): program for program in programs}
    program = next((p for p in known.values() if p.name == name), known.get(name))
    if program is None or (subledger and not program.allow_subledger):
        raise UnknownNameError(text)
    find_account = customer_of(program)

    def balance(scope: Scope) -> Value:
        return plain(current(scope, find_account(scope), subledger).active)

    def tier(scope: Scope) -> Value:
        membership = account_in(scope.context, find_account(scope)).membership
        place = membership.tiers.get(subledger)
        if place is None:
            raise MissingValueError(text)
        return place.name

    return balance if field == "Balance" else tier
