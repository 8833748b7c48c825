"""What a request gave, as far as its answer may show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from sandbox.engine.achievements.progress import NO_PROGRESS, AchievementFacts
from sandbox.engine.evaluation import Evaluation
from sandbox.engine.loyalty.points import PointsKey
from sandbox.engine.loyalty.transactions import NO_LOYALTY, LoyaltyFacts
from sandbox.engine.model import Coupon, CustomerProfile, CustomerSession, Effect
from sandbox.workspace.entities import ItemReturn, TrackedEvent
from sandbox.workspace.mentioned import NOTHING_MENTIONED, Mentioned


class Outcome(msgspec.Struct, frozen=True):
    """What a request gave. `evaluation` is None where nothing was evaluated (a cancellation).

    `session` is that of the request; of an update of a profile, and of an event, it only says whose
    it is and when. `coupons` are those of the session's codes, `redemptions` how often its profile
    has redeemed them, by code, `mentioned` what else an answer may show. `loyalty` and
    `achievements` are what is stored, `points` what closing would still change of that.
    `item_return` is what was returned, `previous_returns` what had been before.
    """

    session: CustomerSession
    profile: CustomerProfile | None
    effects: Sequence[Effect]
    evaluation: Evaluation | None
    coupons: Sequence[Coupon] = ()
    redemptions: Mapping[str, int] = {}
    mentioned: Mentioned = NOTHING_MENTIONED
    loyalty: LoyaltyFacts = NO_LOYALTY
    achievements: AchievementFacts = NO_PROGRESS
    points: Mapping[PointsKey, Decimal] = {}
    event: TrackedEvent | None = None
    item_return: ItemReturn | None = None
    previous_returns: Sequence[ItemReturn] = ()
