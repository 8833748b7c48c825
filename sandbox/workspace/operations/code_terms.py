"""What coupons and referrals have in common when the API makes or changes them.

Source: Management API, schemas CouponConstraints and CouponLimitConfigs; decisions S111, S192.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from random import Random
from secrets import token_hex
from string import ascii_lowercase
from typing import Annotated, Any

import msgspec

from sandbox.engine.definitions import AttributeEntity
from sandbox.engine.model import Attributes, Limit, Model, Time
from sandbox.engine.times import in_utc
from sandbox.errors import Fault
from sandbox.numbers import ZERO, Number
from sandbox.workspace.attributes import AttributeChecker
from sandbox.workspace.workspace import Workspace

MOST_USES = 999_999
UsageLimit = Annotated[int, msgspec.Meta(ge=0, le=MOST_USES)]
MOST_ID = 1000
ProfileId = Annotated[str, msgspec.Meta(max_length=MOST_ID)]
Characters = list[Annotated[str, msgspec.Meta(min_length=1)]]
Pattern = Annotated[str, msgspec.Meta(min_length=3, max_length=100)]
# As settings have it, those of campaigns, jobs and cards.
SettingsPattern = Annotated[
    str, msgspec.Meta(min_length=3, max_length=100, pattern=r"^[A-Za-z0-9._%+@#-]+\Z")
]
MOST_VALUE = Decimal(10) ** 15


class CouponTerms(Model, frozen=True):
    """What a coupon allows, and when."""

    usage_limit: UsageLimit | None = None
    discount_limit: Number | None = None
    reservation_limit: UsageLimit | None = None
    start_date: Time | None = None
    expiry_date: Time | None = None
    attributes: Attributes | None = None

    def given(self) -> dict[str, Any]:
        """Return what an update changes, without attributes: dates also when they are left out."""
        names = ("usage_limit", "discount_limit", "reservation_limit")
        values = {name: getattr(self, name) for name in names}
        return {
            "start_date": in_utc(self.start_date),
            "expiry_date": in_utc(self.expiry_date),
            **{name: value for name, value in values.items() if value is not None},
        }


def term_faults(workspace: Workspace, terms: CouponTerms) -> Iterator[Fault]:
    """Yield what is wrong with the terms of coupons."""
    yield from attribute_faults(workspace, "Coupon", terms.attributes)
    yield from date_faults(terms.start_date, terms.expiry_date)
    if terms.discount_limit is not None and not ZERO <= terms.discount_limit <= MOST_VALUE:
        details = f"Must be from 0 to {MOST_VALUE:f}"
        yield Fault("Invalid value", details, "/discountLimit")


def attribute_faults(
    workspace: Workspace, entity: AttributeEntity, attributes: Attributes | None
) -> Iterator[Fault]:
    checker = AttributeChecker(workspace.application.definition.attributes)
    return checker.faults(entity, attributes, "/attributes")


def date_faults(start: datetime | None, expiry: datetime | None) -> Iterator[Fault]:
    if start and expiry and expiry <= start:
        yield Fault("Invalid value", "Must be later than the start date", "/expiryDate")


def limit_faults(limits: list[Limit], *, is_single: bool) -> Iterator[Fault]:
    """Yield what is wrong with a coupon's own limits.

    They are per profile, and those of one coupon that is for nobody alone.
    """
    if limits and not is_single:
        details = "Only a single coupon without a recipient can have limits of its own"
        yield Fault("Invalid value", details, "/limits")
    for index, limit in enumerate(limits):
        if limit.entities != ["Profile"]:
            details = "A coupon's own limits count per profile"
            yield Fault("Invalid value", details, f"/limits/{index}/entities")
        if limit.limit < ZERO:
            yield Fault("Too small", "Must be at least 0", f"/limits/{index}/limit")


def new_random() -> Random:
    """Return chance to draw codes from."""
    return Random(token_hex(16))


def new_batch_id(random: Random) -> str:
    """Return what the vendor's samples look like: ``tqyrgahe``."""
    return "".join(random.choices(ascii_lowercase, k=8))
