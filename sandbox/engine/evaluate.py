"""Evaluate one session: the way in to the engine.

No I/O, no clock, no randomness: the same inputs give the same answer. Effects are ordered as
decisions A80 and E15 say: codes that no campaign ran for first, then campaign by campaign, for each
code its acceptance or rejection before the effects of the rules. A referral's stands before those
of its campaign's coupons (decision S50).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial

from sandbox.engine.changes import (
    COUNTED_AT_ONCE,
    Change,
    CountBudget,
    CountCoupon,
    CounterKey,
    CountOrder,
    CountReferral,
)
from sandbox.engine.codes import (
    COUPON,
    REFERRAL,
    CodeKind,
    ExclusionReason,
    normal_code,
    normal_codes,
)
from sandbox.engine.compiled import CompiledApplication, CompiledCampaign
from sandbox.engine.evaluation import Evaluation, Facts, Request
from sandbox.engine.groups import CampaignResult, evaluate_tree, sleeping_results
from sandbox.engine.loyalty.points import PointsKey
from sandbox.engine.model import Coupon, Effect, Json, Referral
from sandbox.engine.outcomes import CodeOutcome, rejected
from sandbox.engine.run import discount_of, make_budgets, own_rejection
from sandbox.engine.scope import Context, make_context
from sandbox.engine.trace import CampaignOutcome, CampaignTrace, CodeTrace, Trace
from sandbox.numbers import ZERO, plain

# Why the codes of a campaign that is running but does not stand are rejected.
_EXCLUSIONS: dict[str, ExclusionReason] = {
    "notInEvaluationSet": "CampaignNotInEvaluationSet",
    "storeNotLinked": "CampaignNotInEvaluationSet",
    "notAllocated": "CampaignNotInEvaluationSet",
    "skippedByGroup": "CampaignIsNotFirst",
    "lostComparison": "CampaignGaveLowerDiscount",
}
# Reasons that stand before the evaluation groups in the order of checks (decision F1).
_BEFORE_CAMPAIGN = ("notRunning", "notInEvaluationSet")


def evaluate(
    application: CompiledApplication, facts: Facts, request: Request, now: datetime
) -> Evaluation:
    """Evaluate `request` at `now`; the trace is there when the application records."""
    context = make_context(application, facts, request, now)
    case = application.settings.case_sensitivity
    codes = normal_codes(request.session.coupon_codes, case)
    referral_code = normal_code(request.session.referral_code, case)
    referral = facts.referral
    coupons: dict[int, list[Coupon]] = {}
    rejections: list[Effect] = []
    for code in codes:
        coupon = facts.coupons.get(code)
        if coupon is None or coupon.campaign_id not in application.campaigns:
            rejections.append(_reject_unknown(code, COUPON))
        else:
            coupons.setdefault(coupon.campaign_id, []).append(coupon)
    if referral_code and (referral is None or referral.campaign_id not in application.campaigns):
        rejections.append(_reject_unknown(referral_code, REFERRAL))
    results = evaluate_tree(context, coupons)
    effects: list[Effect] = []
    for result in results:
        if result.standing != "stands":
            campaign_id = result.campaign.definition.id
            excluded = coupons.get(campaign_id, ())
            rejections += [_reject_excluded(context, result, coupon) for coupon in excluded]
            if referral is not None and referral.campaign_id == campaign_id:
                rejections.append(_reject_excluded(context, result, referral))
            continue
        if result.referral is not None:
            effects.append(_outcome_effect(result.campaign, result.referral))
        for run in result.runs:
            if run.code is not None:
                effects.append(_outcome_effect(result.campaign, run.code))
            effects += run.effects
    effects = rejections + effects
    return Evaluation(
        effects=tuple(effects),
        changes=_changes(context, results),
        campaigns=results,
        sleeping=partial(_sleeping, application, facts, request, now, coupons, results),
        trace=_trace(context, results, codes, referral_code, effects)
        if application.records
        else None,
        points=_points(context),
    )


def _sleeping(
    application: CompiledApplication,
    facts: Facts,
    request: Request,
    now: datetime,
    coupons: Mapping[int, Sequence[Coupon]],
    results: Sequence[CampaignResult],
) -> list[CampaignResult]:
    """Return how the campaigns end that this request left asleep, on a ledger of their own."""
    return sleeping_results(make_context(application, facts, request, now), coupons, results)


def _points(context: Context) -> Mapping[PointsKey, Decimal]:
    if not context.application.programs:
        return {}
    amounts = context.ledger.amounts().items()
    return {key: amount for key, amount in amounts if isinstance(key, PointsKey)}


def _reject_excluded(context: Context, result: CampaignResult, code: Coupon | Referral) -> Effect:
    """Return the rejection of a code whose campaign does not stand (also decision A36)."""
    own = None
    if result.standing not in _BEFORE_CAMPAIGN:
        coupon, referral = (code, None) if isinstance(code, Coupon) else (None, code)
        budgets = make_budgets(context, result.campaign, coupon, referral)
        own = own_rejection(context, code, budgets)
    kind = COUPON if isinstance(code, Coupon) else REFERRAL
    is_running = result.standing != "notRunning"
    outcome = rejected(code, own or (kind.not_triggered if is_running else kind.not_running))
    props: dict[str, Json] = {"value": outcome.code, "rejectionReason": outcome.rejection}
    if own is None and is_running:
        props["campaignExclusionReason"] = _EXCLUSIONS[result.standing]
    return _code_effect(result.campaign, outcome, props)


def _outcome_effect(campaign: CompiledCampaign, outcome: CodeOutcome) -> Effect:
    props: dict[str, Json] = {"value": outcome.code}
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
    """Return the acceptance or rejection of a coupon or a referral (decision A24)."""
    return Effect(
        campaign_id=campaign.definition.id,
        ruleset_id=campaign.ruleset_id,
        rule_index=outcome.rule_index,
        rule_name=outcome.rule_name,
        effect_type=outcome.kind.reject if outcome.rejection else outcome.kind.accept,
        props=props,
        triggered_by_coupon=outcome.coupon_id,
        evaluation_group_id=campaign.group_id,
        evaluation_group_mode=campaign.group_mode,
    )


def _reject_unknown(code: str, kind: CodeKind) -> Effect:
    """Return the rejection of a code that no campaign knows (decision A23)."""
    return Effect(
        campaign_id=-1,
        ruleset_id=-1,
        rule_index=-1,
        rule_name="",
        effect_type=kind.reject,
        props={"value": code, "rejectionReason": kind.not_found},
    )


def _changes(context: Context, results: Iterable[CampaignResult]) -> tuple[Change, ...]:
    """Return what to store: what rules want at once, and what is counted once it is final."""
    commits = context.request.commits
    changes = context.ledger.changes(closing=commits)
    return (*changes, *_counted(context, results)) if commits else tuple(changes)


def _counted(context: Context, results: Iterable[CampaignResult]) -> Iterator[Change]:
    """Yield redemptions, budgets, and the profile's history."""
    granted = context.ledger.amounts()
    session = context.session
    for outcome in _outcomes(results):
        if outcome.rejection is not None or not outcome.redeems:
            continue
        code, profile_id = outcome.code, session.profile_id
        if outcome.kind is REFERRAL:
            yield CountReferral(code=code, friend_id=profile_id, uses=1)
        else:
            discount = plain(granted.get(("coupon", code), ZERO))
            yield CountCoupon(code=code, profile_id=profile_id, uses=1, discount=discount)
    for key, amount in granted.items():
        if isinstance(key, CounterKey) and key.action not in COUNTED_AT_ONCE:
            yield CountBudget(key=key, amount=plain(amount))
    if session.profile_id and context.request.is_closing:
        yield CountOrder(profile_id=session.profile_id, orders=1, sales=session.total)


