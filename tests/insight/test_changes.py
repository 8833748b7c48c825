"""What changed since the run before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.insight.changes import CHANGED, NEW, Changes, Run, changes, is_same


def discount(value: int, campaign: int = 1, **props: Any) -> dict[str, Any]:
    return {
        "effectType": "setDiscount",
        "campaignId": campaign,
        "ruleIndex": 0,
        "props": {"name": "off", "value": Decimal(value)} | props,
    }


def coupon(code: str, kind: str = "acceptCoupon", **props: Any) -> dict[str, Any]:
    return {"effectType": kind, "campaignId": 1, "props": {"value": code} | props}


def a_run(*effects: dict[str, Any], pays: int = 90, **codes: bool) -> Run:
    return Run(effects, Decimal(pays), codes)


def compared(before: Run, now: Run) -> Changes:
    return changes(before, now)


def test_the_same_answer_again_changes_nothing():
    found = compared(a_run(discount(10), A=True), a_run(discount(10), A=True))
    assert not found.is_any
    assert (list(found.marks), found.verdicts) == ([""], {})


def test_another_amount_says_what_it_was():
    found = compared(a_run(discount(10), pays=90), a_run(discount(15), pays=85))
    assert list(found.marks) == [Decimal(10)]
    assert found.pays == -5


def test_effects_come_and_go():
    found = compared(a_run(discount(10)), a_run(discount(10, campaign=2)))
    assert list(found.marks) == [NEW]
    assert [effect["campaignId"] for effect in found.gone] == [1]


def test_the_same_effect_twice_is_matched_one_by_one():
    found = compared(a_run(discount(10)), a_run(discount(10), discount(10)))
    assert list(found.marks) == ["", NEW]


def test_another_reason_is_a_change():
    before = coupon("A", "rejectCoupon", rejectionReason="CouponExpired")
    now = coupon("A", "rejectCoupon", rejectionReason="CouponLimitReached")
    assert list(compared(a_run(before), a_run(now)).marks) == [CHANGED]


def test_units_are_effects_of_their_own():
    first, second = (discount(1, position=0, subPosition=unit) for unit in range(2))
    found = compared(a_run(first), a_run(first, second))
    assert list(found.marks) == ["", NEW]


def test_verdicts_tell_codes_that_ended_otherwise():
    found = compared(a_run(A=True, B=False), a_run(A=False, B=True, C=False))
    assert found.verdicts == {"A": "now rejected", "B": "now accepted", "C": NEW}


def test_a_code_that_chance_made_is_no_change():
    before, now = (
        {"effectType": "couponCreated", "campaignId": 1, "props": {"value": code}}
        for code in ("X1", "X2")
    )
    assert is_same(a_run(before), a_run(now))
