"""Run one campaign: its ruleset once for each of its coupons in the session, or once without one.

A referral code of the campaign is there in each of these runs, and one of them is enough to accept
it.

Rules run in list order and do not stop each other. A rule is atomic: when one of its effects fails,
none of them stands, and failure effects do not run either (decision E24).
Source: reference/engine/02-rules-and-ruleset-format.md, section 2.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal

import msgspec

from sandbox.engine.budgets import Budgets, by_action, effective_limits
from sandbox.engine.codes import (
    COUPON,
    REFERRAL,
    RejectionReason,
    campaign_rejection,
    coupon_rejection,
    referral_rejection,
)
from sandbox.engine.compiled import CompiledCampaign, CompiledRule
from sandbox.engine.errors import FAILURES, EffectFailed, sentence
from sandbox.engine.model import Coupon, Effect, Referral, RuleFailure
from sandbox.engine.outcomes import Checked, CodeOutcome, decided, rejected
from sandbox.engine.paths import Read
from sandbox.engine.recorder import Recorder, given
from sandbox.engine.scope import PASSED, Context, Scope
from sandbox.engine.trace import RuleTrace, RunTrace
from sandbox.numbers import ONE, ZERO

ITEM_DISCOUNTS = frozenset({"setDiscountPerItem", "setDiscountPerAdditionalCostPerItem"})
DISCOUNTS = ITEM_DISCOUNTS | {"setDiscount", "setDiscountPerAdditionalCost"}


class Run(msgspec.Struct, frozen=True):
    """One run of a ruleset. `code` is how its coupon ended, None in a run without one.

    `failures` has one entry for each rule of the ruleset: None for a rule that applied.
    """

    code: CodeOutcome | None
    effects: list[Effect]
    failures: list[RuleFailure | None]
    trace: RunTrace | None

    @property
    def applied(self) -> bool:
        """At least one rule applied."""
        return None in self.failures


def run_with_codes(
    context: Context, campaign: CompiledCampaign, coupons: Sequence[Coupon]
) -> tuple[list[Run], CodeOutcome | None]:
    """Run a campaign of which the session has codes: for each of its coupons, or once without one.

    Returns its runs, and how the session's referral ended, None if it is another campaign's.
    """
    referral = context.facts.referral
    if referral is None or referral.campaign_id != campaign.definition.id:
        return [run_once(context, campaign, coupon) for coupon in coupons], None
    budgets = make_budgets(context, campaign, None, referral)
    rejection = own_rejection(context, referral, budgets) or campaign_rejection(budgets, REFERRAL)
    runs = [
        run_once(context, campaign, coupon, referral, rejection) for coupon in coupons or (None,)
    ]
    if rejection is not None:
        return runs, rejected(referral, rejection)
    outcome = decided(referral, _referral_checks(campaign, runs))
    if outcome.redeems:
        budgets.spend("redeemReferral", ONE)
    return runs, outcome


def _referral_checks(campaign: CompiledCampaign, runs: Sequence[Run]) -> Iterator[Checked]:
    for run in runs:
        for rule, failure in zip(campaign.rules, run.failures, strict=True):
            if rule.mentions_referral:
                yield rule.place, rule.place.redeems_referral, failure


def discount_of(runs: Sequence[Run]) -> Decimal:
    """Return the value that evaluation groups compare: all discounts together (decision E8)."""
    values = [e.props["value"] for run in runs for e in run.effects if e.effect_type in DISCOUNTS]
    return sum(values, ZERO)


def make_budgets(
    context: Context,
    campaign: CompiledCampaign,
    coupon: Coupon | None,
    referral: Referral | None,
) -> Budgets:
    """Return the limits of a campaign for a run with these codes of it."""
    limits = campaign.limits
    if coupon is not None and coupon.limits:
        limits = by_action(effective_limits(campaign.definition.limits, coupon))
    return Budgets(context, campaign.definition.id, limits, coupon, referral)


def own_rejection(
    context: Context, code: Coupon | Referral, budgets: Budgets
) -> RejectionReason | None:
    """Return why a code cannot be used, whatever the rules of its campaign say."""
    profile_id, facts = context.session.profile_id, context.facts
    if isinstance(code, Coupon):
        is_reserved = code.value in facts.reserved_codes
        return coupon_rejection(code, profile_id, is_reserved, budgets, context.now)
    return referral_rejection(
        code,
        profile_id,
        has_advocate=facts.advocate is not None,
        was_referred=facts.was_referred,
        budgets=budgets,
        now=context.now,
    )


def run_once(
    context: Context,
    campaign: CompiledCampaign,
    coupon: Coupon | None = None,
    referral: Referral | None = None,
    rejection_of_referral: RejectionReason | None = None,
) -> Run:
    """Run a campaign on what the ledger says is left; what it grants is added to the ledger."""
    limits = campaign.limits
    rejection: RejectionReason | None = None
    if coupon is not None:
        budgets = make_budgets(context, campaign, coupon, referral)
        limits = budgets.limits
        rejection = own_rejection(context, coupon, budgets) or campaign_rejection(budgets, COUPON)
    scope = Scope(context, campaign, limits, coupon, rejection, referral, rejection_of_referral)
    if limits or (coupon is not None and coupon.discount_limit is not None):
        scope.limited = True
    if context.application.records:
        scope.recorder = Recorder()
    if campaign.early:
        _compute(scope, campaign.early)
    effects: list[Effect] = []
    failures: list[RuleFailure | None] = []
    for rule in campaign.rules:
        failure = _apply(scope, rule, effects)
        failures.append(failure)
        if scope.broken:
            effects += _error_effects(scope, rule)
        if scope.recorder is not None:
            scope.recorder.rules.append(_rule_trace(scope.recorder, rule, failure is None))
    outcome = None if coupon is None else _coupon_outcome(scope, coupon, failures)
    trace = None if scope.recorder is None else _run_trace(scope, scope.recorder)
    return Run(outcome, effects, failures, trace)


def _apply(scope: Scope, rule: CompiledRule, effects: list[Effect]) -> RuleFailure | None:
    """Run one rule: append its effects, or its failure effects; return why it failed, if it did."""
    scope.failed = ()
    failed_condition = rule.check(scope)
    if failed_condition != PASSED:
        if rule.unsupported:
            return _failure(scope, rule, details="; ".join(rule.unsupported))
        effects += _failure_effects(scope)
        return _failure(scope, rule, condition_index=failed_condition)
    start, mark = len(effects), scope.context.ledger.mark()
    for apply in rule.effects:
        try:
            apply(scope, effects)
        except (EffectFailed, *FAILURES) as error:
            scope.note_error(error)
            scope.context.ledger.undo(mark)
            del effects[start:]
            index = rule.effects.index(apply)
            return _failure(scope, rule, effect_index=index, details=sentence(error))
    if scope.failed:
        effects += _failure_effects(scope)
    return None


def _error_effects(scope: Scope, rule: CompiledRule) -> list[Effect]:
    """Say what is wrong with a rule itself, once for each thing (decision S25).

    Not of campaigns that wait for a code: most requests do not even run them.
    """
    messages, scope.broken = scope.broken, ()
    if scope.campaign.needs_code and scope.coupon is None and scope.referral is None:
        return []
    return [scope.effect(rule.place, "error", {"message": message}) for message in messages]


def _failure_effects(scope: Scope) -> list[Effect]:
    """Run the failure effects of conditions that did not hold; one that fails is left out."""
    effects: list[Effect] = []
    for apply in scope.failed:
        mark = scope.context.ledger.mark()
        tried: list[Effect] = []
        try:
            apply(scope, tried)
        except (EffectFailed, *FAILURES):
            scope.context.ledger.undo(mark)
        else:
            effects += tried
    if scope.recorder is not None:
        scope.recorder.failure_effects = given(effects)
    return effects


def _failure(
    scope: Scope,
    rule: CompiledRule,
    condition_index: int | None = None,
    effect_index: int | None = None,
    details: str | None = None,
) -> RuleFailure:
    campaign = scope.campaign
    return RuleFailure(
        campaign_id=campaign.definition.id,
        campaign_name=campaign.definition.name,
        ruleset_id=campaign.ruleset_id,
        rule_index=rule.place.rule_index,
        rule_name=rule.place.rule_name,
        coupon_id=scope.coupon.id if scope.coupon else None,
        coupon_value=scope.coupon.value if scope.coupon else None,
        referral_id=scope.referral.id if scope.referral else None,
        referral_value=scope.referral.code if scope.referral else None,
        condition_index=condition_index,
        effect_index=effect_index,
        details=details,
        evaluation_group_id=campaign.group_id,
        evaluation_group_mode=campaign.group_mode,
    )


def _coupon_outcome(
    scope: Scope, coupon: Coupon, failures: Sequence[RuleFailure | None]
) -> CodeOutcome:
    """Decide the coupon, and count its redemption."""
    if scope.coupon_rejection is not None:
        return rejected(coupon, scope.coupon_rejection)
    checks: list[Checked] = []
    for rule, failure in zip(scope.campaign.rules, failures, strict=True):
        if rule.mentions_coupon:
            checks.append((rule.place, rule.place.redeems_coupon, failure))
    outcome = decided(coupon, checks)
    if outcome.redeems:
        scope.budgets.spend("redeemCoupon", ONE)
    return outcome


def _run_trace(scope: Scope, recorder: Recorder) -> RunTrace:
    """Return what was noted of a run.

    The trace sees every cart item filter and bundle, also those that no rule asked for.
    """
    _compute(scope, scope.campaign.lists)
    return RunTrace(
        rules=recorder.rules,
        coupon_code=scope.coupon.value if scope.coupon else None,
        referral_code=scope.referral.code if scope.referral else None,
        selectors=list(recorder.selectors.values()),
        bundles=list(recorder.bundles.values()),
    )


def _compute(scope: Scope, lists: Iterable[Read]) -> None:
    """Compute cart item filters and bundles; those that fail are left to whoever asks for them."""
    for read in lists:
        with suppress(*FAILURES):
            read(scope)


def _rule_trace(recorder: Recorder, rule: CompiledRule, passed: bool) -> RuleTrace:
    """Return what was noted of a rule, and let the recorder begin anew for the next one."""
    trace = RuleTrace(
        rule_index=rule.place.rule_index,
        title=rule.place.rule_name,
        passed=passed,
        conditions=recorder.conditions,
        effects=recorder.effects,
        failure_effects=recorder.failure_effects,
        unsupported=list(rule.unsupported),
    )
    recorder.conditions, recorder.effects, recorder.failure_effects = [], [], []
    return trace
