"""Compile campaigns: their cart item filters, bundles and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sandbox.engine.budgets import by_action
from sandbox.engine.bundles import compile_bundle
from sandbox.engine.compiled import CompiledCampaign, CompiledRule
from sandbox.engine.conditions import ConditionCompiler
from sandbox.engine.definitions import Campaign, CampaignGroup, Definition
from sandbox.engine.effects import compile_effect, guarded, noting
from sandbox.engine.expressions import talang_options
from sandbox.engine.loyalty.names import read_loyalty
from sandbox.engine.model import Json
from sandbox.engine.needs import needs_code
from sandbox.engine.parts import EffectParts, FindBundles, Names
from sandbox.engine.paths import Selection, make_resolver
from sandbox.engine.scope import Apply, Check, Place
from sandbox.engine.selectors import compile_selector
from sandbox.rules.effects import EffectBlock, PassthroughEffect
from sandbox.rules.model import (
    Block,
    Bundle,
    CheckCoupon,
    CheckEvent,
    CheckReferral,
    Condition,
    FilterStep,
    Group,
    Passthrough,
    Rule,
    Ruleset,
    Selector,
    Unsupported,
)
from sandbox.rules.v1.conditions import codes_checked
from sandbox.talang.compile import Resolver
from sandbox.talang.errors import EvaluationError, TalangError


class TreePlace(NamedTuple):
    """Where a campaign stands in the evaluation tree: its group, and its number in tree order."""

    group: CampaignGroup
    number: int


class CampaignCompiler:
    """Compiles one campaign after another of the same Application.

    `filters` are the Application's cart item filters, which every campaign can use; `warnings` has
    a sentence for each that cannot be computed.
    """

    def __init__(
        self, definition: Definition, zone: ZoneInfo, filters: Iterable[Selector], *, record: bool
    ) -> None:
        self._definition = definition
        self._zone = zone
        self._record = record
        self._filters: dict[str, Selection] = {}
        self._read_loyalty = partial(read_loyalty, definition.loyalty_programs)
        resolve = make_resolver(
            definition.attributes,
            zone,
            {},
            self._filters,
            {},
            loyalty=self._read_loyalty,
            cascading=False,
        )
        self._talang = talang_options(definition.attributes, zone)
        names = Names(definition, zone, resolve, record, self._talang)
        self.warnings = tuple(self._compile_selectors(filters, self._filters, names))

    def compile(
        self, campaign: Campaign, ruleset: Ruleset, tree_place: TreePlace
    ) -> CompiledCampaign:
        group = tree_place.group
        parameters = {parameter.name: parameter.value for parameter in ruleset.parameters}
        selectors = dict(self._filters)
        bundles: dict[str, FindBundles] = {}
        settings = self._definition.application
        make = partial(
            make_resolver,
            self._definition.attributes,
            self._zone,
            parameters,
            selectors,
            bundles,
            loyalty=self._read_loyalty,
        )
        names = Names(
            self._definition,
            self._zone,
            make(cascading=False),
            self._record,
            self._talang,
            campaign_id=campaign.id,
        )
        resolve_amounts = make(cascading=settings.enable_cascading_discounts)
        warnings = self._compile_selectors(ruleset.selectors, selectors, names)
        warnings += self._compile_bundles(ruleset.bundles, bundles, names, selectors)
        rules = tuple(
            self._compile_rule(index, rule, names, selectors, bundles, resolve_amounts)
            for index, rule in enumerate(ruleset.rules)
        )
        warnings += _ignored_handlers(campaign.ruleset)
        warnings += [
            f"Rule “{rule.place.rule_name}” never fires: {reason}"
            for rule in rules
            for reason in rule.unsupported
        ]
        return CompiledCampaign(
            definition=campaign,
            place=tree_place.number,
            ruleset_id=ruleset.id,
            blocks=tuple(block for rule in ruleset.rules for block in _walk(rule.blocks)),
            rules=rules,
            lists=(*(s.read for s in selectors.values()), *bundles.values())
            if self._record
            else (),
            limits=by_action(campaign.limits),
            needs_code=needs_code(ruleset.rules),
            runs_always=campaign.state == "enabled"
            and not (campaign.start_time or campaign.end_time or campaign.linked_store_ids),
            group_id=group.group_id or None,
            group_mode=group.evaluation_mode if group.group_id else None,
            warnings=tuple(f"Campaign “{campaign.name}”: {warning}" for warning in warnings),
        )

    def _conditions(self, names: Names, effects: EffectParts | None) -> ConditionCompiler:
        def compile_effects(blocks: Iterable[Block]) -> tuple[Apply, ...]:
            if effects is None:
                return ()
            return tuple(compile_effect(b, effects) for b in blocks if isinstance(b, EffectBlock))

        return ConditionCompiler(names, compile_effects)

    def _compile_selectors(
        self,
        definitions: Iterable[Selector],
        selectors: dict[str, Selection],
        names: Names,
    ) -> list[str]:
        """Fill `selectors` with those that can be compiled; return a sentence for each other one.

        A filter may stand before the one that it selects from, so they are tried until no more
        can be compiled.
        """
        waiting = list(definitions)
        reasons: dict[str, str] = {}
        progress = True
        while waiting and progress:
            progress = False
            for selector in list(waiting):
                try:
                    selectors[selector.name] = self._compile_selector(selector, names, selectors)
                except TalangError as error:
                    reasons[selector.name] = str(error)
                else:
                    waiting.remove(selector)
                    progress = True
        return [
            f"Cart item filter “{selector.name}” cannot be computed: {reasons[selector.name]}"
            for selector in waiting
        ]

    def _compile_bundles(
        self,
        definitions: Iterable[Bundle],
        bundles: dict[str, FindBundles],
        names: Names,
        selectors: Mapping[str, Selection],
    ) -> list[str]:
        """Fill `bundles`; return a sentence for each definition that cannot be compiled."""
        warnings = []
        for definition in definitions:
            try:
                bundles[definition.name] = compile_bundle(definition, names, selectors)
            except TalangError as error:
                warnings.append(f"Bundle “{definition.name}” cannot be built: {error}")
        return warnings

    def _compile_selector(
        self, selector: Selector, names: Names, others: Mapping[str, Selection]
    ) -> Selection:
        for step in selector.steps:
            parts = _walk([step.predicate]) if isinstance(step, FilterStep) else [step]
            for part in parts:
                if isinstance(part, Unsupported):
                    raise EvaluationError(part.reason)
        return compile_selector(selector, names, self._conditions(names.unrecorded, None), others)

    def _compile_rule(
        self,
        index: int,
        rule: Rule,
        names: Names,
        selectors: Mapping[str, Selection],
        bundles: Mapping[str, FindBundles],
        resolve_amounts: Resolver,
    ) -> CompiledRule:
        blocks = list(_walk(rule.blocks))
        coupon_checks = [block for block in blocks if isinstance(block, CheckCoupon)]
        referral_checks = [block for block in blocks if isinstance(block, CheckReferral)]
        place = Place(
            index,
            rule.title,
            redeems_coupon=any(check.redeem for check in coupon_checks),
            redeems_referral=any(check.redeem for check in referral_checks),
        )
        unsupported = [block.reason for block in blocks if isinstance(block, Unsupported)]
        check: Check = _never
        effects: tuple[Apply, ...] = ()
        if not unsupported:
            parts = EffectParts(place, names, selectors, self._filters, bundles, resolve_amounts)
            try:
                conditions = self._conditions(names, parts)
                check = conditions.compile_all(rule.blocks)
                effects = tuple(self._compile_effects(rule.blocks, parts))
            except TalangError as error:
                check = _never
                unsupported = [str(error)]
        return CompiledRule(
            place, check, effects, bool(coupon_checks), bool(referral_checks), tuple(unsupported)
        )

    def _compile_effects(self, blocks: Iterable[Block], parts: EffectParts) -> Iterator[Apply]:
        conditions = self._conditions(parts.names.unrecorded, None)
        found = _effects(blocks, (), True, conditions)
        for index, (block, guards) in enumerate(found):
            apply = compile_effect(block, parts)
            if self._record:
                apply = noting(block, index, apply)
            yield guarded(guards, apply) if guards else apply


def _ignored_handlers(ruleset: Json) -> list[str]:
    """Return a warning if blocks have handlers for errors, whose names nobody published (E55)."""
    if not _mentions(ruleset, "onError"):
        return []
    return ["What blocks do on errors (onError) is not run: the vendor publishes no names for it"]


def _mentions(value: Json, key: str) -> bool:
    if isinstance(value, dict):
        return bool(value.get(key)) or any(_mentions(inner, key) for inner in value.values())
    return isinstance(value, list) and any(_mentions(inner, key) for inner in value)


def _never(scope: object) -> int:
    return 0


def _walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks and everything inside them, failure effects included."""
    for block in blocks:
        yield block
        if isinstance(block, Group):
            yield from _walk(block.blocks)
        elif isinstance(block, CheckEvent):
            yield from _walk(block.matchers)
        elif isinstance(block, Passthrough):
            yield from codes_checked(block.expression)
        elif isinstance(block, PassthroughEffect):
            yield from block.attempts
        if isinstance(block, Condition):
            for failure in block.on_failure:
                if isinstance(failure, Condition):
                    reason = "Conditions among failure effects are not evaluated yet"
                    yield Unsupported(failure.id, "onFailure", reason)
            yield from _walk(block.on_failure)


def _effects(
    blocks: Iterable[Block],
    guards: tuple[Check, ...],
    holds: bool,
    conditions: ConditionCompiler,
) -> Iterator[tuple[EffectBlock, tuple[Check, ...]]]:
    """Yield a rule's effect blocks in document order, with the checks that guard each of them.

    `holds` says that the enclosing group must hold for the rule to hold. Where it need not (a
    member of an `atLeastOne` or `none` group), effects run only if their own group holds.
    """
    for block in blocks:
        if isinstance(block, Group):
            inner = guards if holds else (*guards, conditions.compile(block))
            all_hold = block.operator == "all"
            yield from _effects(block.blocks, inner, all_hold, conditions)
        elif isinstance(block, EffectBlock):
            yield block, guards
