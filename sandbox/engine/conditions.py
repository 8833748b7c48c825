"""Compile condition blocks into checks.

A check returns PASSED, or the index of the condition that failed, counted over the rule's
conditions in document order from 0 (decisions F10, E63; groups are not counted). Inside a group
that counts as one condition there are no indices, and a check that does not pass returns FALSE or
ERROR.

The same functions make two forms. The fast form stops at the first outcome that decides. The
recording form visits every block and notes what it saw; it decides by the same blocks and so cannot
disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.engine.achievements.rules import check_achievement
from sandbox.engine.attribute_checks import check_attribute
from sandbox.engine.audiences import check_audience
from sandbox.engine.checks import check_anniversary, check_budget
from sandbox.engine.code_checks import check_coupon, check_referral
from sandbox.engine.errors import FAILURES, sentence
from sandbox.engine.evaluation import Event
from sandbox.engine.loyalty.conditions import check_balance, check_card, check_tier
from sandbox.engine.parts import Leaf, Names, Observed
from sandbox.engine.passthrough import check_passthrough
from sandbox.engine.recorder import Recorder, noted
from sandbox.engine.scope import PASSED, Apply, Check, Scope
from sandbox.engine.trace import ConditionTrace
from sandbox.rules.model import (
    Block,
    CheckAchievement,
    CheckAnniversary,
    CheckAttribute,
    CheckAudience,
    CheckBudget,
    CheckCoupon,
    CheckEvent,
    CheckLoyaltyBalance,
    CheckLoyaltyCard,
    CheckReferral,
    CheckTier,
    Condition,
    Group,
    Passthrough,
)
from sandbox.talang.errors import EvaluationError

CompileEffects = Callable[[Iterable[Block]], tuple[Apply, ...]]


FALSE, ERROR = 0, 1


class ConditionCompiler:
    """Compiles the conditions of one rule, of one filter, or of a group that counts as one.

    Without `numbered`, conditions have no index; `strict` tells their errors from false.
    """

    def __init__(
        self,
        names: Names,
        compile_effects: CompileEffects,
        *,
        numbered: bool = True,
        strict: bool = False,
    ) -> None:
        self._names = names
        self._compile_effects = compile_effects
        self._record = names.record
        self._numbered = numbered
        self._strict = strict
        self._next_index = 0

    def compile_all(self, blocks: Iterable[Block]) -> Check:
        """Return the check of a rule's blocks, all of which must hold; effects are passed over."""
        return self._all([self.compile(b) for b in blocks if isinstance(b, Condition)])

    def compile(self, block: Condition) -> Check:
        """Return one block's check; raises TalangError when it cannot be compiled."""
        check = self._group(block) if isinstance(block, Group) else self._leaf(block)
        return self._with_failure(check, block.on_failure)

    def _take_index(self) -> int | None:
        if not self._numbered:
            return None
        index = self._next_index
        self._next_index += 1
        return index

    def _with_failure(self, check: Check, on_failure: tuple[Block, ...]) -> Check:
        if not on_failure:
            return check
        effects = self._compile_effects(on_failure)

        def check_and_fail(scope: Scope) -> int:
            index = check(scope)
            if index != PASSED:
                scope.failed += effects
            return index

        return check_and_fail

    def _leaf(self, block: Any) -> Check:
        index = self._take_index()
        compile_leaf = _LEAVES.get(type(block))
        if compile_leaf is None:
            raise EvaluationError(f"Blocks of type {type(block).__name__} are not evaluated yet")
        leaf = compile_leaf(block, self._names)
        if self._record:
            return _noting(block, leaf, index)
        if leaf.check is not None and not self._strict:
            return leaf.check(FALSE if index is None else index)
        return _fast(leaf, index)

    def _group(self, group: Group) -> Check:
        if group.counts_once or not self._numbered:
            return self._as_one(group)
        indexed = [
            (self._next_index, self.compile(block))
            for block in group.blocks
            if isinstance(block, Condition)
        ]
        checks = [check for _, check in indexed]
        match group.operator:
            case "all":
                check = self._all(checks)
            case "atLeastOne":
                check = self._at_least_one(checks)
            case "none":
                check = self._none(indexed)
        if not self._record:
            return check

        def note(scope: Scope) -> int:
            recorder = _recorder(scope)
            outer, recorder.conditions = recorder.conditions, []
            index = check(scope)
            outer.append(
                ConditionTrace(
                    block_id=group.id,
                    type="group",
                    operator=group.operator,
                    passed=index == PASSED,
                    children=recorder.conditions,
                )
            )
            recorder.conditions = outer
            return index

        return note

    def _as_one(self, group: Group) -> Check:
        """Return the check of a group that counts as one condition, or is inside one that does."""
        index = self._take_index()
        failed, erred = _outcomes(index)
        inner = ConditionCompiler(
            self._names, self._compile_effects, numbered=False, strict=group.strict
        )
        checks = [inner.compile(block) for block in group.blocks if isinstance(block, Condition)]
        decide = self._decide(group, checks)

        def check(scope: Scope) -> int:
            outcome = decide(scope)
            return outcome if outcome == PASSED else erred if outcome == ERROR else failed

        def note(scope: Scope) -> int:
            recorder = _recorder(scope)
            outer, recorder.conditions = recorder.conditions, []
            outcome = decide(scope)
            children, recorder.conditions = recorder.conditions, outer
            is_error = outcome == ERROR
            errors = (child.error for child in children if child.passed is None)
            outer.append(
                ConditionTrace(
                    block_id=group.id,
                    type="group",
                    operator=group.operator,
                    passed=None if is_error else outcome == PASSED,
                    index=index,
                    error=next(errors, None) if is_error else None,
                    children=children,
                )
            )
            return outcome if outcome == PASSED else erred if is_error else failed

        return note if self._record else check

    def _decide(self, group: Group, checks: list[Check]) -> Check:
        """Return what asks members until one decides; PASSED, FALSE, or, if strict, ERROR."""
        if not checks:
            return lambda scope: PASSED
        strict = group.strict
        deciding = FALSE if group.operator == "all" else PASSED
        decided = PASSED if group.operator == "atLeastOne" else FALSE
        otherwise = FALSE if group.operator == "atLeastOne" else PASSED

        def decide(scope: Scope) -> int:
            for number, check in enumerate(checks, 1):
                outcome = check(scope)
                if outcome == ERROR and not strict:
                    outcome = FALSE
                if outcome in (deciding, ERROR):
                    self._visit(checks[number:], scope)
                    return decided if outcome == deciding else ERROR
            return otherwise

        return decide

    def _all(self, checks: list[Check]) -> Check:
        if len(checks) == 1:
            return checks[0]

        def check_all(scope: Scope) -> int:
            for number, check in enumerate(checks, 1):
                index = check(scope)
                if index != PASSED:
                    self._visit(checks[number:], scope)
                    return index
            return PASSED

        return check_all

    def _at_least_one(self, checks: list[Check]) -> Check:
        def check_any(scope: Scope) -> int:
            first = PASSED
            for number, check in enumerate(checks, 1):
                index = check(scope)
                if index == PASSED:
                    self._visit(checks[number:], scope)
                    return PASSED
                if first == PASSED:
                    first = index
            return first

        return check_any

    def _none(self, checks: list[tuple[int, Check]]) -> Check:
        """Fail with the first condition of the first block that holds."""

        def check_none(scope: Scope) -> int:
            for number, (first_index, check) in enumerate(checks, 1):
                if check(scope) == PASSED:
                    self._visit([later for _, later in checks[number:]], scope)
                    return first_index
            return PASSED

        return check_none

    def _visit(self, checks: list[Check], scope: Scope) -> None:
        """Let the recording form see blocks that no longer decide; they fail nothing."""
        if self._record:
            with scope.aside():
                for check in checks:
                    check(scope)


