"""Conditions and effects in Talang that no block of V2 says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.engine.errors import FAILURES, EffectFailed, sentence
from sandbox.engine.expressions import recording
from sandbox.engine.model import Effect
from sandbox.engine.parts import EffectParts, Leaf, Names, Observed
from sandbox.engine.recorder import term_traces
from sandbox.engine.scope import Apply, Scope
from sandbox.rules.effects import EffectBlock, PassthroughEffect
from sandbox.rules.model import Between, OneOperand, Operand, Passthrough, Within
from sandbox.rules.printing import short_text
from sandbox.rules.v1.comparisons import as_check
from sandbox.rules.v1.raw import located
from sandbox.talang.ast import Expression, Value
from sandbox.talang.compile import Closure, Options, compile_expression
from sandbox.talang.errors import EvaluationError, LimitError, TalangError
from sandbox.talang.kinds import COLLECTION, kind_of, shown


def check_passthrough(block: Passthrough, names: Names) -> Leaf:
    """Tell whether an expression gives true; lists and maps count as true, as with ``and``."""
    try:
        run = compile_expression(block.expression, names.resolve, names.talang_options)
    except TalangError as error:
        raise EvaluationError(located(block.expression, block.id, error)) from None

    def decide(scope: Scope) -> bool:
        value = run(scope)
        if value is True or value is False:
            return value
        if kind_of(value) & COLLECTION:
            return True
        raise EvaluationError(f"A condition is true or false, not {shown(value)}")

    return Leaf(decide, _observer(block.expression, names))


def _observer(expression: Expression, names: Names) -> Callable[[Scope], Observed]:
    """Return what shows a comparison like an attribute check, and all else with its value."""
    if not names.record:
        return lambda scope: Observed()

    def compiled(term: Expression, options: Options) -> Closure:
        return compile_expression(term, names.resolve, options)

    run = compiled(expression, recording(names.talang_options))
    check = as_check(expression)
    if check is None:
        text = short_text(expression)
        return lambda scope: Observed(attribute=text, **_evaluated(run, scope))
    operator = f"not({check.operator})" if check.negated else check.operator
    text = short_text(check.attribute)
    left = compiled(check.attribute, names.talang_options)
    right = [compiled(term, names.talang_options) for term in _operands(check.operand)]

    def observe(scope: Scope) -> Observed:
        actual = _value_or_none(left, scope)
        needed = [_value_or_none(side, scope) for side in right]
        at_an_end = check.operator == "between" and actual is not None and actual in needed
        return Observed(
            attribute=text,
            operator=operator,
            actual=actual,
            needed=needed[0] if len(needed) == 1 else needed,
            decisions=("F6",) if at_an_end else (),
            terms=_evaluated(run, scope)["terms"],
        )

    return observe


def _operands(operand: Operand) -> Sequence[Expression]:
    match operand:
        case OneOperand(value):
            return (value,)
        case Between(minimum, maximum):
            return minimum, maximum
        case Within(start, end):
            return start, end
    raise AssertionError(operand)


def _evaluated(run: Closure, scope: Scope) -> dict[str, Any]:
    """Return the value of an expression, and the terms that it came from."""
    assert scope.recorder is not None, "the recording form has a recorder"
    steps = scope.recorder.steps
    steps.restart()
    value = _value_or_none(run, scope)
    return {"actual": value, "terms": term_traces(steps.root.steps)}


def _value_or_none(run: Closure, scope: Scope) -> Value:
    try:
        return run(scope)
    except FAILURES:
        return None


def compile_passthrough_effect(
    block: PassthroughEffect,
    parts: EffectParts,
    compile_effect: Callable[[EffectBlock, EffectParts], Apply],
) -> Apply:
    """Return what applies the first attempt that can be applied."""
    try:
        attempts = [compile_effect(attempt, parts.talang) for attempt in block.attempts]
    except TalangError as error:
        raise EvaluationError(located(block.expression, block.id, error)) from None
    apply = attempts.pop() if attempts and not block.quiet else _nothing
    for attempt in reversed(attempts):
        apply = _or_else(attempt, apply)
    return apply


def _nothing(scope: Scope, effects: list[Effect]) -> None:
    """Give no effect."""


def _or_else(attempt: Apply, fallback: Apply) -> Apply:
    def apply(scope: Scope, effects: list[Effect]) -> None:
        start, mark = len(effects), scope.context.ledger.mark()
        try:
            attempt(scope, effects)
        except LimitError:
            raise
        except (EffectFailed, *FAILURES) as error:
            scope.context.ledger.undo(mark)
            del effects[start:]
            if scope.recorder is not None:
                scope.recorder.caught(sentence(error))
            fallback(scope, effects)

    return apply
