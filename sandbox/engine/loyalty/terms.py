"""From when to when points are active: what a block says, else what its program says.

Source: reference/engine/08, sections 8.1 and 8.3.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sandbox.engine.durations import Duration, move, parse_duration
from sandbox.engine.errors import EffectFailed
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.parts import Names
from sandbox.engine.scope import Scope
from sandbox.engine.times import to_time
from sandbox.rules.effects import AddLoyaltyPoints
from sandbox.talang.ast import Expression
from sandbox.talang.errors import EvaluationError

ReadTime: TypeAlias = Callable[[Scope], datetime]


class Term(NamedTuple):
    """`start` None means at once, `expiry` None never.

    Points that await their activation have no start, and `lasts` is how long they are active then.
    """

    start: datetime | None
    expiry: datetime | None
    awaits_activation: bool = False
    lasts: Duration | None = None


def compile_term(block: AddLoyaltyPoints, names: Names) -> Callable[[Scope, Program], Term]:
    """Return what gives the term of points that are added now.

    It raises EffectFailed for points that would never be active (decision S43).
    """
    starts = _read_time(block.start_date, names)
    expires = _read_time(block.expiry_date, names)
    pending = read_duration(block.pending_duration) if block.pending_duration else None
    validity = read_duration(block.validity_duration) if block.validity_duration else None

    def term(scope: Scope, program: Program) -> Term:
        now = scope.context.now
        waits = starts is None and pending is None and program.awaits_action
        start = starts(scope) if starts else _moved(now, pending or program.pending, program)
        begins = now if start is None else max(now, start)
        lasts = None if expires else validity or program.validity
        if waits:
            return Term(None, expires(scope) if expires else None, True, lasts)
        expiry = expires(scope) if expires else _moved(begins, lasts, program)
        if expiry is not None and expiry <= begins:
            raise EffectFailed("the points would expire before they become active")
        return Term(start, expiry)

    return term


def read_duration(text: str) -> Duration:
    """Read a duration of a rule; raises EvaluationError, which makes the rule unsupported."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise EvaluationError(str(error)) from None


def read_time(expression: Expression, names: Names) -> ReadTime:
    """Return what reads a time, in the Application's zone where none is written."""
    read, zone = names.expression(expression), names.zone
    return lambda scope: to_time(read(scope), zone)


def _read_time(expression: Expression | None, names: Names) -> ReadTime | None:
    return None if expression is None else read_time(expression, names)


def _moved(time: datetime, duration: Duration | None, program: Program) -> datetime | None:
    if duration is None:
        return None
    try:
        return move(time, duration, program.zone)
    except ValueError as error:
        raise EffectFailed(str(error)) from None
