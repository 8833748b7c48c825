from __future__ import annotations

from sandbox.engine.changes import CountBudget
from sandbox.engine.rollback import rollback
from tests.engine.builders import block, campaign, coupon, discount, item, limit, rule, run


def test_an_item_discount_is_rolled_back_at_its_unit():
    closed = run(
        campaign(rule(discount(2, "two", target={"type": "allItems"}))),
        items=[item(quantity=2)],
        closing=True,
    )
    effects, _ = rollback(closed.effects, closed.changes)
    assert [e.props for e in effects] == [
        {"name": "two#0", "value": 2, "cartItemPosition": 0, "cartItemSubPosition": unit}
        for unit in (0, 1)
    ]


def test_an_accepted_code_is_rolled_back_and_a_rejected_one_is_not():
    closed = run(
        campaign(rule(block("checkCoupon", redeem=True), discount(1))),
        coupons=[coupon()],
        coupon_codes=["CODE", "NOPE"],
        closing=True,
    )
    effects, _ = rollback(closed.effects, closed.changes)
    assert [(e.effect_type, e.props["value"]) for e in effects] == [
        ("rollbackCoupon", "CODE"),
        ("rollbackDiscount", 1),
    ]


def test_a_code_that_was_only_checked_has_nothing_to_roll_back():
    checked = campaign(rule(block("checkCoupon", redeem=False), discount(1)))
    closed = run(checked, coupons=[coupon()], closing=True)
    effects, _ = rollback(closed.effects, closed.changes)
    assert [effect.effect_type for effect in effects] == ["rollbackDiscount"]


def test_budgets_of_what_is_not_taken_back_stay_used():
    gift = block("awardItem", sku="MUG", name="Mug", quantity="1")
    limits = [limit("addFreeItemEffect", 5), limit("setDiscount", 50)]
    closed = run(campaign(rule(gift, discount(1)), limits=limits), closing=True)
    _, changes = rollback(closed.effects, closed.changes)
    assert [c.key.action for c in changes if isinstance(c, CountBudget)] == ["setDiscount"]
