"""Collects what the recording form sees while rules run, and hands it out rule by rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from sandbox.engine.changes import CounterKey
from sandbox.engine.model import Effect, Json, Limit
from sandbox.engine.operators import to_json
from sandbox.engine.trace import (
    MOST,
    MOST_CHARACTERS,
    MOST_MEMBERS,
    BudgetTrace,
    BundleTrace,
    ConditionTrace,
    EffectTrace,
    FormulaTrace,
    GivenEffect,
    GrantTrace,
    RuleTrace,
    SelectorTrace,
    StepTrace,
    TermTrace,
    UnitTrace,
)
from sandbox.engine.units import Unit
from sandbox.numbers import plain
from sandbox.rules.printing import short_text
from sandbox.talang.ast import Value
from sandbox.talang.record import Recorder as StepRecorder
from sandbox.talang.record import Step


class Recorder(msgspec.Struct):
    """What one run has noted since it was last asked.

    Formulas, budgets, grants and decisions belong to the effect that is being tried; the run takes
    them when the effect ends. `inputs` are the names that the current formula has read, `steps`
    notes how the current expression of Talang is evaluated. `selectors` and `bundles` are kept by
    name, however often they are computed; filters of the Application have no campaign id in theirs.
    """

    rules: list[RuleTrace] = []
    conditions: list[ConditionTrace] = []
    effects: list[EffectTrace] = []
    failure_effects: list[GivenEffect] = []
    selectors: dict[tuple[int | None, str], SelectorTrace] = {}
    bundles: dict[str, BundleTrace] = {}
    inputs: dict[str, Json] = {}
    _formulas: list[FormulaTrace] = []
    _budgets: list[BudgetTrace] = []
    _grants: list[GrantTrace] = []
    _decisions: list[str] = []
    _caught: list[str] = []
    _steps: StepRecorder | None = None

    @property
    def steps(self) -> StepRecorder:
        """What notes expressions of Talang, made when first asked for."""
        if self._steps is None:
            self._steps = StepRecorder()
        return self._steps

    def formula(self, formula: FormulaTrace) -> None:
        if len(self._formulas) < MOST:
            self._formulas.append(formula)

    def budget(self, limit: Limit, key: CounterKey, used: Decimal, granted: Decimal) -> None:
        if len(self._budgets) < MOST:
            self._budgets.append(
                BudgetTrace(
                    action=limit.action,
                    limit=limit.limit,
                    used=used,
                    granted=granted,
                    left=limit.limit - used - granted,
                    period=key.period or None,
                    counts_by={
                        entity: getattr(key, entity.lower())
                        for entity in limit.entities
                        if getattr(key, entity.lower())
                    },
                )
            )

    def grant(
        self,
        wanted: Decimal,
        granted: Decimal,
        cut_by: str | None = None,
        before: Decimal | None = None,
    ) -> None:
        if len(self._grants) < MOST:
            after = None if before is None else before - granted
            self._grants.append(
                GrantTrace(
                    wanted=plain(wanted),
                    granted=plain(granted),
                    cut_by=cut_by,
                    before=before,
                    after=after,
                )
            )

    def decision(self, row: str) -> None:
        """Note the row of the tables of decisions that the outcome hangs on."""
        if row not in self._decisions:
            self._decisions.append(row)

    def caught(self, message: str) -> None:
        """Note why an attempt failed whose failure is the effect's own business."""
        if len(self._caught) < MOST:
            self._caught.append(message)

    def drop(self) -> None:
        """Forget what conditions caused to be computed before an effect; it belongs to none."""
        self._formulas, self._budgets, self._grants, self._caught = [], [], [], []

    def effect(
        self,
        block_id: str,
        kind: str,
        index: int,
        effects: Sequence[Effect],
        failure: str | None = None,
    ) -> None:
        """Note how one effect block ended, with everything since the last one."""
        self.effects.append(
            EffectTrace(
                block_id=block_id,
                type=kind,
                count=len(effects),
                effects=given(effects),
                failure=failure,
                index=index,
                formulas=self._formulas,
                budgets=self._budgets,
                grants=self._grants,
                decisions=self._decisions,
                caught=self._caught,
            )
        )
        self._formulas, self._budgets, self._grants, self._decisions = [], [], [], []
        self._caught = []


def given(effects: Iterable[Effect]) -> list[GivenEffect]:
    """Return the first effects as a trace shows them."""
    return [GivenEffect(effect_type=e.effect_type, props=e.props) for e in list(effects)[:MOST]]


def noted(value: Value) -> Json:
    """Return a value as a trace shows it: long lists and texts are cut, and say that they are."""
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return f"{value[:MOST_CHARACTERS]}…"
    if not isinstance(value, list):
        return to_json(value)
    members = [noted(member) for member in value[:MOST_MEMBERS]]
    rest = len(value) - len(members)
    return [*members, f"… {rest} more"] if rest else members


def unit_trace(unit: Unit) -> UnitTrace:
    [trace] = unit_traces([unit])
    return trace


def unit_traces(units: Sequence[Unit]) -> list[UnitTrace]:
    """Return the first units as a trace shows them."""
    return [
        UnitTrace(position=unit.position, sku=unit.item.sku, sub_position=unit.sub_position)
        for unit in units[:MOST]
    ]


def term_traces(steps: Iterable[Step]) -> list[TermTrace]:
    """Return the terms of an expression that is no constant, as a trace shows them."""
    return [
        TermTrace(
            term=short_text(step.expression),
            value=noted(step.value),
            error=None if step.error is None else str(step.error),
            member=None if step.parameter is None else noted(step.parameter[1]),
            terms=term_traces(step.steps),
            cut=step.cut,
        )
        for step in steps
        if step.expression is not None
    ]


def step_trace(kind: str, value: Value) -> StepTrace:
    """Return what a step of a filter gave: units, or a value."""
    if isinstance(value, Unit):
        return StepTrace(type=kind, count=1, units=[unit_trace(value)])
    if isinstance(value, list):
        if not value or isinstance(value[0], Unit):  # the first speaks for all
            return StepTrace(type=kind, count=len(value), units=unit_traces(value))
        return StepTrace(type=kind, count=len(value), value=noted(value))
    return StepTrace(type=kind, value=noted(value))
