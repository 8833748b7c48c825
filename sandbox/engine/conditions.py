"""Compile condition blocks into checks.

A check returns PASSED, or the index of the condition that failed, counted over the rule's
conditions in document order from 0 (decisions F10, E63; groups are not counted). The same functions
make two forms. The fast form stops at the first outcome that decides. The recording form visits
every block and notes what it saw; it decides by the same blocks and so cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.engine.attribute_checks import check_attribute
from sandbox.engine.audiences import check_audience
from sandbox.engine.checks import check_anniversary, check_budget
from sandbox.engine.code_checks import check_coupon, check_referral
from sandbox.engine.errors import FAILURES
from sandbox.engine.evaluation import Event
from sandbox.engine.operators import to_json
from sandbox.engine.parts import Leaf, Names, Observed
from sandbox.engine.recorder import Recorder
from sandbox.engine.scope import PASSED, Apply, Check, Scope
from sandbox.engine.trace import ConditionTrace
from sandbox.rules.model import (
    Block,
    CheckAnniversary,
    CheckAttribute,
    CheckAudience,
    CheckBudget,
    CheckCoupon,
    CheckEvent,
    CheckReferral,
    Condition,
    Group,
)
from sandbox.talang.errors import EvaluationError

CompileEffects = Callable[[Iterable[Block]], list[Apply]]


class ConditionCompiler:
    """Compiles the conditions of one rule, or of one filter."""

    def __init__(self, names: Names, compile_effects: CompileEffects) -> None:
        self._names = names
        self._compile_effects = compile_effects
        self._record = names.record
        self._next_index = 0

    def compile_all(self, blocks: Iterable[Block]) -> Check:
        """Return the check of a rule's blocks, all of which must hold; effects are passed over."""
        return self._all([self.compile(b) for b in blocks if isinstance(b, Condition)])

    def compile(self, block: Condition) -> Check:
        """Return one block's check; raises TalangError when it cannot be compiled."""
        check = self._group(block) if isinstance(block, Group) else self._leaf(block)
        return self._with_failure(check, block.on_failure)

    def _take_index(self) -> int:
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
                scope.failed.extend(effects)
            return index

        return check_and_fail

    def _leaf(self, block: Any) -> Check:
        index = self._take_index()
        compile_leaf = _LEAVES.get(type(block))
        if compile_leaf is None:
            raise EvaluationError(f"Blocks of type {type(block).__name__} are not evaluated yet")
        leaf = compile_leaf(block, self._names)
        return _noting(block, leaf, index) if self._record else _fast(leaf, index)

    def _group(self, group: Group) -> Check:
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


def _fast(leaf: Leaf, index: int) -> Check:
    if leaf.check is not None:
        return leaf.check(index)
    decide = leaf.decide

    def check(scope: Scope) -> int:
        try:
            return PASSED if decide(scope) else index
        except FAILURES as error:
            scope.note_error(error)
            return index

    return check


def _noting(block: Any, leaf: Leaf, index: int) -> Check:
    kind = type(block).__name__

    def note(scope: Scope) -> int:
        passed: bool | None = None
        error = None
        try:
            passed = leaf.decide(scope)
        except FAILURES as failure:
            error = str(failure)
            scope.note_error(failure)
        recorder = _recorder(scope)
        with scope.aside():
            seen = leaf.observe(scope)
        recorder.conditions.append(
            ConditionTrace(
                block_id=block.id,
                type=kind[0].lower() + kind[1:],
                passed=passed,
                index=index,
                operator=seen.operator,
                attribute=seen.attribute,
                actual=to_json(seen.actual),
                needed=to_json(seen.needed),
                reason=None if passed else seen.reason,
                error=error,
                children=list(seen.children),
                decisions=list(seen.decisions),
            )
        )
        return PASSED if passed else index

    return note


def _event(block: CheckEvent, names: Names) -> Leaf:
    """Tell whether the event has this type and all matchers hold; matchers have no index."""
    matchers = ConditionCompiler(names.unrecorded, _no_effects).compile_all(block.matchers)
    noting = ConditionCompiler(names, _no_effects).compile_all(block.matchers)
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


_NO_EVENT = Event("", {})


def _no_effects(blocks: Iterable[Block]) -> list[Apply]:
    return []


_LEAVES: dict[type, Callable[[Any, Names], Leaf]] = {
    CheckAnniversary: check_anniversary,
    CheckAttribute: check_attribute,
    CheckBudget: check_budget,
    CheckAudience: check_audience,
    CheckCoupon: check_coupon,
    CheckReferral: check_referral,
    CheckEvent: _event,
}
