"""An Application as `sandbox.engine.evaluate` runs it: its rules are closures.

`sandbox.engine.compile` makes these, once per revision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sandbox.engine.achievements.definitions import CompiledAchievement
from sandbox.engine.definitions import (
    Application,
    Campaign,
    Definition,
    EvaluationMode,
    Experiment,
    Store,
)
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.model import Limit
from sandbox.engine.paths import Read
from sandbox.engine.scope import Apply, Check, Place
from sandbox.engine.wanted import WantedFacts
from sandbox.rules.model import Block


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """`effects` apply its blocks, in document order.

    `unsupported` holds a sentence for each thing that keeps the rule from ever firing; such a rule
    never passes its check.
    """

    place: Place
    check: Check
    effects: tuple[Apply, ...]
    mentions_coupon: bool
    mentions_referral: bool
    unsupported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledCampaign:
    """One campaign with one ruleset: its own, or that of a variant of its experiment.

    `place` is its number in tree order. `blocks` are all blocks of its rules. `runs_always`: it is
    enabled, and neither a schedule, nor stores, nor an experiment restrict it. `lists` compute
    every cart item filter and bundle, for traces, `early` those that the campaign's own discounts
    would change. `variants` are the campaign with the ruleset of each variant, by variant id.
    """

    definition: Campaign
    place: int
    ruleset_id: int
    blocks: tuple[Block, ...]
    rules: tuple[CompiledRule, ...]
    early: tuple[Read, ...]
    lists: tuple[Read, ...]
    limits: Mapping[str, Sequence[Limit]]
    needs_code: bool
    runs_always: bool
    group_id: int | None
    group_mode: EvaluationMode | None
    warnings: tuple[str, ...]
    experiment_id: int | None = None
    variant_id: int | None = None
    experiment: Experiment | None = None
    variants: Mapping[int, CompiledCampaign] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompiledGroup:
    """A node of the evaluation tree. `per_item`: it decides for each unit of the cart.

    `awake` are the places of members that any request runs, `sleepers` the places of campaigns that
    need a code, by campaign id; the fast form runs those only for requests that have one.
    """

    group_id: int
    name: str
    mode: EvaluationMode
    per_item: bool
    members: tuple[CompiledGroup | CompiledCampaign, ...]
    awake: tuple[int, ...]
    sleepers: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class CompiledApplication:
    """What `sandbox.engine.evaluate` runs.

    `budgeted` are the campaigns with budgets. `warnings` holds a sentence for each rule or setting
    that is not evaluated as written, `wanted` what its rules look at.
    """

    definition: Definition
    settings: Application
    zone: ZoneInfo
    campaigns: Mapping[int, CompiledCampaign]
    budgeted: tuple[Campaign, ...]
    tree: CompiledGroup
    stores: Mapping[str, Store]
    records: bool
    warnings: tuple[str, ...]
    wanted: WantedFacts
    programs: Mapping[int, Program]
    achievements: Mapping[int, CompiledAchievement]
