"""Which price counts, and which was the best one of a while."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.catalogs.history import best_prior, history
from sandbox.engine.catalogs.items import BasePrice, CatalogItem, PriceAdjustment, PriceType
from sandbox.engine.catalogs.prices import eligible_types, lowest, prices_at
from tests.engine.builders import NOW

DAY = timedelta(days=1)
TYPES = ["base", "member"]


def adjustment(price: int | None, price_type: str = "member", **fields: Any) -> PriceAdjustment:
    given_price = None if price is None else Decimal(price)
    return PriceAdjustment(price_type=price_type, reference_id="r", price=given_price, **fields)


def item(*adjustments: PriceAdjustment, price: int | None = 100, **fields: Any) -> CatalogItem:
    own = None if price is None else Decimal(price)
    return CatalogItem(sku="A", price=own, adjustments=list(adjustments), **fields)


def counts(shoe: CatalogItem, time=NOW, types=TYPES) -> tuple[str, Decimal] | None:
    price = lowest(prices_at(shoe, types, time))
    return None if price is None else (price.price_type, price.price)


def test_a_price_type_is_for_the_audiences_that_it_targets_or_for_all():
    types = [
        PriceType(id=1, name="base"),
        PriceType(id=2, name="member", targeted_audiences_ids=[9, 8]),
    ]
    assert eligible_types(types, frozenset()) == ["base"]
    assert eligible_types(types, frozenset({8})) == ["base", "member"]


def test_the_lowest_price_counts():
    assert counts(item(adjustment(90))) == ("member", 90)
    assert counts(item(adjustment(110))) == ("base", 100)
    assert counts(item(adjustment(90)), types=["base"]) == ("base", 100)


def test_an_adjustment_of_the_base_price_stands_in_for_it():
    assert counts(item(adjustment(120, "base"))) == ("base", 120)
    assert counts(item(adjustment(120, "base"), price=None)) == ("base", 120)


def test_without_any_price_none_counts():
    assert counts(item(price=None)) is None


@pytest.mark.parametrize(
    ("fields", "when", "counted"),
    [
        ({"effective_from": NOW}, NOW, 90),
        ({"effective_from": NOW + DAY}, NOW, 100),
        ({"effective_until": NOW}, NOW, 100),
        ({"effective_until": NOW + DAY}, NOW, 90),
        ({"created": NOW + DAY, "effective_from": NOW - DAY}, NOW, 100),
    ],
)
def test_an_adjustment_holds_in_its_time_and_not_before_it_was_known(fields, when, counted):
    shown = counts(item(adjustment(90, **fields)), when)
    assert shown is not None
    assert shown[1] == counted


def test_of_two_adjustments_the_one_calculated_last_holds():
    older, newer = adjustment(90, calculated_at=NOW - DAY), adjustment(95, calculated_at=NOW)
    for both in ([older, newer], [newer, older]):
        assert counts(item(*both)) == ("member", 95)


def test_of_two_adjustments_of_the_same_time_the_later_one_holds():
    assert counts(item(adjustment(90), adjustment(95))) == ("member", 95)


def test_null_ends_a_price_type():
    ended = adjustment(None, calculated_at=NOW)
    assert counts(item(adjustment(90), ended)) == ("base", 100)


CHANGED = {
    "price": 80,
    "created": NOW - 90 * DAY,
    "base_prices": [
        BasePrice(price=Decimal(100), since=NOW - 90 * DAY),
        BasePrice(price=Decimal(60), since=NOW - 40 * DAY),
        BasePrice(price=Decimal(70), since=NOW - 20 * DAY),
        BasePrice(price=Decimal(80), since=NOW - 10 * DAY),
    ],
}


def best(shoe: CatalogItem, end_type: Any, days: int, end=NOW) -> Decimal | None:
    found = best_prior(shoe, TYPES, end, end_type, days)
    return found.price.price if found and found.price else None


def test_the_best_price_is_the_lowest_that_held_in_the_time_looked_at():
    assert best(item(**CHANGED), "strict", 5) == 80
    assert best(item(**CHANGED), "strict", 10) == 80
    assert best(item(**CHANGED), "strict", 11) == 70
    assert best(item(**CHANGED), "strict", 21) == 60
    assert best(item(**CHANGED), "strict", 30, end=NOW - 50 * DAY) == 100


def test_before_the_present_price_its_own_time_does_not_count():
    assert best(item(**CHANGED), "price", 5) == 70
    assert best(item(**CHANGED), "price", 30) == 60
    assert best(item(), "price", 30) is None


def test_before_a_sale_its_prices_do_not_count():
    sale = [
        adjustment(50, "base", effective_from=NOW - 9 * DAY, context_id="summer"),
        adjustment(40, "base", effective_from=NOW - 3 * DAY, context_id="summer"),
    ]
    assert best(item(*sale, **CHANGED), "price", 2) == 50
    assert best(item(*sale, **CHANGED), "sale", 1) == 80
    assert best(item(*sale, **CHANGED), "sale", 5) == 70
    assert best(item(**CHANGED), "sale", 5) == 80


def test_an_item_that_did_not_exist_had_no_price():
    new = item(created=NOW, base_prices=[BasePrice(price=Decimal(100), since=NOW)])
    assert best(new, "strict", 30, end=NOW - DAY) is None
    assert best(new, "strict", 30) == 100


def test_a_time_before_all_calendars_is_the_beginning():
    assert best(item(**CHANGED), "strict", 999_999) == 60


times = st.integers(-60, 30).map(lambda days: NOW + days * DAY)
adjustments = st.builds(
    lambda price, price_type, start, until, known: adjustment(
        price, price_type, effective_from=start, effective_until=until, created=known
    ),
    st.none() | st.integers(1, 200),
    st.sampled_from(TYPES),
    st.none() | times,
    st.none() | times,
    st.none() | times,
)


@given(st.lists(adjustments, max_size=6), times)
def test_the_history_says_at_any_time_what_counted_then(known, time):
    shoe = item(*known)
    observed = history(shoe, TYPES, NOW + 40 * DAY)
    at_that_time = [one for one in observed if one.began <= time][-1]
    price = at_that_time.price
    assert (None if price is None else (price.price_type, price.price)) == counts(shoe, time)


@given(st.lists(adjustments, max_size=6), st.integers(1, 60), st.integers(1, 60))
def test_a_longer_look_back_never_finds_a_higher_price(known, days, more):
    shoe = item(*known, price=150)
    short, long = best(shoe, "strict", days), best(shoe, "strict", days + more)
    assert short is not None
    assert long is not None
    assert long <= short
