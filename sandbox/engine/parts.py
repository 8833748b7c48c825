"""What the compilers of conditions and effects share: the definition, and how names are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from sandbox.engine.definitions import Application, Collection, Definition
from sandbox.engine.errors import FAILURES, sentence
from sandbox.engine.expressions import FORMULA_OPTIONS
from sandbox.engine.model import Effect
from sandbox.engine.paths import FindUnits, Selection
from sandbox.engine.recorder import noted, unit_trace
from sandbox.engine.scope import Apply, Check, Place, Scope, each_bundle, each_unit, effect_units
from sandbox.engine.trace import ConditionTrace, FormulaTrace, TermTrace
from sandbox.engine.units import Unit
from sandbox.rules.effects import BundleTarget, CartTarget, ItemsTarget
from sandbox.rules.printing import short_text
from sandbox.talang.ast import Block, Call, Expression, Literal, Path, Value
from sandbox.talang.compile import Closure, Options, Resolver, compile_expression
from sandbox.talang.errors import UnknownNameError
from sandbox.talang.functions import show

# Return the bundles of one definition; each holds its units in the order of the definition.
FindBundles: TypeAlias = Callable[[Scope], list[list[Unit]]]

# Return the text that an expression gives.
ReadText: TypeAlias = Callable[[Scope], str]

# Tell whether a condition holds; raises EvaluationError.
Decide: TypeAlias = Callable[[Scope], bool]


class Observed(msgspec.Struct, frozen=True):
    """What a trace shows of one condition: what was looked at, its value, and what was needed."""

    attribute: str | None = None
    operator: str | None = None
    actual: object = None
    needed: object = None
    reason: str | None = None
    children: Sequence[ConditionTrace] = ()
    decisions: Sequence[str] = ()
    terms: Sequence[TermTrace] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A compiled condition that is no group. `observe` never raises; only recordings call it.

    `check`, when there, makes a faster check than `decide` gives, for the condition's index.
    """

    decide: Decide
    observe: Callable[[Scope], Observed]
    check: Callable[[int], Check] | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """How one campaign reads names. `resolve` raises UnknownNameError.

    With `record`, formulas note what they read and give. `options` are those of formulas, or those
    of Talang, which `talang_options` are. Without `campaign_id` they are the Application's.
    """

    definition: Definition
    zone: ZoneInfo
    resolve: Resolver
    record: bool
    talang_options: Options
    options: Options = FORMULA_OPTIONS
    campaign_id: int | None = None

    @property
    def collections(self) -> list[Collection]:
        """All collections, in the order in which a name means them (decision S153)."""
        own = self.campaign_id
        return sorted(
            self.definition.collections,
            key=lambda collection: (collection.campaign_id != own, collection.campaign_id or 0),
        )

    @property
    def unrecorded(self) -> Names:
        """The same names for what a trace does not look into."""
        return replace(self, record=False)

    @property
    def talang(self) -> Names:
        """The same names in expressions of Talang."""
        return replace(self, options=self.talang_options)

    def expression(self, expression: Expression) -> Closure:
        return self.compile(expression, self.resolve)

    def compile(self, expression: Expression, resolve: Resolver) -> Closure:
        """Return a closure that reads names through `resolve`."""
        if self.record and isinstance(expression, Call | Block):
            return _noting(expression, resolve, self.options)
        return compile_expression(expression, resolve, self.options)

    def optional(self, expression: Expression | None) -> Closure | None:
        return None if expression is None else self.expression(expression)

    def text(self, expression: Expression) -> ReadText:
        if isinstance(expression, Literal):
            text = show(expression.value)
            return lambda scope: text
        read = self.expression(expression)
        return lambda scope: show(read(scope))


def _noting(expression: Expression, resolve: Resolver, options: Options) -> Closure:
    """Return a closure that notes each time what it read and what came of it."""
    formula = short_text(expression)

    def resolve_noting(path: Path) -> Closure:
        read, name = resolve(path), f"${path}"

        def note(scope: Scope) -> Value:
            value = read(scope)
            if scope.recorder is not None:
                scope.recorder.inputs[name] = noted(value)
            return value

        return note

    compute = compile_expression(expression, resolve_noting, options)

    def compute_and_note(scope: Scope) -> Value:
        recorder = scope.recorder
        if recorder is None:
            return compute(scope)
        unit = unit_trace(scope.unit) if scope.unit is not None else None
        outer, recorder.inputs = recorder.inputs, {}
        try:
            value = compute(scope)
        except FAILURES as error:
            recorder.formula(
                FormulaTrace(
                    formula=formula, inputs=recorder.inputs, error=sentence(error), unit=unit
                )
            )
            raise
        else:
            result = noted(value)
            recorder.formula(
                FormulaTrace(formula=formula, inputs=recorder.inputs, result=result, unit=unit)
            )
            return value
        finally:
            recorder.inputs = outer

    return compute_and_note


@dataclass(frozen=True, slots=True)
class EffectParts:
    """What the effects of one rule are compiled with.

    `selectors` are all that the ruleset sees, `filters` those of the Application only, also where
    one of the ruleset has the same name. `resolve_amounts` reads names as discount values see them
    (decision E21).
    """

    place: Place
    names: Names
    selectors: Mapping[str, Selection]
    filters: Mapping[str, Selection]
    bundles: Mapping[str, FindBundles]
    resolve_amounts: Resolver

    @property
    def talang(self) -> EffectParts:
        """The same parts for effects that are written in Talang."""
        return replace(self, names=self.names.talang)

    @property
    def settings(self) -> Application:
        return self.names.definition.application

    def amount(self, expression: Expression) -> Closure:
        return self.names.compile(expression, self.resolve_amounts)

    def partial(self, partial: bool | None) -> bool:
        """Return a block's own setting, or the Application's (decision F20)."""
        return self.settings.enable_partial_discounts if partial is None else partial

    def units(self, target: ItemsTarget) -> FindUnits:
        """Return what finds a target's units; raises UnknownNameError for an unknown selector."""
        if target.selector is None:
            return lambda scope: scope.context.units
        selectors = self.filters if target.is_global else self.selectors
        if target.selector not in selectors:
            raise UnknownNameError(target.selector)
        return selectors[target.selector].units

    def bundles_of(self, name: str) -> FindBundles:
        """Return what finds the bundles of a definition; raises UnknownNameError."""
        if name not in self.bundles:
            raise UnknownNameError(f"Bundle.{name}")
        return self.bundles[name]

    def for_each(self, target: CartTarget | ItemsTarget | BundleTarget, fire: Apply) -> Apply:
        """Return what fires once for the cart, or once for each unit that is targeted."""
        if isinstance(target, CartTarget):
            return fire
        if isinstance(target, BundleTarget):
            return self._for_each_of_bundles(target.name, fire)
        find_units = self.units(target)

        def fire_for_units(scope: Scope, effects: list[Effect]) -> None:
            for _ in each_unit(scope, effect_units(scope, find_units(scope), effects)):
                fire(scope, effects)

        return fire_for_units

    def _for_each_of_bundles(self, name: str, fire: Apply) -> Apply:
        find_bundles = self.bundles_of(name)

        def fire_for_bundles(scope: Scope, effects: list[Effect]) -> None:
            for units in each_bundle(scope, name, find_bundles(scope)):
                for _ in each_unit(scope, effect_units(scope, units, effects)):
                    fire(scope, effects)

        return fire_for_bundles
