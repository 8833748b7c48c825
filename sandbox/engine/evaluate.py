"""Evaluate one session: the way in to the engine.

No I/O, no clock, no randomness: the same inputs give the same answer. Effects are ordered as
decisions A80 and E15 say: codes that no campaign ran for first, then campaign by campaign, for each
code its acceptance or rejection before the effects of the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sandbox.engine.changes import Change, CountBudget, CountCoupon, CounterKey, CountOrder
from sandbox.engine.codes import ExclusionReason, RejectionReason, normal_code
from sandbox.engine.compiled import CompiledApplication, CompiledCampaign
from sandbox.engine.evaluation import Evaluation, Facts, Request
from sandbox.engine.groups import CampaignResult, evaluate_tree, sleeping_results
from sandbox.engine.model import Coupon, Effect, Json
from sandbox.engine.run import CodeOutcome, discount_of, make_budgets, own_rejection
from sandbox.engine.scope import Context, make_context
from sandbox.engine.trace import CampaignOutcome, CampaignTrace, CodeTrace, Trace
from sandbox.numbers import ZERO

# Why the codes of a campaign that does not stand are rejected.
_EXCLUSIONS: dict[str, tuple[RejectionReason, ExclusionReason | None]] = {
    "notRunning": ("CouponPartOfNotRunningCampaign", None),
    "notInEvaluationSet": (
        "CouponPartOfNotTriggeredCampaign",
        "CampaignNotInEvaluationSet",
    ),
    "storeNotLinked": (
        "CouponPartOfNotTriggeredCampaign",
        "CampaignNotInEvaluationSet",
    ),
    "notAllocated": ("CouponPartOfNotTriggeredCampaign", "CampaignNotInEvaluationSet"),
    "skippedByGroup": ("CouponPartOfNotTriggeredCampaign", "CampaignIsNotFirst"),
    "lostComparison": ("CouponPartOfNotTriggeredCampaign", "CampaignGaveLowerDiscount"),
}
# Reasons that stand before the evaluation groups in the order of checks (decision F1).
_BEFORE_CAMPAIGN = ("notRunning", "notInEvaluationSet")


def evaluate(
    application: CompiledApplication, facts: Facts, request: Request, now: datetime
) -> Evaluation:
    """Evaluate `request` at `now`; the trace is there when the application records."""
    context = make_context(application, facts, request, now)
    codes = list(
        dict.fromkeys(
            normal_code(code, application.settings.case_sensitivity)
            for code in request.session.coupon_codes
        )
    )
    coupons: dict[int, list[Coupon]] = {}
    unknown: list[str] = []
    for code in codes:
        coupon = facts.coupons.get(code)
        if coupon is None or coupon.campaign_id not in application.campaigns:
            unknown.append(code)
        else:
            coupons.setdefault(coupon.campaign_id, []).append(coupon)
    results = evaluate_tree(context, coupons)
    rejections = [_reject_unknown(code) for code in unknown]
    effects: list[Effect] = []
    for result in results:
        if result.standing != "stands":
            excluded = coupons.get(result.campaign.definition.id, ())
            rejections += [_reject_excluded(context, result, coupon) for coupon in excluded]
            continue
        for run in result.runs:
            if run.code is not None:
                effects.append(_outcome_effect(result.campaign, run.code))
            effects += run.effects
    if rejections:
        effects = rejections + effects
    return Evaluation(
        effects=tuple(effects),
        changes=tuple(_changes(context, results)),
        campaigns=results,
        sleeping=lambda: sleeping_results(
            make_context(application, facts, request, now), coupons, results
        ),
        trace=_trace(context, results, codes, effects) if application.records else None,
    )


def _reject_excluded(context: Context, result: CampaignResult, coupon: Coupon) -> Effect:
    """Return the rejection of a code whose campaign does not stand."""
    reason, exclusion = _EXCLUSIONS[result.standing]
    own = None
    if result.standing not in _BEFORE_CAMPAIGN:
        budgets = make_budgets(context, result.campaign, coupon)
        own = own_rejection(context, coupon, budgets)
    props: dict[str, Json] = {"value": coupon.value, "rejectionReason": own or reason}
    if own is None and exclusion:
        props["campaignExclusionReason"] = exclusion
    return _code_effect(result.campaign, CodeOutcome(coupon, own or reason), props)


def _outcome_effect(campaign: CompiledCampaign, outcome: CodeOutcome) -> Effect:
    props: dict[str, Json] = {"value": outcome.coupon.value}
    if outcome.rejection is not None:
        props["rejectionReason"] = outcome.rejection
        if outcome.condition_index is not None:
            props["conditionIndex"] = outcome.condition_index
        if outcome.effect_index is not None:
            props["effectIndex"] = outcome.effect_index
    return _code_effect(campaign, outcome, props)


def _code_effect(
    campaign: CompiledCampaign, outcome: CodeOutcome, props: dict[str, Json]
) -> Effect:
    """Return an `acceptCoupon` or a `rejectCoupon` (decision A24)."""
    return Effect(
        campaign_id=campaign.definition.id,
        ruleset_id=campaign.ruleset_id,
        rule_index=outcome.rule_index,
        rule_name=outcome.rule_name,
        effect_type="rejectCoupon" if outcome.rejection else "acceptCoupon",
        props=props,
        triggered_by_coupon=outcome.coupon.id,
        evaluation_group_id=campaign.group_id,
        evaluation_group_mode=campaign.group_mode,
    )


def _reject_unknown(code: str) -> Effect:
    """Return the rejection of a code that no campaign knows (decision A23)."""
    return Effect(
        campaign_id=-1,
        ruleset_id=-1,
        rule_index=-1,
        rule_name="",
        effect_type="rejectCoupon",
        props={"value": code, "rejectionReason": "CouponNotFound"},
    )


def _changes(context: Context, results: Iterable[CampaignResult]) -> Iterator[Change]:
    """Yield what to store: what rules want at once, and what a closed session counts."""
    ledger, closing = context.ledger, context.request.is_closing
    yield from ledger.changes(closing=closing)
    if closing:
        yield from _counted(context, results)


def _counted(context: Context, results: Iterable[CampaignResult]) -> Iterator[Change]:
    """Yield redemptions, budgets, and the profile's history."""
    granted = context.ledger.amounts()
    session = context.session
    for outcome in _outcomes(results):
        if outcome.rejection is None and outcome.redeems:
            code = outcome.coupon.value
            yield CountCoupon(
                code=code,
                profile_id=session.profile_id,
                uses=1,
                discount=granted.get(("coupon", code), ZERO),
            )
    for key, amount in granted.items():
        if isinstance(key, CounterKey):
            yield CountBudget(key=key, amount=amount)
    if session.profile_id:
        yield CountOrder(profile_id=session.profile_id, orders=1, sales=session.total)


