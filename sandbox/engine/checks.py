"""Conditions on budgets and anniversaries."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from sandbox.engine.durations import add_duration, is_whole_days
from sandbox.engine.errors import FAILURES, EffectFailed
from sandbox.engine.parts import Leaf, Names, Observed
from sandbox.engine.scope import Scope
from sandbox.engine.times import to_time
from sandbox.numbers import ZERO
from sandbox.rules.model import CheckAnniversary, CheckBudget
from sandbox.talang.errors import EvaluationError
from sandbox.talang.functions import number


def check_budget(block: CheckBudget, names: Names) -> Leaf:
    """Tell whether anything, or enough, is left of a budget; without a budget there always is.

    Source: reference/engine/07, section 7.2.
    """
    action = block.action
    value = names.optional(block.value)

    def decide(scope: Scope) -> bool:
        try:
            left = scope.budgets.available(action)
        except EffectFailed as failure:
            raise EvaluationError(str(failure)) from None
        if left is None:
            return True
        return left > ZERO if value is None else left >= number(value(scope))

    def observe(scope: Scope) -> Observed:
        try:
            left = scope.budgets.available(action)
            needed = value(scope) if value else None
        except (EffectFailed, *FAILURES) as error:
            return Observed(attribute=action, reason=str(error))
        return Observed(
            operator="available" if value is None else "enoughFor",
            attribute=action,
            actual=left,
            needed=needed,
        )

    return Leaf(decide, observe)


def check_anniversary(block: CheckAnniversary, names: Names) -> Leaf:
    """Tell whether an anniversary lies close enough to the session's time.

    Source: reference/engine/03, section 3.1; decisions F14 and E50. Windows of whole days are
    compared by calendar day in the Application's zone, others by instant (decision S20).
    """
    read = names.expression(block.attribute)
    zone = names.zone

    def decide(scope: Scope) -> bool:
        return any(_lies_in(day, scope) for day in _near(to_time(read(scope), zone), scope))

    def _near(origin: datetime, scope: Scope) -> list[datetime]:
        local = origin.astimezone(zone)
        year = scope.context.now.astimezone(zone).year
        return [_in_year(local, year + offset) for offset in (-1, 0, 1)]

    def _lies_in(anniversary: datetime, scope: Scope) -> bool:
        now = scope.context.now.astimezone(zone)
        try:
            first, last = add_duration(now, f"-{block.before}"), add_duration(now, block.after)
        except ValueError as error:
            raise EvaluationError(str(error)) from None
        if is_whole_days(block.before) and is_whole_days(block.after):
            return first.date() <= anniversary.date() <= last.date()
        return first <= anniversary <= last

    def observe(scope: Scope) -> Observed:
        seen = Observed(
            operator="anniversary",
            attribute=str(block.attribute),
            decisions=("F14",),
            needed=[f"at most {block.before} before", f"at most {block.after} after"],
        )
        try:
            return replace(seen, actual=read(scope))
        except FAILURES:
            return seen

    return Leaf(decide, observe)


def _in_year(time: datetime, year: int) -> datetime:
    """Return a time in another year; 29 February becomes 1 March (decision E50)."""
    try:
        return time.replace(year=year)
    except ValueError:
        return time.replace(year=year, month=3, day=1)
