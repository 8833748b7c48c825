"""Compile condition blocks into checks.

A check returns PASSED, or the index of the condition that failed, counted over the rule's
conditions in document order from 0 (decisions F10, E63; groups are not counted). The same functions
make two forms. The fast form stops at the first outcome that decides. The recording form visits
every block and notes what it saw; it decides by the same blocks and so cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.engine.definitions import Collection
from sandbox.engine.operators import (
    COUNTED,
    LIST_OF_VALUES,
    NUMBERS,
    ONE_VALUE,
    TWO_VALUES,
    between,
    members,
    to_json,
    within,
)
from sandbox.engine.scope import PASSED, Apply, Check, Scope
from sandbox.engine.times import to_time
from sandbox.engine.trace import ConditionTrace
from sandbox.rules.model import (
    Between,
    Block,
    CheckAttribute,
    CheckCoupon,
    Condition,
    CountedList,
    Group,
    NoOperand,
    OneOperand,
    ValueList,
    Within,
)
from sandbox.talang.ast import Expression, Literal, Value
from sandbox.talang.compile import Closure, Resolver, compile_expression
from sandbox.talang.errors import EvaluationError, MissingValueError

# Compare an attribute's value with what is needed.
Compare = Callable[[Value, Value], bool]
CompileEffects = Callable[[Iterable[Block]], list[Apply]]


class ConditionCompiler:
    """Compiles the conditions of one rule, or of one filter."""

    def __init__(
        self,
        resolve: Resolver,
        zone: ZoneInfo,
        collections: Iterable[Collection],
        compile_effects: CompileEffects,
        *,
        record: bool,
    ) -> None:
        self._resolve = resolve
        self._zone = zone
        self._collections = {collection.id: collection for collection in collections}
        self._compile_effects = compile_effects
        self._record = record
        self._next_index = 0

    def compile_all(self, blocks: Iterable[Block]) -> Check:
        """Return the check of a rule's blocks, all of which must hold; effects are passed over."""
        return self._all([self.compile(b) for b in blocks if isinstance(b, Condition)])

    def compile(self, block: Condition) -> Check:
        match block:
            case Group():
                check = self._group(block)
            case CheckAttribute():
                check = self._attribute(block)
            case CheckCoupon():
                check = self._coupon(block)
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
            outer, scope.notes = scope.notes, []
            index = check(scope)
            outer.append(
                ConditionTrace(
                    block_id=group.id,
                    type="group",
                    operator=group.operator,
                    passed=index == PASSED,
                    children=scope.notes,
                )
            )
            scope.notes = outer
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
            failed = len(scope.failed)
            for check in checks:
                check(scope)
            del scope.failed[failed:]

    def _coupon(self, block: CheckCoupon) -> Check:
        index = self._take_index()

        def check(scope: Scope) -> int:
            holds = scope.coupon is not None and scope.coupon_rejection is None
            return PASSED if holds else index

        if not self._record:
            return check

        def note(scope: Scope) -> int:
            outcome = check(scope)
            reason = scope.coupon_rejection if scope.coupon else "no code of this campaign"
            scope.notes.append(
                ConditionTrace(
                    block_id=block.id,
                    type="checkCoupon",
                    passed=outcome == PASSED,
                    actual=scope.coupon.value if scope.coupon else None,
                    reason=None if outcome == PASSED else reason,
                )
            )
            return outcome

        return note

    def _attribute(self, block: CheckAttribute) -> Check:
        index = self._take_index()
        read = self._expression(block.attribute)
        needed, compare = self._operand(block)
        negated = block.negated
        asks_existence = block.operator == "exists"
        constant = _constant(block)

        def decide(scope: Scope) -> bool:
            if asks_existence:
                return _exists(read, scope) is not negated
            return compare(read(scope), needed(scope)) is not negated

        def check(scope: Scope) -> int:
            try:
                return PASSED if compare(read(scope), needed(scope)) is not negated else index
            except EvaluationError:
                return index

        def check_constant(scope: Scope) -> int:
            try:
                return PASSED if compare(read(scope), constant) is not negated else index
            except EvaluationError:
                return index

        def check_existence(scope: Scope) -> int:
            return PASSED if _exists(read, scope) is not negated else index

        if not self._record:
            if asks_existence:
                return check_existence
            if isinstance(constant, Decimal) and block.operator in NUMBERS:
                return _check_number(read, NUMBERS[block.operator], constant, negated, index)
            return check if constant is None else check_constant

        def note(scope: Scope) -> int:
            passed: bool | None = None
            error = None
            try:
                passed = decide(scope)
            except EvaluationError as failure:
                error = str(failure)
            scope.notes.append(
                ConditionTrace(
                    block_id=block.id,
                    type="checkAttribute",
                    passed=passed,
                    operator=f"not({block.operator})" if negated else block.operator,
                    attribute=str(block.attribute),
                    actual=_value_or_none(read, scope),
                    needed=_value_or_none(needed, scope),
                    error=error,
                )
            )
            return PASSED if passed else index

        return note

    def _expression(self, expression: Expression) -> Closure:
        return compile_expression(expression, self._resolve)

    def _operand(self, block: CheckAttribute) -> tuple[Closure, Compare]:
        """Return what reads the needed value, and the comparison with it."""
        operator = block.operator
        match block.operand:
            case NoOperand():
                return (lambda scope: None), _alone(operator)
            case OneOperand(value):
                return self._one_operand(operator, value)
            case Between(minimum, maximum):
                return self._list((minimum, maximum)), _between
            case Within() as span:
                return self._list((span.start, span.end)), self._within(span)
            case ValueList(values):
                return self._list(values), LIST_OF_VALUES[operator]
            case CountedList(values, wanted):
                counted = COUNTED[operator]
                return self._list(values), lambda actual, needed: counted(actual, needed, wanted)

    def _one_operand(self, operator: str, value: Expression) -> tuple[Closure, Compare]:
        read = self._expression(value)
        zone = self._zone
        match operator:
            case "before":
                return (
                    read,
                    lambda actual, needed: to_time(actual, zone) < to_time(needed, zone),
                )
            case "after":
                return (
                    read,
                    lambda actual, needed: to_time(actual, zone) > to_time(needed, zone),
                )
            case "inCollection":
                return read, self._in_collection
        return read, TWO_VALUES[operator]

    def _in_collection(self, actual: Value, needed: Value) -> bool:
        for collection in self._collections.values():
            if needed in (collection.id, collection.name):
                return actual in collection.items
        raise EvaluationError(f"There is no collection {needed}")

    def _list(self, expressions: Iterable[Expression]) -> Closure:
        closures = [self._expression(expression) for expression in expressions]
        return lambda scope: [closure(scope) for closure in closures]

    def _within(self, span: Within) -> Compare:
        zone = self._zone

        def compare(actual: Value, needed: Value) -> bool:
            start, end = members(needed)
            return within(
                to_time(actual, zone),
                to_time(start, zone),
                to_time(end, zone),
                span.start_inclusive,
                span.end_inclusive,
                span.wall_clock,
            )

        return compare