def _outcomes(results: Iterable[CampaignResult]) -> Iterator[CodeOutcome]:
    """Yield how the codes of campaigns that stand ended."""
    for result in results:
        if result.standing == "stands":
            yield from (run.code for run in result.runs if run.code)


def _trace(
    context: Context,
    results: Iterable[CampaignResult],
    codes: Sequence[str],
    effects: Iterable[Effect],
) -> Trace:
    decided = {
        effect.props["value"]: effect
        for effect in effects
        if effect.effect_type in ("acceptCoupon", "rejectCoupon")
    }
    return Trace(
        now=context.now,
        events=sorted(context.request.events),
        campaigns=[_campaign_trace(result) for result in results],
        codes=[
            CodeTrace(
                code=code,
                accepted=decided[code].effect_type == "acceptCoupon",
                reason=decided[code].props.get("rejectionReason"),
                exclusion_reason=decided[code].props.get("campaignExclusionReason"),
                campaign_id=decided[code].campaign_id,
            )
            for code in codes
        ],
        groups=context.decided,
    )


def _campaign_trace(result: CampaignResult) -> CampaignTrace:
    campaign = result.campaign
    outcome: CampaignOutcome
    if result.standing == "stands":
        outcome = "applied" if result.triggered else "notTriggered"
    else:
        outcome = result.standing
    return CampaignTrace(
        campaign_id=campaign.definition.id,
        name=campaign.definition.name,
        outcome=outcome,
        group_id=campaign.group_id or 0,
        group_mode=campaign.group_mode or "stackable",
        discount=discount_of(result.runs),
        variant_id=campaign.variant_id,
        runs=[run.trace for run in result.runs if run.trace],
    )
