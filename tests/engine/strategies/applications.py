"""Generated Applications: rules in campaigns, campaigns in an evaluation tree, settings around."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from sandbox.engine.definitions import (
    AdditionalCost,
    Application,
    Audience,
    Campaign,
    CampaignGroup,
    CampaignLeaf,
    CodeSettings,
    Collection,
    CustomEffect,
    Definition,
    DiscountScope,
    EvaluationMode,
    EvaluationScope,
    Experiment,
    GiveawayPool,
    ItemDiscountScope,
    Store,
    ValueMap,
    Variant,
    Webhook,
)
from sandbox.engine.model import Limit, LimitEntity, LimitPeriod
from tests.engine.builders import block, rule
from tests.engine.strategies import values as words
from tests.engine.strategies.conditions import ACTIONS, conditions
from tests.engine.strategies.effects import CUSTOM_EFFECTS, GIVEAWAY_POOLS, WEBHOOKS, effects
from tests.engine.strategies.selectors import application_filters, bundles, campaign_selectors

Ruleset = dict[str, Any]

PARAMETERS = [{"name": "threshold", "value": 2}, {"name": "word", "value": "shirt"}]
_PAYLOADS = [
    '{"say": "hello"}',
    '{"say": "${text}", "much": ${number}}',
    "[${number}]",
    '{"a": ',
]


_effects = effects()
_few_conditions = st.lists(conditions(), min_size=1, max_size=2)
_few_effects = st.lists(_effects, min_size=1, max_size=2)
_code_checks = st.sampled_from(
    [
        *[block("checkCoupon", redeem=True)] * 3,
        block("checkReferral", redeem=True),
        block("checkCoupon", redeem=False),
    ]
)
_titles = st.sampled_from(["Rule", "", "Ten off"])


@words.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """Return a rule: a few conditions, then effects, at times one inside a group."""
    blocks = draw(_few_effects)
    if draw(words.either):
        blocks = draw(_few_conditions) + blocks
    if draw(words.sometimes):
        blocks.insert(0, draw(_code_checks))
    for group in blocks:
        if group["type"] == "group" and draw(words.either):
            group["blocks"].append(draw(_effects))
    return rule(*blocks, title=draw(_titles))


@words.composite
def rulesets(draw: st.DrawFn, rules: st.SearchStrategy[list[dict[str, Any]]]) -> Ruleset:
    """Return a ruleset without its id."""
    return {
        "promotionRules": draw(rules),
        "selectors": draw(campaign_selectors()),
        "bundles": draw(bundles()),
        "parameters": PARAMETERS,
    }


any_rulesets = rulesets(st.lists(rules(), min_size=1, max_size=2))

_entities = st.just([]) | words.some(get_args(LimitEntity), 2)
_periods = st.sampled_from([None, *get_args(LimitPeriod)])
_actions = st.sampled_from(ACTIONS)
_allowed = st.sampled_from([Decimal(n) for n in ("5", "0", "1", "2", "10", "50", "100", "33.33")])


@words.composite
def limits(draw: st.DrawFn) -> Limit:
    """Return a limit of any action, by any entities, in any period."""
    return Limit(
        action=draw(_actions),
        limit=draw(_allowed),
        entities=draw(_entities),
        period=draw(_periods),
    )


any_limits = st.lists(limits(), max_size=2)


@words.composite
def campaigns(
    draw: st.DrawFn,
    id: int,
    rulesets: st.SearchStrategy[Ruleset],
    limits: st.SearchStrategy[list[Limit]],
    *,
    restricted: bool = True,
) -> Campaign:
    """Return a campaign; unless `restricted`, it runs always."""
    fields: dict[str, Any] = {}
    if restricted and draw(words.seldom):
        fields = draw(_restrictions)
    return Campaign(
        id=id,
        name=f"Campaign {id}",
        ruleset=draw(rulesets) | {"id": id * 10},
        limits=draw(limits),
        attributes=draw(words.attributes()),
        coupon_settings=CodeSettings(valid_characters=["X", "Y"], coupon_pattern="C###"),
        **fields,
    )


def _from(moment: datetime, days: int) -> datetime:
    return moment + timedelta(days=days)


_restrictions = st.one_of(
    st.sampled_from([{"state": "disabled"}, {"state": "archived"}, {"linked_store_ids": [1]}]),
    st.builds(
        lambda moment, start, end: {
            "start_time": _from(moment, start),
            "end_time": _from(moment, end),
        },
        st.sampled_from(words.MOMENTS),
        st.sampled_from([-1, 0, 1]),
        st.sampled_from([1, 0]),
    ),
)


_SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "timezone": st.sampled_from(words.ZONES),
    "currency": st.sampled_from(["EUR", "JPY", "KWD"]),
    "case_sensitivity": st.sampled_from(["sensitive", "insensitive-uppercase"]),
    "enable_cascading_discounts": words.either,
    "enable_partial_discounts": words.either,
    "enable_flattened_cart_items": words.often,
    "default_discount_scope": st.sampled_from(get_args(DiscountScope)),
    "default_discount_additional_cost_per_item_scope": st.sampled_from(get_args(ItemDiscountScope)),
    "attributes": words.attributes(),
}


@words.composite
def settings(draw: st.DrawFn, **fixed: Any) -> Application:
    """Return settings of an Application; those that are `fixed` are as given."""
    drawn = {name: draw(values) for name, values in _SETTINGS.items() if name not in fixed}
    return Application(**drawn, **fixed)


any_settings = settings()
_filters = application_filters()

_modes = st.sampled_from(get_args(EvaluationMode))
ANY_SCOPE: tuple[EvaluationScope, ...] = ("session", "session", "cartItem", "session")
_scopes = {scopes: st.sampled_from(scopes) for scopes in (ANY_SCOPE, ("session",))}
_group_ids = st.integers(1, 9)
MOST_CAMPAIGNS = 4
_sizes = {most: st.integers(1, most) for most in range(1, MOST_CAMPAIGNS + 1)}


@words.composite
def trees(
    draw: st.DrawFn, ids: tuple[int, ...], scopes: tuple[EvaluationScope, ...], depth: int = 2
) -> CampaignGroup:
    """Return an evaluation tree of these campaigns, in this order, nested and with any modes."""
    elements: list[CampaignGroup | CampaignLeaf] = []
    rest = ids
    while rest:
        count = draw(_sizes[len(rest)])
        first, rest = rest[:count], rest[count:]
        if depth and draw(words.either):
            elements.append(draw(trees(first, scopes, depth - 1)))
        else:
            elements += [CampaignLeaf(campaign_id=id) for id in first]
    return CampaignGroup(
        elements=elements,
        group_id=draw(_group_ids),
        name="group",
        evaluation_mode=draw(_modes),
        evaluation_scope=draw(_scopes[scopes]),
    )


_weights = st.sampled_from([(50, 50), (100, 0), (10, 20)])


@words.composite
def experiments(draw: st.DrawFn, campaign_id: int, of: st.SearchStrategy[Ruleset]) -> Experiment:
    """Return an experiment with two variants, which need not share all profiles between them."""
    weights = draw(_weights)
    variants = [
        Variant(id=number, ruleset=draw(of) | {"id": 900 + number}, weight=Decimal(weight))
        for number, weight in enumerate(weights, 1)
    ]
    return Experiment(
        id=1,
        campaign_id=campaign_id,
        is_variant_assignment_external=draw(words.either),
        variants=variants,
    )


# What rules and requests refer to; the same in every Application.
AROUND: dict[str, Any] = {
    "attributes": words.ATTRIBUTES,
    "additional_costs": [
        AdditionalCost(id=1, name="shipping", type="session"),
        AdditionalCost(id=2, name="wrap", type="item"),
        AdditionalCost(id=3, name="fee", type="both"),
    ],
    "collections": [Collection(id=1, name="brands", items=["shirt", "ONE", "A"])],
    "custom_effects": [
        CustomEffect(id=id, name=name, payload=payload, enabled=name != "off")
        for (id, name), payload in zip(CUSTOM_EFFECTS.items(), _PAYLOADS, strict=False)
    ],
    "webhooks": [
        Webhook(id=id, title=title, enabled=title != "off") for id, title in WEBHOOKS.items()
    ],
    "audiences": [Audience(id=id, name=name) for id, name in words.AUDIENCES.items()],
    "giveaway_pools": [GiveawayPool(id=id, name=name) for id, name in GIVEAWAY_POOLS.items()],
    "value_maps": [ValueMap(id=1, items={"A": Decimal(3), "B": Decimal("0.5")})],
}


_orders = {n: st.permutations(range(1, n + 1)) for n in _sizes}


@words.composite
def definitions(
    draw: st.DrawFn,
    *,
    rulesets: st.SearchStrategy[Ruleset] = any_rulesets,
    limits: st.SearchStrategy[list[Limit]] = any_limits,
    settings: st.SearchStrategy[Application] = any_settings,
    scopes: tuple[EvaluationScope, ...] = ANY_SCOPE,
    grouped: bool = True,
    restricted: bool = True,
    most: int = 3,
) -> Definition:
    """Return a whole Application.

    `scopes` are those that its evaluation groups may have. Unless `grouped`, its campaigns are in a
    stackable base group and without experiments; unless `restricted`, they run always.
    """
    count = draw(_sizes[most])
    tree, trials = None, []
    if grouped and draw(words.often):
        placed = tuple(id for id in draw(_orders[count]) if not draw(words.seldom))
        tree = draw(trees(placed, scopes))
    if grouped and draw(words.seldom):
        trials = [draw(experiments(1, rulesets))]
    berlin = Store(
        id=1, integration_id="berlin", name="Berlin", attributes=draw(words.attributes())
    )
    return Definition(
        application=draw(settings),
        campaigns=[
            draw(campaigns(id, rulesets, limits, restricted=restricted))
            for id in range(1, count + 1)
        ],
        evaluation_tree=tree,
        experiments=trials,
        cart_item_filters=draw(_filters),
        stores=[berlin, Store(id=2, integration_id="paris", name="Paris")],
        **AROUND,
    )


any_definitions = definitions()
