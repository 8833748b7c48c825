"""Compile an Application's definition, once per revision.

Rules become closures (`sandbox.engine.conditions`, `sandbox.engine.effects`). With `record`, the
same compiler makes the recording form, whose evaluations carry a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.engine.budgets import by_action
from sandbox.engine.conditions import ConditionCompiler
from sandbox.engine.definitions import (
    Application,
    Campaign,
    CampaignGroup,
    Definition,
    EvaluationMode,
    Store,
)
from sandbox.engine.effects import compile_effect
from sandbox.engine.model import Limit
from sandbox.engine.parts import EffectParts, Names
from sandbox.engine.paths import Read, make_resolver
from sandbox.engine.scope import Apply, Check, Place
from sandbox.engine.selectors import compile_selector
from sandbox.engine.tree import complete_tree, leaves, scope_warnings
from sandbox.errors import Fault, Refused
from sandbox.rules.effects import EffectBlock
from sandbox.rules.model import (
    Block,
    CheckCoupon,
    CheckReferral,
    Condition,
    FilterStep,
    Group,
    Rule,
    Ruleset,
    Selector,
    Unsupported,
)
from sandbox.rules.parse import parse_ruleset
from sandbox.talang.compile import Resolver
from sandbox.talang.errors import EvaluationError, TalangError

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class CompiledEffect:
    """One effect block. `guards` are the checks of enclosing groups that may fail on their own."""

    block_id: str
    type: str
    guards: tuple[Check, ...]
    apply: Apply


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """`unsupported` holds a sentence for each thing that keeps the rule from ever firing."""

    place: Place
    check: Check
    effects: tuple[CompiledEffect, ...]
    mentions_coupon: bool
    mentions_referral: bool
    unsupported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledCampaign:
    """`runs_always`: it is enabled, and neither a schedule nor stores restrict it."""

    definition: Campaign
    ruleset_id: int
    rules: tuple[CompiledRule, ...]
    limits: Mapping[str, Sequence[Limit]]
    runs_always: bool
    group_id: int | None
    group_mode: EvaluationMode | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledGroup:
    """A node of the evaluation tree."""

    mode: EvaluationMode
    members: tuple[CompiledGroup | CompiledCampaign, ...]


@dataclass(frozen=True, slots=True)
class CompiledApplication:
    """What `sandbox.engine.evaluate` runs.

    `blocks` are all blocks of all rules, by their class: what an evaluation may need to know.
    `warnings` holds a sentence for each rule or setting that is not evaluated as written.
    """

    definition: Definition
    settings: Application
    zone: ZoneInfo
    campaigns: Mapping[int, CompiledCampaign]
    tree: CompiledGroup
    stores: Mapping[str, Store]
    blocks: Mapping[type, Sequence[Block]]
    records: bool
    warnings: tuple[str, ...]

    def blocks_of(self, kind: type[B]) -> Sequence[B]:
        """Return the blocks of one class, of all rules of all campaigns."""
        return self.blocks.get(kind, ())  # type: ignore[return-value]  # they are of this class


def compile_application(definition: Definition, *, record: bool = False) -> CompiledApplication:
    """Compile everything, or raise Refused with every fault, its pointer into the bundle."""
    faults: list[Fault] = []
    settings = definition.application
    try:
        zone = ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
        details = f"“{settings.timezone}” is not the name of a time zone, such as Europe/Berlin"
        faults.append(Fault("Unknown", details, "/application/timezone"))
    tree = complete_tree(definition)
    groups = {leaf.campaign_id: group for group, leaf in leaves(tree)}
    compiler = _CampaignCompiler(definition, zone, record)
    campaigns: dict[int, CompiledCampaign] = {}
    blocks: dict[type, list[Block]] = {}
    for index, campaign in enumerate(definition.campaigns):
        pointer = f"/campaigns/{index}"
        if campaign.id in campaigns:
            faults.append(
                Fault(
                    "Duplicate",
                    f"Another campaign has id {campaign.id}",
                    f"{pointer}/id",
                )
            )
        ruleset = parse_ruleset(campaign.ruleset, f"{pointer}/ruleset", faults)
        if not faults:
            campaigns[campaign.id] = compiler.compile(campaign, ruleset, groups[campaign.id])
            for rule in ruleset.rules:
                for block in _walk(rule.blocks):
                    blocks.setdefault(type(block), []).append(block)
    if faults:
        raise Refused(faults)
    warnings = [warning for campaign in campaigns.values() for warning in campaign.warnings]
    warnings += scope_warnings(tree)
    return CompiledApplication(
        definition=definition,
        settings=settings,
        zone=zone,
        campaigns=campaigns,
        tree=_compile_tree(tree, campaigns),
        stores={store.integration_id: store for store in definition.stores},
        blocks=blocks,
        records=record,
        warnings=tuple(warnings),
    )


def _compile_tree(group: CampaignGroup, campaigns: Mapping[int, CompiledCampaign]) -> CompiledGroup:
    return CompiledGroup(
        mode=group.evaluation_mode,
        members=tuple(
            _compile_tree(element, campaigns)
            if isinstance(element, CampaignGroup)
            else campaigns[element.campaign_id]
            for element in group.elements
        ),
    )


class _CampaignCompiler:
    """Compiles one campaign after another of the same Application."""

    def __init__(self, definition: Definition, zone: ZoneInfo, record: bool) -> None:
        self._definition = definition
        self._zone = zone
        self._record = record

    def compile(
        self, campaign: Campaign, ruleset: Ruleset, group: CampaignGroup
    ) -> CompiledCampaign:
        parameters = {parameter.name: parameter.value for parameter in ruleset.parameters}
        selectors: dict[str, Read] = {}
        settings = self._definition.application
        make = partial(
            make_resolver,
            self._definition.attributes,
            self._zone,
            parameters,
            selectors,
        )
        names = Names(self._definition, self._zone, make(cascading=False))
        resolve_amounts = make(cascading=settings.enable_cascading_discounts)
        warnings = self._compile_selectors(ruleset.selectors, selectors, names)
        rules = tuple(
            self._compile_rule(index, rule, names, selectors, resolve_amounts)
            for index, rule in enumerate(ruleset.rules)
        )
        warnings += [
            f"Rule “{rule.place.rule_name}” never fires: {reason}"
            for rule in rules
            for reason in rule.unsupported
        ]
        return CompiledCampaign(
            definition=campaign,
            ruleset_id=ruleset.id,
            rules=rules,
            limits=by_action(campaign.limits),
            runs_always=campaign.state == "enabled"
            and not (campaign.start_time or campaign.end_time or campaign.linked_store_ids),
            group_id=group.group_id or None,
            group_mode=group.evaluation_mode if group.group_id else None,
            warnings=tuple(f"Campaign “{campaign.name}”: {warning}" for warning in warnings),
        )

    def _conditions(
        self, names: Names, effects: EffectParts | None, record: bool
    ) -> ConditionCompiler:
        def compile_effects(blocks: Iterable[Block]) -> list[Apply]:
            if effects is None:
                return []
            return [compile_effect(b, effects) for b in blocks if isinstance(b, EffectBlock)]

        return ConditionCompiler(names, compile_effects, record=record)

    def _compile_selectors(
        self,
        definitions: Iterable[Selector],
        selectors: dict[str, Read],
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
                    selectors[selector.name] = self._compile_selector(selector, names)
                except TalangError as error:
                    reasons[selector.name] = str(error)
                else:
                    waiting.remove(selector)
                    progress = True
        return [
            f"Cart item filter “{selector.name}” cannot be computed: {reasons[selector.name]}"
            for selector in waiting
        ]

    def _compile_selector(self, selector: Selector, names: Names) -> Read:
        for step in selector.steps:
            parts = _walk([step.predicate]) if isinstance(step, FilterStep) else [step]
            for part in parts:
                if isinstance(part, Unsupported):
                    raise EvaluationError(part.reason)
        return compile_selector(selector, names.resolve, self._conditions(names, None, False))

    def _compile_rule(
        self,
        index: int,
        rule: Rule,
        names: Names,
        selectors: dict[str, Read],
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
        effects: tuple[CompiledEffect, ...] = ()
        if not unsupported:
            parts = EffectParts(place, names, selectors, resolve_amounts)
            try:
                conditions = self._conditions(names, parts, self._record)
                check = conditions.compile_all(rule.blocks)
                guards = self._conditions(names, None, record=False)
                effects = tuple(_effects(rule.blocks, (), True, parts, guards))
            except TalangError as error:
                unsupported = [str(error)]
        return CompiledRule(
            place, check, effects, bool(coupon_checks), bool(referral_checks), tuple(unsupported)
        )


def _never(scope: object) -> int:
    return 0


def _walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks and everything inside them, failure effects included."""
    for block in blocks:
        yield block
        if isinstance(block, Group):
            yield from _walk(block.blocks)
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
    parts: EffectParts,
    conditions: ConditionCompiler,
) -> Iterator[CompiledEffect]:
    """Yield a rule's effects in document order.

    `holds` says that the enclosing group must hold for the rule to hold. Where it need not (a
    member of an `atLeastOne` or `none` group), effects run only if their own group holds.
    """
    for block in blocks:
        if isinstance(block, Group):
            inner = guards if holds else (*guards, conditions.compile(block))
            all_hold = block.operator == "all"
            yield from _effects(block.blocks, inner, all_hold, parts, conditions)
        elif isinstance(block, EffectBlock):
            kind = type(block).__name__
            yield CompiledEffect(
                block.id, kind[0].lower() + kind[1:], guards, compile_effect(block, parts)
            )
