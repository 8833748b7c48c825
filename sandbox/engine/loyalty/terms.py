"""From when to when points are active: what a block says, else what its program says.

Source: reference/engine/08, sections 8.1 and 8.3.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sandbox.engine.durations import Duration, move, parse_duration
from sandbox.engine.errors import EffectFailed
from sandbox.engine.loyalty.programs import IMMEDIATE, ON_ACTION, UNLIMITED, Program
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

    It raises EffectFailed for points that would never be active (decision S63).
    """
    starts = _read_time(block.start_date, names)
    expires = _read_time(block.expiry_date, names)
    pending = _own(block.pending_duration, IMMEDIATE, ON_ACTION)
    validity = _own(block.validity_duration, UNLIMITED)

    def term(scope: Scope, program: Program) -> Term:
        now = scope.context.now
        expiry = expires(scope) if expires else None
        lasts = program.validity if block.validity_duration is None else validity
        wait = block.pending_duration or program.settings.default_pending
        if starts is None and wait == ON_ACTION:
            _check_expiry(expiry, now)
            return Term(None, expiry, True, None if expires else lasts)
        if starts is not None:
            start: datetime | None = starts(scope)
        else:
            duration = program.pending if block.pending_duration is None else pending
            start = _moved(now, duration, program)
        begins = now if start is None else max(now, start)
        if expires is None:
            expiry = _moved(begins, lasts, program)
        _check_expiry(expiry, begins)
        return Term(start, expiry)

    return term


def _check_expiry(expiry: datetime | None, begins: datetime) -> None:
    if expiry is not None and expiry <= begins:
        raise EffectFailed("the points would expire before they become active", "S63")


def _own(text: str | None, *words: str) -> Duration | None:
    """Return a block's own duration; None where it has none, or a word."""
    return None if text is None or text in words else read_duration(text)


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
