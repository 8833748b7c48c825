"""Generated requests, and everything that their evaluation needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from msgspec.structs import replace

from sandbox.engine.budgets import counter_keys
from sandbox.engine.changes import CounterKey
from sandbox.engine.compile import compile_application
from sandbox.engine.definitions import Definition
from sandbox.engine.evaluate import evaluate
from sandbox.engine.evaluation import Evaluation, Event, Facts, Memberships, Request
from sandbox.engine.model import (
    CartItem,
    Cost,
    Coupon,
    CustomerProfile,
    CustomerSession,
    Giveaway,
    Product,
    Referral,
    VariantAllocation,
)
from sandbox.numbers import encode_json
from tests.engine import builders
from tests.engine.strategies import values as words
from tests.engine.strategies.applications import (
    AROUND,
    MOST_CAMPAIGNS,
    any_definitions,
    any_limits,
)
from tests.engine.strategies.effects import ITEM_COSTS, SESSION_COSTS

CODES = ["ONE", "TWO", "THREE"]


@dataclass(frozen=True)
class Situation:
    """Everything that one evaluation reads."""

    definition: Definition
    facts: Facts
    request: Request
    now: datetime

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Let Hypothesis print a failing example so that it can be read."""
        printer.text(repr(self))

    def __repr__(self) -> str:
        """Return what was generated as JSON, without what is the same in every Application."""
        generated = replace(self.definition, **{part: [] for part in AROUND})
        counters = [f"{key}: {amount}" for key, amount in self.facts.counters.items()]
        facts = replace(self.facts, counters={})
        parts = [generated, facts, counters, self.request]
        return "\n".join(f"{encode_json(part).decode()}" for part in parts) + f"\n{self.now}"

    @property
    def session(self) -> CustomerSession:
        return self.request.session

    def evaluate(self, *, record: bool = False) -> Evaluation:
        application = compile_application(self.definition, record=record)
        return evaluate(application, self.facts, self.request, self.now)

    def with_items(self, items: Iterable[CartItem]) -> Situation:
        """Return the same with other lines, in this order."""
        return self.with_session(replace(self.session, cart_items=in_order(items)))

    def with_session(self, session: CustomerSession) -> Situation:
        request = replace(self.request, session=session)
        return Situation(self.definition, self.facts, request, self.now)

    def with_definition(self, definition: Definition) -> Situation:
        return Situation(definition, self.facts, self.request, self.now)


_prices = st.sampled_from(words.PRICES)
_odd_prices = st.sampled_from([*words.PRICES, *words.ODD_PRICES])
_costs = st.builds(lambda price: Cost(price=price), _prices)
_session_costs, _item_costs = (
    st.dictionaries(st.sampled_from([name for name, _ in known]), _costs, max_size=2)
    for known in (SESSION_COSTS, ITEM_COSTS)
)
_skus = st.sampled_from(words.SKUS)
_categories = st.sampled_from(words.CATEGORIES)
_quantities = st.integers(1, 3)
# Seldom used fields of an item.
_details = st.sampled_from(
    [{}, {"name": "shirt"}, {"product": Product(name="hat")}, {"weight": Decimal(3)}]
)


@words.composite
def _lines(draw: st.DrawFn, *, typed: bool, sane: bool) -> CartItem:
    quantity = draw(_quantities)
    returned = 1 if not typed and draw(words.seldom) else 0
    return CartItem(
        sku=draw(_skus),
        quantity=quantity,
        price=draw(_prices if sane else _odd_prices),
        position=0,
        returned_quantity=returned,
        remaining_quantity=quantity - returned,
        category=draw(_categories),
        attributes=draw(words.attributes(typed=typed)),
        additional_costs=draw(_item_costs),
        **draw(_details),
    )


@cache
def carts(*, typed: bool = True, sane: bool = False) -> st.SearchStrategy[list[CartItem]]:
    """Return the lines of carts.

    Unless `typed`, attributes hold values of any type and lines may have been returned in part;
    unless `sane`, some prices are negative, tiny or huge.
    """
    lines = _lines(typed=typed, sane=sane)
    some = st.lists(lines, min_size=1, max_size=4)
    return st.one_of(some, st.lists(lines, min_size=2, max_size=4), st.just([])).map(in_order)