def _check_number(
    read: Closure,
    holds: Callable[[Decimal, Decimal], bool],
    constant: Decimal,
    negated: bool,
    index: int,
) -> Check:
    """Return the commonest check of all, a number against a constant, at half the cost."""

    def check(scope: Scope) -> int:
        try:
            value = read(scope)
        except EvaluationError:
            return index
        if type(value) is not Decimal:
            return index
        return PASSED if holds(value, constant) is not negated else index

    return check


def _alone(operator: str) -> Compare:
    """Return the test of an operator that needs no value; `exists` holds for any value."""
    test = ONE_VALUE.get(operator)
    return lambda actual, needed: test is None or test(actual)


def _constant(block: CheckAttribute) -> Value | None:
    """Return the one constant that an attribute is compared with, if that is how it is checked."""
    match block.operand:
        case OneOperand(Literal(value)):
            return value
    return None


def _exists(read: Closure, scope: Scope) -> bool:
    try:
        read(scope)
    except MissingValueError:
        return False
    return True


def _between(actual: Value, needed: Value) -> bool:
    minimum, maximum = members(needed)
    return between(actual, minimum, maximum)


def _value_or_none(read: Closure, scope: Scope) -> object:
    try:
        return to_json(read(scope))
    except EvaluationError:
        return None