def _recorder(scope: Scope) -> Recorder:
    assert scope.recorder is not None, "the recording form has a recorder"
    return scope.recorder


def _outcomes(index: int | None) -> tuple[int, int]:
    """Return what a check gives when its condition does not hold, and on an error."""
    return (FALSE, ERROR) if index is None else (index, index)


def _fast(leaf: Leaf, index: int | None) -> Check:
    decide = leaf.decide
    failed, erred = _outcomes(index)

    def check(scope: Scope) -> int:
        try:
            return PASSED if decide(scope) else failed
        except FAILURES as error:
            scope.note_error(error)
            return erred

    return check


def _noting(block: Any, leaf: Leaf, index: int | None) -> Check:
    kind = type(block).__name__
    kind = kind[0].lower() + kind[1:]
    failed, erred = _outcomes(index)

    def note(scope: Scope) -> int:
        passed: bool | None = None
        error = None
        try:
            passed = leaf.decide(scope)
        except FAILURES as failure:
            error = sentence(failure)
            scope.note_error(failure)
        recorder = _recorder(scope)
        with scope.aside():
            seen = leaf.observe(scope)
        recorder.conditions.append(
            ConditionTrace(
                block_id=block.id,
                type=kind,
                passed=passed,
                index=index,
                operator=seen.operator,
                attribute=seen.attribute,
                actual=noted(seen.actual),
                needed=noted(seen.needed),
                reason=None if passed else seen.reason,
                error=error,
                children=list(seen.children),
                decisions=list(seen.decisions),
                terms=list(seen.terms),
            )
        )
        return PASSED if passed else erred if passed is None else failed

    return note


def _event(block: CheckEvent, names: Names) -> Leaf:
    """Tell whether the event has this type and all matchers hold; matchers have no index."""
    matchers = _matchers(names.unrecorded, block)
    noting = _matchers(names, block)
    wanted = block.event_type

    def happened(scope: Scope) -> bool:
        request = scope.context.request
        return wanted in request.events or (request.event or _NO_EVENT).type == wanted

    def observe(scope: Scope) -> Observed:
        recorder = _recorder(scope)
        outer, recorder.conditions = recorder.conditions, []
        noting(scope)
        children, recorder.conditions = recorder.conditions, outer
        request = scope.context.request
        actual = sorted(request.events) if request.event is None else [request.event.type]
        return Observed(operator="happened", actual=actual, needed=wanted, children=children)

    return Leaf(lambda scope: happened(scope) and matchers(scope) == PASSED, observe)


def _matchers(names: Names, block: CheckEvent) -> Check:
    compiler = ConditionCompiler(names, _no_effects, numbered=False)
    return compiler.compile_all(block.matchers)


_NO_EVENT = Event("", {})


def _no_effects(blocks: Iterable[Block]) -> tuple[Apply, ...]:
    return ()


_LEAVES: dict[type, Callable[[Any, Names], Leaf]] = {
    CheckAnniversary: check_anniversary,
    CheckAttribute: check_attribute,
    CheckBudget: check_budget,
    CheckAudience: check_audience,
    CheckCoupon: check_coupon,
    CheckReferral: check_referral,
    CheckEvent: _event,
    CheckLoyaltyBalance: check_balance,
    CheckTier: check_tier,
    CheckLoyaltyCard: check_card,
    CheckAchievement: check_achievement,
    Passthrough: check_passthrough,
}
