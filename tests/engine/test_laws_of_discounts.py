"""What discounts may take, and how they are shared out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from sandbox.engine.evaluation import Evaluation
from sandbox.engine.model import CartItem, Effect
from sandbox.engine.prorate import prorate
from sandbox.engine.run import DISCOUNTS
from sandbox.engine.units import units_of
from sandbox.numbers import ZERO
from tests.engine.builders import block, rule
from tests.engine.strategies import examples
from tests.engine.strategies.applications import definitions, rulesets, settings
from tests.engine.strategies.orderless import orderless
from tests.engine.strategies.situations import Situation, situations

cascading = definitions(settings=settings(enable_cascading_discounts=True))


def discounts(evaluation: Evaluation, *of_type: str, **props: Any) -> list[Effect]:
    """Return the discounts of these types, of any type unless given, that have these props."""
    return [
        effect
        for effect in evaluation.effects
        if effect.effect_type in (of_type or DISCOUNTS) and props.items() <= effect.props.items()
    ]


def amount(effects: Iterable[Effect]) -> Decimal:
    return sum((effect.props["value"] for effect in effects), ZERO)


def values(evaluation: Evaluation) -> list[Decimal]:
    return sorted(effect.props["value"] for effect in discounts(evaluation))


@examples()
@given(situations(orderless, sane=True), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_change_what_discounts_give(situation: Situation, random: Any):
    items = list(situation.session.cart_items)
    random.shuffle(items)
    assert values(situation.with_items(items).evaluate()) == values(situation.evaluate())


def split(items: list[CartItem], position: int) -> list[CartItem]:
    """Return lines of which one is split: its first piece becomes a line of its own."""
    before, item, after = items[:position], items[position], items[position + 1 :]
    rest = item.quantity - 1
    parts = [replace(item, quantity=n, remaining_quantity=n) for n in (1, rest) if n]
    return [*before, *parts, *after]


@examples()
@given(situations(orderless, sane=True), st.integers(0, 3))
def test_splitting_a_line_does_not_change_what_discounts_give(situation: Situation, position: int):
    items = situation.session.cart_items
    assume(position < len(items))
    cut = situation.with_items(split(items, position))
    assert values(cut.evaluate()) == values(situation.evaluate())


@examples()
@given(situations(cascading, sane=True))
def test_with_cascading_all_discounts_together_are_at_most_the_session_total(situation: Situation):
    assert amount(discounts(situation.evaluate())) <= situation.session.total


@examples()
@given(situations(cascading, sane=True))
def test_with_cascading_no_unit_is_discounted_below_zero(situation: Situation):
    evaluation = situation.evaluate()
    flatten = situation.definition.application.enable_flattened_cart_items
    for unit in units_of(situation.session.cart_items, flatten):
        place = {"position": unit.position}
        if unit.sub_position is not None:
            place["subPosition"] = unit.sub_position
        costs = sum((cost.price for cost in unit.item.additional_costs.values()), ZERO)
        costs *= unit.quantity
        on_price = discounts(evaluation, scope="price", **place)
        on_costs = [
            *discounts(evaluation, "setDiscountPerAdditionalCostPerItem", **place),
            *discounts(evaluation, "setDiscountPerItem", scope="additionalCosts", **place),
        ]
        assert amount(on_price) <= unit.amount
        assert amount(on_costs) <= costs
        assert amount(discounts(evaluation, **place)) <= unit.amount + costs


@examples()
@given(situations(cascading, sane=True))
def test_with_cascading_no_part_of_the_session_is_discounted_below_zero(situation: Situation):
    evaluation, session = situation.evaluate(), situation.session
    on_items = discounts(evaluation, "setDiscount", scope="cartItems")
    on_items += discounts(evaluation, scope="price")
    assert amount(on_items) <= session.cart_item_total
    on_costs = [
        *discounts(evaluation, scope="additionalCosts"),
        *discounts(evaluation, "setDiscountPerAdditionalCost"),
        *discounts(evaluation, "setDiscountPerAdditionalCostPerItem"),
    ]
    costs = session.additional_cost_total + session.cart_item_additional_cost_total
    assert amount(on_costs) <= costs
    for name, cost in session.additional_costs.items():
        on_cost = discounts(evaluation, "setDiscountPerAdditionalCost", additionalCost=name)
        assert amount(on_cost) <= cost.price


def wanted(effect: Effect) -> Decimal:
    """Return the discount that the block of an effect asks for: its name says it."""
    return Decimal(effect.props["name"].partition("#")[0])


_asked = st.sampled_from(["5", "1", "12.5", "100"])
_targets = st.sampled_from(
    [
        {"type": "cart"},
        {"type": "allItems"},
        {"type": "selector", "name": "list"},
        {"type": "selector", "name": "list", "prorated": True},
        {"type": "bundle", "name": "pair", "prorated": True},
    ]
)


def fixed(partial: bool) -> st.SearchStrategy[Any]:
    """Return Applications whose discounts are fixed, and may or may not be given in part."""
    award = st.builds(
        lambda value, target: block(
            "awardDiscount", name=value, value=value, partial=partial, target=target
        ),
        _asked,
        _targets,
    )
    code = block("checkCoupon", redeem=True)
    rules = st.builds(
        lambda codes, awards: rule(*codes, *awards),
        st.sampled_from([[], [code]]),
        st.lists(award, min_size=1, max_size=2),
    )
    return definitions(
        rulesets=rulesets(st.lists(rules, min_size=1, max_size=2)),
        settings=settings(enable_cascading_discounts=False),
    )


@examples(0.7)
@given(situations(fixed(partial=False), sane=True))
def test_without_partial_rewards_no_discount_is_cut(situation: Situation):
    for effect in discounts(situation.evaluate()):
        assert effect.props.get("totalDiscount", effect.props["value"]) == wanted(effect)
        assert not any(name.startswith("desired") for name in effect.props)


@examples(0.7)
@given(situations(fixed(partial=True), sane=True))
def test_with_partial_rewards_discounts_are_cut_and_say_what_was_wanted(situation: Situation):
    for effect in discounts(situation.evaluate()):
        props = effect.props
        assert ZERO < props["value"] <= wanted(effect)
        total = "desiredTotalDiscount" if "totalDiscount" in props else "desiredValue"
        assert props[total] == wanted(effect)


@examples()
@given(situations(definitions(grouped=False), sane=True))
def test_the_shares_of_a_pro_rata_discount_sum_to_it(situation: Situation):
    trace = situation.evaluate(record=True).trace
    assert trace is not None
    effects = [
        effect
        for campaign in trace.campaigns
        for run in campaign.runs
        for seen in run.rules
        for effect in seen.effects
    ]
    for effect in effects:
        shares: dict[Any, list[Decimal]] = defaultdict(list)
        totals: dict[Any, Decimal] = {}
        for share in effect.effects:
            if "totalDiscount" in share.props:
                bundle = share.props.get("bundleIndex")
                shares[bundle].append(share.props["value"])
                totals[bundle] = share.props["totalDiscount"]
        assert {bundle: sum(parts, ZERO) for bundle, parts in shares.items()} == totals
        assert all(part > ZERO for parts in shares.values() for part in parts)


_amounts = st.decimals(0, 1000, places=3)
_totals = st.decimals("0.001", 2000, places=3)


@given(_totals, st.lists(_amounts, min_size=1, max_size=10), st.sampled_from([0, 2, 3]))
def test_each_share_is_cut_to_minor_units_and_the_largest_take_what_is_left(
    total: Decimal, weights: list[Decimal], decimals: int
):
    whole = sum(weights, ZERO)
    assume(whole > ZERO)
    parts = prorate(total, weights, decimals)
    assert sum(parts, ZERO) == total
    minor = Decimal(1).scaleb(-decimals)
    has_no_room = True
    for index in sorted(range(len(weights)), key=weights.__getitem__, reverse=True):
        part, weight = parts[index], weights[index]
        cut = (total * weight / whole).quantize(minor, ROUND_DOWN)
        assert part >= cut
        assert has_no_room or part == cut
        assert part <= weight or total > whole
        has_no_room = has_no_room and part == weight
