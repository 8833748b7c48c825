"""What a return undoes of a closed session, and what it leaves for a cancellation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.changes import Change, CountBudget, CountCoupon, CountOrder
from sandbox.engine.evaluation import Evaluation
from sandbox.engine.returns import PartialRollback, ReturnedLine, roll_back_returned
from sandbox.engine.rollback import rollback
from tests.engine.builders import (
    block,
    campaign,
    coupon,
    discount,
    item,
    limit,
    profile,
    rule,
    run,
)

CHECK = block("checkCoupon", redeem=True)
EACH: dict[str, Any] = {"target": {"type": "allItems"}}
LINE = ReturnedLine(position=0, first=0, quantity=1, remaining=3)


def closed(*blocks: Any, limits: Any = (), quantity: int = 3, **fields: Any) -> Evaluation:
    """Close a session with one line of so many pieces at 100."""
    return run(
        campaign(rule(*blocks), limits=limits),
        items=[item(quantity=quantity)],
        who=profile(),
        closing=True,
        **fields,
    )


def returned(
    evaluation: Evaluation, *lines: ReturnedLine, anew: frozenset[int] = frozenset()
) -> PartialRollback:
    return roll_back_returned(
        evaluation.effects, evaluation.changes, lines, Decimal(100), anew, None
    )


def amounts(changes: list[Change], kind: type[Change]) -> list[Change]:
    return [change for change in changes if isinstance(change, kind)]


def test_only_effects_on_returned_units_are_undone():
    undone = returned(closed(discount(5, **EACH)), LINE)
    (effect,) = undone.effects
    assert effect.effect_type == "rollbackDiscount"
    assert effect.props == {
        "name": "off#0",
        "value": 5,
        "cartItemPosition": 0,
        "cartItemSubPosition": 0,
    }
    assert [kept.props["subPosition"] for kept in undone.kept] == [1, 2]


def test_a_discount_on_the_session_stays():
    undone = returned(closed(discount(5)), LINE)
    assert undone.effects == []
    assert [kept.effect_type for kept in undone.kept] == ["setDiscount"]


def test_the_code_stays_redeemed():
    evaluation = closed(CHECK, discount(5, **EACH), coupons=[coupon()])
    undone = returned(evaluation, LINE)
    assert "acceptCoupon" in [kept.effect_type for kept in undone.kept]
    assert amounts(undone.changes, CountCoupon) == []
    assert amounts(undone.left, CountCoupon) == amounts(list(evaluation.changes), CountCoupon)


def test_budgets_get_back_what_the_returned_units_used():
    evaluation = closed(
        discount(5, **EACH), limits=[limit("setDiscount", 100), limit("setDiscountEffect", 9)]
    )
    undone = returned(evaluation, LINE)
    assert {c.key.action: c.amount for c in amounts(undone.changes, CountBudget)} == {
        "setDiscount": -5,
        "setDiscountEffect": -1,
    }
    assert {c.key.action: c.amount for c in amounts(undone.left, CountBudget)} == {
        "setDiscount": 10,
        "setDiscountEffect": 2,
    }


def test_parts_of_a_spread_discount_were_one_effect_and_give_none_back():
    spread = discount(30, target={"type": "allItems", "prorated": True})
    evaluation = closed(spread, limits=[limit("setDiscount", 90), limit("setDiscountEffect", 9)])
    undone = returned(evaluation, LINE)
    assert {c.key.action: c.amount for c in amounts(undone.changes, CountBudget)} == {
        "setDiscount": -10
    }


def test_a_code_with_a_value_gets_back_its_part():
    gift = coupon(discount_limit=Decimal(100), discount_counter=Decimal(0))
    undone = returned(closed(CHECK, discount(5, **EACH), coupons=[gift]), LINE)
    (given_back,) = amounts(undone.changes, CountCoupon)
    assert (given_back.uses, given_back.discount) == (0, -5)
    assert [change.discount for change in amounts(undone.left, CountCoupon)] == [10]


def test_the_customer_spent_less():
    undone = returned(closed(), LINE)
    (order,) = amounts(undone.changes, CountOrder)
    assert (order.orders, order.sales) == (0, -100)
    assert [(o.orders, o.sales) for o in amounts(undone.left, CountOrder)] == [(1, 200)]


def test_of_a_line_that_is_one_unit_a_share_is_given_back():
    evaluation = closed(discount(9, **EACH), settings={"enable_flattened_cart_items": False})
    undone = returned(evaluation, LINE)
    assert [effect.props["value"] for effect in undone.effects] == [3]
    assert [kept.props["value"] for kept in undone.kept] == [6]


def test_a_campaign_that_is_evaluated_anew_gives_all_its_discounts_back():
    evaluation = closed(discount(5), discount(2, **EACH), limits=[limit("setDiscount", 100)])
    undone = returned(evaluation, LINE, anew=frozenset({1}))
    assert len(undone.effects) == 4
    assert [c.amount for c in amounts(undone.changes, CountBudget)] == [-11]
    assert undone.kept == []


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(1, 9), st.booleans())
def test_returning_bit_by_bit_and_cancelling_undoes_what_cancelling_alone_does(
    quantities: list[int], value: int, is_flattened: bool
):
    total = sum(quantities)
    evaluation = closed(
        CHECK,
        discount(value, **EACH),
        discount(7),
        coupons=[coupon(discount_limit=Decimal(1000), discount_counter=Decimal(0))],
        limits=[limit("setDiscount", 1000), limit("setDiscountEffect", 1000)],
        quantity=total,
        settings={"enable_flattened_cart_items": is_flattened},
    )
    effects, changes = list(evaluation.effects), list(evaluation.changes)
    undone: list[Any] = []
    stored: list[Change] = []
    first = 0
    for quantity in quantities[:-1]:
        line = ReturnedLine(0, first, quantity, total - first)
        step = roll_back_returned(effects, changes, [line], Decimal(100) * quantity, (), None)
        effects, changes = step.kept, step.left
        undone += step.effects
        stored += step.changes
        first += quantity
    last = rollback(effects, changes)
    whole = rollback(evaluation.effects, evaluation.changes)
    assert discounts([*undone, *last.effects]) == discounts(whole.effects)
    assert counted([*stored, *last.changes]) == counted(whole.changes)


def discounts(effects: list[Any]) -> Decimal:
    values = [e.props["value"] for e in effects if e.effect_type == "rollbackDiscount"]
    return round(sum(values, Decimal(0)), 9)


def counted(changes: list[Change]) -> dict[Any, Decimal]:
    """Add up what changes count, by what they count."""
    sums: dict[Any, Decimal] = {}

    def add(key: Any, amount: Decimal | int) -> None:
        sums[key] = sums.get(key, Decimal(0)) + amount

    for change in changes:
        match change:
            case CountBudget(key=key, amount=amount):
                add(key, amount)
            case CountCoupon(code=code, uses=uses, discount=discount):
                add(("uses", code), uses)
                add(("discount", code), discount)
            case CountOrder(orders=orders, sales=sales):
                add("orders", orders)
                add("sales", sales)
    return {key: round(amount, 9) for key, amount in sums.items()}
