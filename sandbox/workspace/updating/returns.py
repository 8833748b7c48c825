"""Return items of a closed session, and evaluate anew the campaigns that want it.

Source: reference/api/02-session-lifecycle.md, sections 2.5 and 2.6; decisions F29, E53, S133, S134.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from secrets import token_hex

from msgspec.structs import replace

from sandbox.engine.changes import Change, CountBudget, CountCoupon, CountReferral
from sandbox.engine.evaluation import Request
from sandbox.engine.loyalty.changes import AddPoints
from sandbox.engine.model import CustomerSession, Effect
from sandbox.engine.returns import (
    DISCOUNT_BUDGETS,
    POINTS_BUDGETS,
    PartialRollback,
    ReturnedLine,
    roll_back_returned,
)
from sandbox.engine.run import DISCOUNTS
from sandbox.errors import Fault, Refused
from sandbox.workspace.entities import ItemReturn, ReturnedItem, SessionHistory
from sandbox.workspace.errors import UnknownSessionError
from sandbox.workspace.standing import read_standing
from sandbox.workspace.updates import ItemToReturn
from sandbox.workspace.updating.built_in_events import session_event
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.updating.returned_items import returned_lines, value_of, without
from sandbox.workspace.updating.work import Work

# What a campaign that is evaluated anew gives anew; all else that it did at the close stays, and is
# not done a second time (decision S133).
_POINTS_GIVEN = ("addLoyaltyPoints", "changeLoyaltyTierLevel")
_SAID_AGAIN = (
    "acceptCoupon",
    "rejectCoupon",
    "acceptReferral",
    "rejectReferral",
    "showNotification",
    "error",
)
# What stands from now on: not the rollbacks, and not what is only said.
_STANDS = DISCOUNTS | set(_POINTS_GIVEN)


def return_items(
    work: Work, session_id: str, wanted: Sequence[ItemToReturn], *, runs_rules: bool
) -> Outcome:
    """Return items, and store what that changes. Raises Refused, UnknownSessionError."""
    records, connection = work.records, work.connection
    stored = records.session(connection, session_id)
    if stored is None:
        raise UnknownSessionError(session_id)
    if stored.state not in ("closed", "partially_returned"):
        details = f"Items of a closed session can be returned, and this one is {stored.state}"
        raise Refused([Fault("state", details)])
    lines = returned_lines(stored.cart_items, wanted)
    history = records.history(connection, session_id)
    anew = _evaluated_anew(work, history) if runs_rules else frozenset()
    undone = roll_back_returned(
        history.effects,
        history.changes,
        lines,
        value_of(stored.cart_items, lines),
        anew,
        read_standing(records, connection, work.application, stored, history.effects, work.now),
    )
    session = without(stored, lines, work.now)
    records.put_session(connection, session)
    work.touch(session.profile_id)
    records.apply(connection, undone.changes)
    outcome = Outcome(session, None, undone.effects, None)
    changes: list[Change] = []
    if anew:
        outcome, changes = _evaluate_anew(work, session, undone, anew)
        records.apply(connection, changes)
    event = work.log(session_event("sessionPartiallyReturned", session, outcome.effects))
    outcome = replace(work.stored(outcome), event=event, previous_returns=history.returns)
    item_return = _item_return(outcome, lines)
    records.put_history(
        connection,
        replace(
            history,
            effects=[*undone.kept, *(e for e in outcome.effects if e.effect_type in _STANDS)],
            changes=[*undone.left, *changes],
            returns=[*history.returns, item_return],
        ),
    )
    return work.mentioned(replace(work.final(outcome), item_return=item_return), changes)


def _evaluated_anew(work: Work, history: SessionHistory) -> frozenset[int]:
    """Return the campaigns that want it, of those that produced an effect at the close."""
    campaigns = work.application.campaigns
    produced = {effect.campaign_id for effect in history.effects}
    return frozenset(
        id for id in produced if id in campaigns and campaigns[id].definition.reevaluate_on_return
    )


def _evaluate_anew(
    work: Work, session: CustomerSession, undone: PartialRollback, anew: frozenset[int]
) -> tuple[Outcome, list[Change]]:
    """Evaluate campaigns as if this session had not used their codes and budgets yet.

    Its own redemptions must not stand in its way; they are counted again afterwards, since codes
    stay redeemed (decision E53).
    """
    records, connection = work.records, work.connection
    own = [change for change in undone.left if _counts_for(change, anew, work)]
    records.apply(connection, [_reversed(change) for change in own])
    request = Request(session, frozenset({"sessionPartiallyReturned"}), anew, seed=token_hex(16))
    outcome = work.evaluate(request, work.profile(session.profile_id))
    records.apply(connection, own)
    assert outcome.evaluation is not None, "it was evaluated"
    renewed = undone.renewed
    again = [effect for effect in outcome.effects if _is_given(effect, anew, renewed)]
    changes = [
        kept
        for change in outcome.evaluation.changes
        if (kept := _given_anew(change, renewed)) is not None
    ]
    return replace(outcome, effects=[*undone.effects, *again]), changes


def _counts_for(change: Change, anew: Collection[int], work: Work) -> bool:
    """Tell whether a change counts a code or a budget of these campaigns."""
    match change:
        case CountBudget(key=key):
            return key.campaign_id in anew
        case CountCoupon(code=code):
            coupon = work.records.coupon(work.connection, code)
            return coupon is not None and coupon.campaign_id in anew
        case CountReferral(code=code):
            referral = work.records.referrals.get(work.connection, code)
            return referral is not None and referral.campaign_id in anew
    return False


def _reversed(change: Change) -> Change:
    """Return what uncounts a change, also one that cancelling would not take back."""
    match change:
        case CountBudget(amount=amount):
            return replace(change, amount=-amount)
        case CountCoupon() | CountReferral():
            return change.inverse()
    raise AssertionError("only counters are uncounted")


def _is_given(effect: Effect, anew: Collection[int], renewed: Collection[int]) -> bool:
    if effect.effect_type in _POINTS_GIVEN:
        return effect.campaign_id in renewed
    is_given = effect.effect_type in DISCOUNTS or effect.effect_type in _SAID_AGAIN
    return is_given and effect.campaign_id in anew


def _given_anew(change: Change, renewed: Collection[int]) -> Change | None:
    """Return what of a change belongs to discounts and points."""
    match change:
        case CountBudget(key=key) if key.action in DISCOUNT_BUDGETS:
            return change
        case CountBudget(key=key) if key.action in POINTS_BUDGETS and key.campaign_id in renewed:
            return change
        case CountCoupon(discount=discount) if discount:
            return replace(change, uses=0, profile_id="")
        case AddPoints(transaction=transaction) if transaction.campaign_id in renewed:
            return change
    return None


def _item_return(outcome: Outcome, lines: Iterable[ReturnedLine]) -> ItemReturn:
    """Return the entity of a return, which has the id of its event."""
    session, profile = outcome.session, outcome.profile
    skus = {item.position: item.sku for item in session.cart_items}
    assert outcome.event is not None, "logged before"
    return ItemReturn(
        id=outcome.event.id,
        created=session.updated,
        application_id=session.application_id,
        account_id=1,
        returned_cart_items=[
            ReturnedItem(
                position=line.position,
                sku=skus[line.position],
                quantity=line.quantity,
            )
            for line in lines
        ],
        event_id=outcome.event.id,
        session_id=session.id,
        session_integration_id=session.integration_id,
        profile_id=profile.id if profile else None,
        profile_integration_id=profile.integration_id if profile else None,
    )


def without_ids(outcome: Outcome) -> Outcome:
    """Return the outcome of a dry return: nothing was stored that could have an id (S10)."""
    assert outcome.event is not None, "a return has an event"
    assert outcome.item_return is not None, "a return has an entity"
    return replace(
        outcome,
        event=replace(outcome.event, id=0),
        item_return=replace(outcome.item_return, id=0, event_id=0),
    )
