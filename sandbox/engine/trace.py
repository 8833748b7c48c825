"""What an evaluation by the recording form notes: every condition with its values, every outcome.

A trace is data for people and tools; ``POST /sandbox/v1/workspaces/{name}/explain`` answers it, and
``docs/trace.schema.json`` is its schema. Lists of units, formulas and effects are cut where they
would grow with a large cart; their counts are not. `decisions` name the rows of the tables of
decisions on which an outcome hung (``F8``, ``S17``).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from sandbox.engine.model import Json, Model, Time
from sandbox.numbers import Number

# How many units, formulas and effects of one block are written out.
MOST = 200

CampaignOutcome = Literal[
    "applied",
    "notTriggered",
    "notRunning",
    "notInEvaluationSet",
    "storeNotLinked",
    "notAllocated",
    "skippedByGroup",
    "lostComparison",
]


class UnitTrace(Model, frozen=True):
    """One unit of the cart; `sub_position` is left out where lines are not flattened."""

    position: int
    sku: str
    sub_position: int | None = None


class ConditionTrace(Model, frozen=True):
    """One condition block: what it compared and how it ended.

    `passed` is None when an error kept it from being decided; `error` then says which. `index` is
    the condition's number in rejections; groups have none. `children` are the blocks of a group, or
    an event's matchers; all of them are visited, also those that the fast form would skip.
    """

    block_id: str
    type: str
    passed: bool | None
    index: int | None = None
    operator: str | None = None
    attribute: str | None = None
    actual: Json = None
    needed: Json = None
    reason: str | None = None
    error: str | None = None
    children: list[ConditionTrace] = []
    decisions: list[str] = []


class FormulaTrace(Model, frozen=True):
    """One computed value: the formula, what it read, what it gave."""

    formula: str
    inputs: dict[str, Json]
    result: Json = None
    error: str | None = None
    unit: UnitTrace | None = None


class BudgetTrace(Model, frozen=True):
    """One limit that was looked at.

    `used` is what earlier sessions counted, `granted` what this evaluation had given by then, and
    `left` what remained. `counts_by` holds the entities of its counter.
    """

    action: str
    limit: Number
    used: Number
    granted: Number
    left: Number
    period: str | None = None
    counts_by: dict[str, str] = {}


class GrantTrace(Model, frozen=True):
    """One amount that was given: wanted, granted, and what cut it.

    With cascading discounts, `before` and `after` are what was left of what is discounted.
    """

    wanted: Number
    granted: Number
    cut_by: str | None = None
    before: Number | None = None
    after: Number | None = None


class GivenEffect(Model, frozen=True):
    effect_type: str
    props: dict[str, Json]


class EffectTrace(Model, frozen=True):
    """One effect block that was tried: what it gave, or why it failed its rule.

    `count` is the number of effects, of which `effects` writes out the first ones.
    """

    block_id: str
    type: str
    count: int
    effects: list[GivenEffect] = []
    failure: str | None = None
    index: int | None = None
    formulas: list[FormulaTrace] = []
    budgets: list[BudgetTrace] = []
    grants: list[GrantTrace] = []
    decisions: list[str] = []


class StepTrace(Model, frozen=True):
    """One step of a cart item filter: what came out of it."""

    type: str
    count: int | None = None
    units: list[UnitTrace] = []
    value: Json = None


class SelectorTrace(Model, frozen=True):
    """One cart item filter: what it started from, and what each step left over.

    What goes into a step is what came out of the one before.
    """

    name: str
    source: str
    steps: list[StepTrace]
    error: str | None = None


class BundleTrace(Model, frozen=True):
    """One bundle definition with the units of each bundle that was built."""

    name: str
    count: int
    bundles: list[list[UnitTrace]]


class RuleTrace(Model, frozen=True):
    """One rule in one run. `failure_effects` are those of conditions that did not hold."""

    rule_index: int
    title: str
    passed: bool
    conditions: list[ConditionTrace]
    effects: list[EffectTrace] = []
    failure_effects: list[GivenEffect] = []
    unsupported: list[str] = []


class RunTrace(Model, frozen=True):
    """One run of a ruleset: for one coupon code, or for none, and with the campaign's referral."""

    rules: list[RuleTrace]
    coupon_code: str | None = None
    referral_code: str | None = None
    selectors: list[SelectorTrace] = []
    bundles: list[BundleTrace] = []


class CampaignTrace(Model, frozen=True):
    """One campaign: whether it was considered, and what came of it.

    `variant_id` is the variant of its experiment that was run.
    """

    campaign_id: int
    name: str
    outcome: CampaignOutcome
    group_id: int
    group_mode: str
    discount: Number | None = None
    variant_id: int | None = None
    runs: list[RunTrace] = []


class MemberTrace(Model, frozen=True):
    """One member of an evaluation group: a campaign, or the campaigns of a group in it."""

    campaign_ids: list[int]
    triggered: bool
    discount: Number
    stands: bool
    units: list[list[int | None]] = []


class GroupTrace(Model, frozen=True):
    """What an evaluation group decided among its members, in tree order.

    `units` of a member are the addresses that it won, in a group that decides for each cart item.
    """

    group_id: int
    name: str
    mode: str
    scope: str
    members: list[MemberTrace]
    decisions: list[str] = []


class CodeTrace(Model, frozen=True):
    """How one code of the request ended; `reason` is the vendor's rejection reason."""

    code: str
    accepted: bool
    reason: str | None = None
    exclusion_reason: str | None = None
    campaign_id: int | None = None
    kind: Literal["coupon", "referral"] = "coupon"


class Trace(Model, frozen=True):
    """One evaluation, explained; campaigns are in tree order, times aware."""

    now: Time
    events: list[str]
    campaigns: list[CampaignTrace]
    codes: list[CodeTrace]
    groups: list[GroupTrace] = []


def trace_schema() -> dict[str, Json]:
    """Return the JSON schema of a trace."""
    return msgspec.json.schema(Trace, schema_hook=_schema_of)


def _schema_of(kind: type) -> dict[str, Json]:
    if kind is Number:
        return {"type": "number"}
    raise NotImplementedError(f"no schema for {kind}")
