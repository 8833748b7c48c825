from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sandbox.engine.budgets import counter_keys, period_bucket
from sandbox.engine.changes import CounterKey
from tests.engine.builders import NOW, campaign, coupon, limit, session

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("period", "bucket"),
    [
        (None, ""),
        ("overall", ""),
        ("daily", "daily:2027-01-01"),
        ("weekly", "weekly:2026-W53"),
        ("monthly", "monthly:2027-01"),
        ("yearly", "yearly:2027"),
    ],
)
def test_a_period_is_the_calendars_in_the_applications_zone(period, bucket):
    just_before_midnight_utc = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert period_bucket(period, just_before_midnight_utc, BERLIN) == bucket


def test_a_budget_per_identifier_has_a_counter_for_each_identifier():
    each = campaign(limits=[limit("setDiscount", 5, "Identifier")])
    keys = counter_keys([each], session(identifiers=["a", "b"]), [], None, NOW, BERLIN)
    assert keys == {CounterKey(1, "setDiscount", identifier=name) for name in "ab"}


def test_a_budget_per_combination_has_one_counter_for_it():
    both = campaign(limits=[limit("redeemCoupon", 5, "Profile", "Coupon")])
    keys = counter_keys([both], session(profile_id="p"), [coupon("C")], None, NOW, BERLIN)
    assert keys == {CounterKey(1, "redeemCoupon", profile="p", coupon="C")}


def test_a_limit_on_the_code_itself_counts_by_code():
    own = coupon("C", limits=[limit("redeemCoupon", 1, "Profile")])
    keys = counter_keys([campaign()], session(profile_id="p"), [own], None, NOW, BERLIN)
    assert keys == {CounterKey(1, "redeemCoupon", profile="p", coupon="C")}
