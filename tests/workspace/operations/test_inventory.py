"""What state a coupon is in for a customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.workspace.operations.inventory import coupon_state
from tests.engine.builders import NOW, campaign, coupon, rule

BEFORE, AFTER = NOW - timedelta(days=1), NOW + timedelta(days=1)


def state(redemptions: int = 0, of_campaign: dict[str, Any] | None = None, **fields: Any) -> str:
    return coupon_state(coupon(**fields), campaign(rule(), **(of_campaign or {})), redemptions, NOW)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "active"),
        ({"usage_limit": 2, "usage_counter": 1, "redemptions": 1}, "active"),
        ({"usage_limit": 1, "usage_counter": 1}, "used"),
        ({"expiry_date": BEFORE, "redemptions": 1}, "used"),
        ({"expiry_date": NOW}, "expired"),
        ({"start_date": AFTER}, "pending"),
        ({"start_date": AFTER, "usage_limit": 1, "usage_counter": 1}, "pending"),
        ({"of_campaign": {"state": "disabled"}}, "disabled"),
        ({"of_campaign": {"state": "disabled"}, "start_date": AFTER}, "disabled"),
        ({"of_campaign": {"end_time": BEFORE}}, "disabled"),
        ({"of_campaign": {"start_time": AFTER}}, "active"),
        ({"of_campaign": {"state": "archived"}, "expiry_date": BEFORE}, "expired"),
    ],
)
def test_a_coupon_is_in_one_state(fields: dict[str, Any], expected: str):
    assert state(**fields) == expected
