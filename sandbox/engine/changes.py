"""What evaluation wants stored: changes as data, with their inverse.

The caller applies all of them in one transaction, or, for a dry run, drops them. Some are stored
whenever their rule fires, the others when the session closes (reference/engine/04, section 4.4).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from msgspec.structs import replace

from sandbox.engine.achievements.changes import AddProgress
from sandbox.engine.loyalty.changes import AddPoints, DeductPoints, MoveExpiry
from sandbox.engine.model import Json, Model
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
        return replace(self, uses=-self.uses, discount=-self.discount)


class CountBudget(Model, frozen=True, tag="countBudget"):
    """Add `amount` to one budget counter."""

    key: CounterKey
    amount: Number

    def inverse(self) -> CountBudget:
        return replace(self, amount=-self.amount)


class CountOrder(Model, frozen=True, tag="countOrder"):
    """Add a closed session to a profile's history; `sales` is the session total (decision A22)."""

    profile_id: str
    orders: int
    sales: Number

    def inverse(self) -> CountOrder:
        return replace(self, orders=-self.orders, sales=-self.sales)


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


# The inverse of a change is what cancelling a closed session applies; None where nothing is undone,
# or where that depends on how things stand then (`sandbox.engine.rollback`).
Change: TypeAlias = (
    CountCoupon
    | CountBudget
    | CountOrder
    | CountReferral
    | SetAttribute
    | SetItemAttribute
    | AddPoints
    | DeductPoints
    | MoveExpiry
    | AddProgress
)