def in_order(items: Iterable[CartItem]) -> list[CartItem]:
    """Return lines with the positions at which they stand."""
    return [replace(item, position=position) for position, item in enumerate(items)]


_names = st.sampled_from(["anna", "", "bob", "anna"])
_orders = st.integers(0, 2)


@words.composite
def profiles(draw: st.DrawFn) -> CustomerProfile | None:
    """Return a profile, or None for an anonymous session."""
    name = draw(_names)
    if not name:
        return None
    return builders.profile(
        name,
        attributes=draw(words.attributes()),
        closed_sessions=draw(_orders),
        total_sales=draw(_prices),
    )


def _validity(now: datetime) -> list[dict[str, Any]]:
    day = timedelta(days=1)
    return [
        {"usage_limit": 1},
        {"usage_limit": 1, "usage_counter": 1},
        {"usage_limit": 2, "usage_counter": 1},
        {"start_date": now, "expiry_date": now + day},
        {"start_date": now + day},
        {"expiry_date": now},
        {"recipient_integration_id": "anna"},
        {"is_reservation_mandatory": True},
    ]


# Campaigns that own a code, by their number; now and then one that does not exist.
_owners = {
    most: st.sampled_from([*range(1, most + 1)] * 8 + [99] + [1])
    for most in range(1, MOST_CAMPAIGNS + 1)
}
_validities = {now: st.sampled_from(_validity(now)) for now in words.MOMENTS}
_money = st.sampled_from(
    [
        {"discount_limit": Decimal(limit), "discount_counter": spent}
        for limit in (50, 5, 0)
        for spent in (None, Decimal("4.5"))
    ]
)


@words.composite
def _coupons(draw: st.DrawFn, campaigns: int, now: datetime) -> dict[str, Any]:
    """Return what is special about a coupon; of most, nothing is."""
    fields: dict[str, Any] = {"campaign_id": draw(_owners[campaigns])}
    if draw(words.sometimes):
        fields |= draw(_validities[now])
    if draw(words.sometimes):
        fields |= draw(_money)
    if draw(words.seldom):
        fields["limits"] = draw(any_limits)
    return fields | {"attributes": draw(words.attributes())}


@cache
def coupons(campaigns: int, now: datetime) -> st.SearchStrategy[list[Coupon]]:
    """Return coupons of so many campaigns, most of which can be used."""
    fields = _coupons(campaigns, now)
    drawn = st.dictionaries(st.sampled_from(CODES), fields, min_size=1, max_size=3)
    return drawn.map(
        lambda found: [
            builders.coupon(code, id=100 + number, **fields)
            for number, (code, fields) in enumerate(found.items())
        ]
    )


_referral_fields = st.sampled_from(
    [
        *[{}] * 6,
        {"usage_limit": 1, "usage_counter": 1},
        {"friend_profile_integration_id": "bob"},
        {"advocate_profile_integration_id": "anna"},
        {"start_date": words.MOMENTS[0], "expiry_date": words.MOMENTS[0] + timedelta(days=1)},
    ]
)


@words.composite
def referrals(draw: st.DrawFn, campaigns: int) -> Referral | None:
    """Return the referral that the code FRIEND means, if it means one."""
    if draw(words.either):
        return None
    return builders.referral(
        "FRIEND",
        draw(_owners[campaigns]),
        attributes=draw(words.attributes()),
        **draw(_referral_fields),
    )


# Audiences of a profile: now, joined and left in this event.
_memberships = st.sampled_from(
    [
        Memberships(),
        Memberships(frozenset({1})),
        Memberships(frozenset({1, 2}), joined=frozenset({2})),
        Memberships(left=frozenset({1})),
    ]
)
_giveaways = [
    Giveaway(id=number, created=words.MOMENTS[0], code=f"TICKET-{number}", pool_id=1)
    for number in (1, 2, 3)
]
_numbers_of_giveaways = st.integers(0, 3)

_moments = st.sampled_from(words.MOMENTS)
_events: st.SearchStrategy[set[Any]] = st.sampled_from(
    [
        {"sessionCreated"},
        {"sessionClosed"},
        {"sessionUpdated"},
        {"sessionCreated", "sessionClosed"},
        set(),
        {"sessionClosed"},
    ]
)
_shares = st.sampled_from([Decimal(n) for n in ("0.5", "0", "1", "1.5", "0")])


