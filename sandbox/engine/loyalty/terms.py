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


class NeverActiveError(ValueError):
    """Points would expire before they become active (decision S63)."""


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
        expiry = expires(scope) if expires else None
        wait = block.pending_duration or program.settings.default_pending
        try:
            return make_term(
                program,
                scope.context.now,
                start=starts(scope) if starts else None,
                expiry=expiry,
                waits=starts is None and wait == ON_ACTION,
                pending=program.pending if block.pending_duration is None else pending,
                lasts=program.validity if block.validity_duration is None else validity,
            )
        except NeverActiveError as error:
            raise EffectFailed(str(error), "S63") from None
        except ValueError as error:
            raise EffectFailed(str(error)) from None

    return term


def make_term(
    program: Program,
    now: datetime,
    *,
    start: datetime | None,
    expiry: datetime | None,
    waits: bool,
    pending: Duration | None,
    lasts: Duration | None,
) -> Term:
    """Return the term of points that are added now.

    Without a `start` they are pending for a while, or wait for their activation; without an
    `expiry` they last for a while. Raises ValueError beyond the calendar, and NeverActiveError.
    """
    if waits:
        _check_expiry(expiry, now)
        return Term(None, expiry, True, None if expiry else lasts)
    if start is None:
        start = _moved(now, pending, program)
    begins = now if start is None else max(now, start)
    if expiry is None:
        expiry = _moved(begins, lasts, program)
    _check_expiry(expiry, begins)
    return Term(start, expiry)


def _check_expiry(expiry: datetime | None, begins: datetime) -> None:
    if expiry is not None and expiry <= begins:
        raise NeverActiveError("the points would expire before they become active")


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
    return None if duration is None else move(time, duration, program.zone)
