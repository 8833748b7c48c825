"""What evaluation wants stored: changes as data, with their inverse.

The caller applies all of them in one transaction, or, for a dry run, drops them. Some are stored
whenever their rule fires, the others when the session closes (reference/engine/04, section 4.4).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from msgspec.structs import replace

from sandbox.engine.achievements.changes import AddProgress
from sandbox.engine.loyalty.changes import AddPoints, DeductPoints, MoveExpiry
from sandbox.engine.model import Coupon, Json, Model, Referral
from sandbox.numbers import Number


class CounterKey(NamedTuple):
    """What one budget counter counts: an action of a campaign, in one period, for one combination.

    `period` is "" (overall) or the period with its calendar bucket, such as ``daily:2026-06-15``
    in the Application's zone (decision E29). An entity that does not belong to the key is "".
    """

    campaign_id: int
    action: str
    period: str = ""
    profile: str = ""
    coupon: str = ""
    referral: str = ""
    identifier: str = ""
    store: str = ""
    session: str = ""


class CountCoupon(Model, frozen=True, tag="countCoupon"):
    """Add to a coupon's own counters: redemptions, and money for codes with a value budget.

    `profile_id` is who redeemed it, "" if anonymous.
    """

    code: str
    profile_id: str
    uses: int
    discount: Number

    def inverse(self) -> CountCoupon:
        return replace(self, uses=-self.uses, discount=self.discount.copy_negate())


# Actions that are done, and counted, when their rule fires, whatever becomes of the session
# (decision E14), and those that cancelling does not take back (reference/engine/07, section 7.2).
COUNTED_AT_ONCE = frozenset({"createCoupon", "createReferral", "reserveCoupon"})
KEPT_WHEN_CANCELLED = COUNTED_AT_ONCE | {"awardGiveaway", "addFreeItemEffect", "customEffect"}


class CountBudget(Model, frozen=True, tag="countBudget"):
    """Add `amount` to one budget counter."""

    key: CounterKey
    amount: Number

    def inverse(self) -> CountBudget | None:
        if self.key.action in KEPT_WHEN_CANCELLED:
            return None
        return replace(self, amount=self.amount.copy_negate())


class CountOrder(Model, frozen=True, tag="countOrder"):
    """Add a closed session to a profile's history; `sales` is the session total (decision A22)."""

    profile_id: str
    orders: int
    sales: Number

    def inverse(self) -> CountOrder:
        return replace(self, orders=-self.orders, sales=self.sales.copy_negate())


class CountReferral(Model, frozen=True, tag="countReferral"):
    """Add to a referral's counter; `friend_id` is whose session redeemed it, "" if anonymous."""

    code: str
    friend_id: str
    uses: int

    def inverse(self) -> CountReferral:
        return replace(self, uses=-self.uses)


AttributeHolder = Literal["CustomerSession", "CustomerProfile", "Coupon", "Referral"]


class SetAttribute(Model, frozen=True, tag="setAttribute"):
    """Give a custom attribute a value, for good: cancelling does not take it back.

    `id` is the integration id of the session or profile, or the code of the coupon or referral.
    """

    entity: AttributeHolder
    id: str
    name: str
    value: Json

    def inverse(self) -> None:
        return None


class SetItemAttribute(Model, frozen=True, tag="setItemAttribute"):
    """Give a custom attribute of the cart line at `position` a value, for good."""

    session_id: str
    position: int
    name: str
    value: Json

    def inverse(self) -> None:
        return None


class Creation(NamedTuple):
    """Which effect of which run made a code: what a session knows it by again.

    `coupon` is that of the run, "" without one. `number` tells apart what blocks of one id made.
    """

    kind: Literal["coupon", "referral"]
    campaign_id: int
    ruleset_id: int
    rule_index: int
    block_id: str
    coupon: str
    number: int = 0


class AddCoupon(Model, frozen=True, tag="addCoupon"):
    """Store a coupon that a rule created; the store gives it its id.

    `kept_as`: the session reports the code again instead of making another one.
    """

    coupon: Coupon
    kept_as: Creation | None = None

    def inverse(self) -> None:
        return None


class AddReferral(Model, frozen=True, tag="addReferral"):
    """Store a referral that a rule created, as `AddCoupon` does a coupon."""

    referral: Referral
    kept_as: Creation | None = None

    def inverse(self) -> None:
        return None


class ReserveCode(Model, frozen=True, tag="reserveCode"):
    """Reserve a coupon for a profile, and count the reservation; the profile had none."""

    code: str
    profile_id: str

    def inverse(self) -> None:
        return None


class SetMembership(Model, frozen=True, tag="setMembership"):
    """Make a profile a member of an audience, or no member of it any more."""

    audience_id: int
    profile_id: str
    is_member: bool

    def inverse(self) -> None:
        return None


class TakeGiveaway(Model, frozen=True, tag="takeGiveaway"):
    """Give a code of a pool to a profile; the same code may be in there with other ids."""

    pool_id: int
    code: str
    profile_id: str
    giveaway_id: int = 0

    def inverse(self) -> None:
        return None


# The inverse of a change is what cancelling a closed session applies; None where nothing is undone,
# or where that depends on how things stand then (`sandbox.engine.rollback`).
Change: TypeAlias = (
    CountCoupon
    | CountBudget
    | CountOrder
    | CountReferral
    | SetAttribute
    | SetItemAttribute
    | AddCoupon
    | AddReferral
    | ReserveCode
    | SetMembership
    | TakeGiveaway
    | AddPoints
    | DeductPoints
    | MoveExpiry
    | AddProgress
)
