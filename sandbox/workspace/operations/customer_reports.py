"""What customers have done, counted: orders, coupons, discounts.

All of it is worked out of sessions and of what stands of what they gave. Source: Management API,
schemas CustomerActivityReport and CustomerAnalytics; decision S222.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from sandbox.engine.model import Effect
from sandbox.numbers import ZERO, plain
from sandbox.workspace.operations.sessions import is_order, total_discount
from sandbox.workspace.people import SessionBrief
from sandbox.workspace.workspace import Workspace


class _Visit(NamedTuple):
    """A session with the effects that stand."""

    session: SessionBrief
    effects: Sequence[Effect]

    def count(self, effect_type: str) -> int:
        return sum(effect.effect_type == effect_type for effect in self.effects)


class Activity(NamedTuple):
    """What a customer's sessions amount to; `campaigns` are those that gave something, by name."""

    orders: int
    orders_without_coupon: int
    discounted_orders: int
    revenue: Decimal
    discounts: Decimal
    redeemed_coupons: int
    accepted_coupons: int
    rejected_coupons: int
    created_coupons: int
    free_items: int
    campaigns: Sequence[str]


def activity_of(
    workspace: Workspace, profile_id: str, takes: Callable[[SessionBrief], bool]
) -> Activity:
    """Return what some of a customer's sessions amount to; those that were cancelled do not."""
    visits = [
        visit
        for visit in _visits(workspace, profile_id, takes)
        if visit.session.state != "cancelled"
    ]
    orders = [visit for visit in visits if is_order(visit.session)]
    discounts = [total_discount(visit.effects) for visit in orders]
    named = {effect.campaign_id for visit in visits for effect in visit.effects}
    campaigns = workspace.application.campaigns.values()
    return Activity(
        orders=len(orders),
        orders_without_coupon=sum(not visit.count("acceptCoupon") for visit in orders),
        discounted_orders=sum(discount > ZERO for discount in discounts),
        revenue=plain(sum((visit.session.total for visit in orders), ZERO)),
        discounts=plain(sum(discounts, ZERO)),
        redeemed_coupons=sum(visit.count("acceptCoupon") for visit in orders),
        accepted_coupons=sum(visit.count("acceptCoupon") for visit in visits),
        rejected_coupons=sum(visit.count("rejectCoupon") for visit in visits),
        created_coupons=sum(visit.count("couponCreated") for visit in visits),
        free_items=sum(visit.count("addFreeItem") for visit in orders),
        campaigns=[c.definition.name for c in campaigns if c.definition.id in named],
    )


def _visits(
    workspace: Workspace, profile_id: str, takes: Callable[[SessionBrief], bool]
) -> Iterator[_Visit]:
    records, connection = workspace.records, workspace.reading
    for session in records.people.sessions(connection, profile_id):
        if takes(session):
            yield _Visit(session, records.history(connection, session.integration_id).effects)
