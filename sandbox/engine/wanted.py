"""What rules look at or do beyond the session, its profile and its coupons.

It is known once an Application is compiled; nobody reads for a request what no rule asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sandbox.rules.effects import AwardGiveaway, CreateCoupon, CreateReferral, ReserveCoupon
from sandbox.rules.model import Block, CheckAudience


class WantedFacts(NamedTuple):
    """`giveaways` says how many blocks award from each pool; `kept_codes` that sessions keep codes
    which rules create.
    """

    audiences: bool
    reservations: bool
    created_codes: bool
    kept_codes: bool
    giveaways: Mapping[int, int]


def wanted_facts(blocks: Iterable[Block]) -> WantedFacts:
    """Return what these blocks, all of an Application's, look at."""
    audiences = reservations = created_codes = kept_codes = False
    giveaways: Counter[int] = Counter()
    for block in blocks:
        match block:
            case CheckAudience():
                audiences = True
            case ReserveCoupon():
                reservations = True
            case CreateCoupon() | CreateReferral():
                created_codes = True
                kept_codes = kept_codes or block.code.store_in_session
            case AwardGiveaway(pool_id=pool_id):
                giveaways[pool_id] += 1
    return WantedFacts(audiences, reservations, created_codes, kept_codes, giveaways)
