"""What an evaluation by the recording form notes: every condition with its values, every outcome.

A trace is data for people and tools; ``POST /sandbox/v1/workspaces/{name}/explain`` answers it.
"""

from __future__ import annotations

from typing import Literal

from sandbox.engine.model import Json, Model

CampaignOutcome = Literal[
    "applied",
    "notTriggered",
    "notRunning",
    "notInEvaluationSet",
    "storeNotLinked",
    "skippedByGroup",
    "lostComparison",
]


class ConditionTrace(Model, frozen=True):
    """One condition block: what it compared and how it ended.

    `passed` is None when an error kept it from being decided; `error` then says which. `children`
    are the blocks of a group; all of them are visited, also those that the fast form would skip.
    """

    block_id: str
    type: str
    passed: bool | None
    operator: str | None = None
    attribute: str | None = None
    actual: Json = None
    needed: Json = None
    reason: str | None = None
    error: str | None = None
    children: list[ConditionTrace] = []


class EffectTrace(Model, frozen=True):
    """One effect block that was tried: how many effects it gave, or why it failed its rule."""

    block_id: str
    type: str
    count: int
    failure: str | None = None


class RuleTrace(Model, frozen=True):
    rule_index: int
    title: str
    passed: bool
    conditions: list[ConditionTrace]
    effects: list[EffectTrace] = []
    unsupported: list[str] = []


class RunTrace(Model, frozen=True):
    """One run of a ruleset: for one coupon code, or for none, and with the campaign's referral."""

    rules: list[RuleTrace]
    coupon_code: str | None = None
    referral_code: str | None = None


class CampaignTrace(Model, frozen=True):
    campaign_id: int
    name: str
    outcome: CampaignOutcome
    group_id: int
    group_mode: str
    runs: list[RunTrace] = []
    decisions: list[str] = []


class CodeTrace(Model, frozen=True):
    """How one code of the request ended; `reason` is the vendor's rejection reason."""

    code: str
    accepted: bool
    reason: str | None = None
    campaign_id: int | None = None
    kind: Literal["coupon", "referral"] = "coupon"


class Trace(Model, frozen=True):
    """One evaluation, explained; campaigns are in tree order."""

    campaigns: list[CampaignTrace]
    codes: list[CodeTrace]
