from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sandbox.engine.definitions import AdditionalCost, Application, Definition
from sandbox.engine.model import Cost, CustomerSession
from sandbox.workspace.clock import Clock
from sandbox.workspace.sessions import SessionRules, merge_attributes, transition
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
RULES = SessionRules(
    Definition(
        application=Application(),
        additional_costs=[
            AdditionalCost(id=1, name="shipping", type="session"),
            AdditionalCost(id=2, name="wrap", type="item"),
        ],
    ),
    catalog={},
)


def merged(stored: CustomerSession | None = None, **update: object) -> CustomerSession:
    return RULES.merge(stored, SessionUpdate(**update), "s", 1, True, NOW)


def line(price: str = "10", **fields: object) -> CartItemUpdate:
    return CartItemUpdate(**{"sku": "A", "quantity": 1, "price": Decimal(price)} | fields)


@pytest.mark.parametrize(
    ("stored", "wanted", "events"),
    [
        (None, None, {"sessionCreated"}),
        (None, "closed", {"sessionCreated", "sessionClosed"}),
        (None, "cancelled", set()),
        ("open", None, {"sessionUpdated"}),
        ("open", "closed", {"sessionClosed"}),
        ("open", "cancelled", {"sessionCancelled"}),
        ("open", "partially_returned", set()),
        ("closed", "cancelled", {"sessionRevoked"}),
        ("closed", "closed", set()),
        ("closed", None, set()),
        ("closed", "open", set()),
        ("partially_returned", "cancelled", {"sessionRevoked"}),
        ("cancelled", "open", set()),
        ("cancelled", "cancelled", set()),
        ("cancelled", None, set()),
    ],
)
def test_states_follow_the_vendors_table(stored, wanted, events):
    assert transition(stored, wanted) == events


def test_what_an_update_leaves_out_is_kept():
    before = merged(coupon_codes=["A"], profile_id="p", cart_items=[line()], referral_code="r")
    after = merged(before)
    assert (after.coupon_codes, after.profile_id, after.referral_code) == (["A"], "p", "r")
    assert after.cart_items == before.cart_items
    assert after.update_count == 2


def test_an_empty_list_of_codes_discards_them():
    assert merged(merged(coupon_codes=["A"]), coupon_codes=[]).coupon_codes == []


def test_a_sent_cart_replaces_the_old_one_whole():
    before = merged(cart_items=[line(attributes={"a": 1}), line("20")])
    after = merged(before, cart_items=[line("20")])
    assert [item.attributes for item in after.cart_items] == [{}]
    assert after.total == 20


def test_attributes_merge_and_null_deletes():
    assert merge_attributes({"a": 1, "b": 2}, {"b": None, "c": 3}) == {"a": 1, "c": 3}


def test_costs_are_checked_for_their_level():
    costs = {"shipping": Cost(price=Decimal(1)), "wrap": Cost(price=Decimal(1))}
    update = SessionUpdate(
        additional_costs=costs, cart_items=[line(additional_costs=costs | {"magic": costs["wrap"]})]
    )
    assert [fault.pointer for fault in RULES.faults(update)] == [
        "/customerSession/additionalCosts/wrap",
        "/customerSession/cartItems/0/additionalCosts/shipping",
        "/customerSession/cartItems/0/additionalCosts/magic",
    ]


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("90s", "2026-01-31T12:01:30"), ("25h", "2026-02-01T13:00:00"), ("1M", "2026-02-28T12:00:00")],
)
def test_a_frozen_clock_moves_by_durations(duration: str, expected: str):
    clock = Clock(frozen_at=datetime(2026, 1, 31, 12, tzinfo=UTC)).advance(duration)
    assert clock.now() == datetime.fromisoformat(f"{expected}+00:00")


@pytest.mark.parametrize("duration", ["", "1", "1x", "D", "1.5h", "999999Y"])
def test_what_is_no_duration_is_refused(duration: str):
    with pytest.raises(ValueError, match=r"duration|calendar"):
        Clock(frozen_at=NOW).advance(duration)


def test_a_running_clock_moves_and_runs_on():
    clock = Clock().advance("2D")
    assert clock.frozen_at is None
    assert clock.offset_seconds == 2 * 24 * 3600