@words.composite
def situations(
    draw: st.DrawFn,
    definitions: st.SearchStrategy[Definition] = any_definitions,
    *,
    typed: bool = True,
    sane: bool = False,
    closing: bool | None = None,
) -> Situation:
    """Return an Application with a request to it.

    Unless `typed`, attributes hold values of any type; unless `sane`, some prices are negative,
    tiny or huge. `closing` says whether the session closes; if it says nothing, the request may
    also be about a custom event, ask for certain campaigns, or for all of a group.
    """
    definition = draw(definitions)
    now = draw(_moments)
    count = len(definition.campaigns)
    known = draw(coupons(count, now)) if draw(words.often) else []
    profile = draw(profiles())
    referral = draw(referrals(count))
    items = draw(carts(typed=typed, sane=sane))
    session = _session(draw, known, referral, profile, items, typed)
    of_any_kind = closing is None
    events = draw(_events) if of_any_kind else {"sessionClosed" if closing else "sessionUpdated"}
    request = Request(
        session=replace(session, state="closed" if "sessionClosed" in events else "open"),
        events=frozenset(events),
        evaluable_campaign_ids=frozenset({1, 99}) if of_any_kind and draw(words.seldom) else None,
        event=None if events else Event("scanned", draw(words.attributes(typed=typed))),
        force_complete=of_any_kind and draw(words.seldom),
        seed="any",
        dry=draw(words.either),
    )
    facts = Facts(
        profile=profile,
        coupons={coupon.value: coupon for coupon in known},
        counters=_counters(draw, definition, session, known, referral, now),
        reserved_codes=frozenset(CODES) if draw(words.either) else frozenset(),
        referral=referral,
        advocate=builders.profile("advocate") if referral and draw(words.often) else None,
        was_referred=draw(words.seldom),
        audiences=draw(_memberships),
        advocate_audiences=draw(_memberships),
        giveaways={1: _giveaways[: draw(_numbers_of_giveaways)]},
        taken_codes=frozenset({("coupon", "ONE")}),
    )
    return Situation(definition, facts, request, now)


_typed_too = st.sampled_from([[], [], [], ["NOBODY"], [], [], ["one"], [], []])
_identifiers = words.some(["10.0.0.1", "phone"], 2)
_stores = st.sampled_from(["berlin", None, "paris"])
_referral_codes = st.sampled_from(["", "", "FRIEND", ""])
_allocations = st.sampled_from(
    [
        None,
        [VariantAllocation(experiment_id=1, variant_id=1)],
        [VariantAllocation(experiment_id=1, variant_id=9)],
        None,
    ]
)


def _session(
    draw: st.DrawFn,
    coupons: list[Coupon],
    referral: Referral | None,
    profile: CustomerProfile | None,
    items: list[CartItem],
    typed: bool,
) -> CustomerSession:
    costs = draw(_session_costs)
    return builders.session(
        items,
        profile_id=profile.integration_id if profile else "",
        coupon_codes=[coupon.value for coupon in coupons] + draw(_typed_too),
        additional_costs={name: cost.price for name, cost in costs.items()},
        attributes=draw(words.attributes(typed=typed)),
        identifiers=draw(_identifiers),
        store_integration_id=draw(_stores),
        referral_code=referral.code if referral else draw(_referral_codes),
        experiment_variant_allocations=draw(_allocations),
    )


def _counters(
    draw: st.DrawFn,
    definition: Definition,
    session: CustomerSession,
    coupons: list[Coupon],
    referral: Referral | None,
    now: datetime,
) -> dict[CounterKey, Decimal]:
    """Return what earlier sessions counted: nothing, some of the limit, all of it, more."""
    zone = ZoneInfo(definition.application.timezone)
    code = referral.code if referral else None
    keys = counter_keys(definition.campaigns, session, coupons, code, now, zone)
    allowed = {
        (campaign.id, limit.action): limit.limit
        for campaign in definition.campaigns
        for limit in campaign.limits
    }
    return {
        key: allowed.get((key.campaign_id, key.action), Decimal(5)) * draw(_shares)
        for key in sorted(keys)
    }