def _outcomes(results: Iterable[CampaignResult]) -> Iterator[CodeOutcome]:
    """Yield how the codes of campaigns that stand ended."""
    for result in results:
        if result.standing == "stands":
            if result.referral is not None:
                yield result.referral
            yield from (run.code for run in result.runs if run.code)


def _trace(
    context: Context,
    results: Iterable[CampaignResult],
    codes: Sequence[str],
    referral_code: str,
    effects: Sequence[Effect],
) -> Trace:
    return Trace(
        now=context.now,
        events=sorted(context.request.events),
        campaigns=[_campaign_trace(result) for result in results],
        codes=[
            *_code_traces(codes, COUPON, effects),
            *_code_traces([referral_code] if referral_code else [], REFERRAL, effects),
        ],
        groups=context.decided,
    )


def _code_traces(
    codes: Iterable[str], kind: CodeKind, effects: Iterable[Effect]
) -> Iterator[CodeTrace]:
    decided = {
        effect.props["value"]: effect
        for effect in effects
        if effect.effect_type in (kind.accept, kind.reject)
    }
    for code in codes:
        effect = decided[code]
        yield CodeTrace(
            code=code,
            accepted=effect.effect_type == kind.accept,
            reason=effect.props.get("rejectionReason"),
            exclusion_reason=effect.props.get("campaignExclusionReason"),
            campaign_id=effect.campaign_id,
            kind=kind.name,
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
