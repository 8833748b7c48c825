"""What an order changed: counters before and after it, as rows.

Shapes: Management API, schemas Campaign, Coupon and Referral; Integration API, schemas
CustomerInventory and CustomerAchievement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from sandbox.insight.campaign_list import budgets_in_words, uses_words
from sandbox.insight.customers import customer_name, standings
from sandbox.insight.money import exact, money
from sandbox.numbers import ZERO

Json: TypeAlias = Mapping[str, Any]

_NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Counted:
    """One counter that moved, with what it said before and says now."""

    what: str
    before: str
    after: str


def moved(before: Json, after: Json, currency: str) -> list[Counted]:
    """Return the counters that differ; a tally is what `sandbox.targets.tallies` reads."""
    earlier = dict(_counters(before, currency))
    later = dict(_counters(after, currency))
    rows = []
    for what in dict.fromkeys((*earlier, *later)):
        row = Counted(what, earlier.get(what, _NOTHING), later.get(what, _NOTHING))
        if row.before != row.after:
            rows.append(row)
    return rows


def _counters(tally: Json, currency: str) -> Iterator[tuple[str, str]]:
    """Yield what is counted, and how far it is, in words."""
    for coupon in tally["coupons"]:
        yield f"Uses of {coupon['value']}", uses_words(coupon)
        if coupon.get("discountRemainder") is not None:
            yield f"Left on {coupon['value']}", money(coupon["discountRemainder"], currency)
    for referral in tally["referrals"]:
        yield f"Uses of {referral['code']}", uses_words(referral)
    for campaign in tally["campaigns"]:
        for budget, words in budgets_in_words(campaign, currency):
            yield f"Budget of {campaign['name']}, {budget}", words
    yield from _of_customer(tally["inventory"], tally["achievements"], currency)


def _of_customer(
    inventory: Json, achievements: Sequence[Json], currency: str
) -> Iterator[tuple[str, str]]:
    profile = inventory.get("profile")
    if not profile:
        return
    name = customer_name(profile)
    yield f"Orders of {name}", str(profile.get("closedSessions") or 0)
    yield f"Spent by {name}", money(Decimal(profile.get("totalSales") or ZERO), currency)
    for standing in standings(inventory):
        yield f"Points in {standing.title}", exact(standing.points)
        yield f"Pending points in {standing.title}", exact(standing.pending)
        yield f"Tier in {standing.title}", standing.tier or _NOTHING
    for achievement in achievements:
        progress: Json = achievement.get("currentProgress") or {}
        done, target = progress.get("progress") or ZERO, achievement.get("target") or ZERO
        title = achievement.get("title") or achievement["name"]
        yield f"Progress of {title}", f"{exact(Decimal(done))} of {exact(Decimal(target))}"
    for audience in profile.get("audienceMemberships") or []:
        yield f"Audience {audience['name']}", "member"
    for giveaway in inventory.get("giveaways") or []:
        yield f"Giveaway {giveaway['code']}", "awarded"
    for referral in inventory.get("referrals") or []:
        yield f"Referral code {referral['code']}", "created"
