"""Blocks of every type, as Hypothesis makes them: any texts, any numbers, any formulas.

Texts hold no white space, so that a double space in a sentence is the sentence's own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from sandbox.rules import effects as e
from sandbox.rules import model as m
from sandbox.talang.ast import Call, Literal, Path

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8
) | st.sampled_from(["Shoes", "None", "{}", "[x]", "“x”", "2026-05-01", "3D", "42"])
names = texts.filter(bool)
numbers = st.decimals(-(10**9), 10**9, places=3) | st.sampled_from(
    [Decimal(n) for n in ("0", "1", "2", "3", "10", "100", "-1", "0.2", "1E+20")]
)
ids = st.integers(0, 99)
flags = st.booleans()
maybe_flags = st.none() | flags
roles = st.sampled_from(e.ROLES)
times = st.datetimes().map(lambda time: time.isoformat() + "Z")
durations = st.builds(
    "{}{}{}".format,
    st.integers(0, 400),
    st.sampled_from("smhDWMY"),
    st.sampled_from(["", "_D", "_U"]),
)

SELECTORS = ("shoes", "cheapest", "lost")
paths = st.sampled_from(
    [
        *("Session.Total", "Session.CartTotal", "Session.AdditionalCosts.shipping"),
        *("Item.Price", "Item.Category", "Item.MappedValue", "Profile.TotalSales"),
        *("Profile.Attributes.city", "Session.FirstSession", "Profile.ClosedSessions"),
        *("shoes", "shoes.ItemCount", "shoes.TotalPrice", "cheapest", "lost.ItemCount"),
        *("Bundle.Set.Count", "Loyalty.stars.Balance", "Loyalty.stars.gold.Tier"),
        *("Coupon.ExpiryDate", "Event.Type", "Session.Mood", "Weather", "rate"),
    ]
).map(lambda text: Path(tuple(text.split("."))))
literals = st.builds(Literal, texts | times | numbers | flags)
functions = st.sampled_from(
    ["+", "-", "*", "/", "MIN", "MAX", "ROUND", "ROUND_UP", "ABS", "CONCAT", "LIST", "=", "<", "F"]
)
expressions = st.recursive(
    literals | paths,
    lambda inner: st.builds(Call, functions, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=6,
)
maybe_expressions = st.none() | expressions
params = st.lists(st.tuples(names, expressions), max_size=2).map(tuple)

OPERANDS: dict[str, Any] = {
    **dict.fromkeys(["exists", "empty", "isTrue", "isFalse"], st.just(m.NoOperand())),
    **dict.fromkeys(
        [
            *("equals", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"),
            *("contains", "startsWith", "endsWith", "matchesRegexp", "after", "before"),
            *("inCollection", "anOperatorOfTomorrow"),
        ],
        st.builds(m.OneOperand, expressions),
    ),
    "between": st.builds(m.Between, expressions, expressions, flags),
    "within": st.builds(m.Within, expressions, expressions, flags, flags, flags),
    **dict.fromkeys(
        ["oneOf", "containsOneOf", "containsNoneOf", "containsAllOf"],
        st.builds(m.ValueList, st.lists(expressions, max_size=3).map(tuple)),
    ),
    **dict.fromkeys(
        ["containsAtLeast", "containsExactly"],
        st.builds(
            m.CountedList, st.lists(expressions, min_size=1, max_size=3).map(tuple), expressions
        ),
    ),
}
attribute_checks = st.sampled_from(sorted(OPERANDS)).flatmap(
    lambda operator: st.builds(
        m.CheckAttribute,
        st.just("c"),
        st.just(operator),
        flags,
        expressions,
        OPERANDS[operator],
    )
)
talang = st.builds(
    Call,
    st.sampled_from(["=", "!=", ">", "<=", "between", "betweenTimes", "contains", "and", "exists"]),
    st.lists(expressions, min_size=2, max_size=3).map(tuple),
)
events = texts | st.sampled_from(["sessionClosed", "profileCreated"])
leaves: dict[type, Any] = {
    m.CheckAttribute: attribute_checks,
    m.CheckCoupon: st.builds(m.CheckCoupon, st.just("c"), flags),
    m.CheckReferral: st.builds(m.CheckReferral, st.just("c"), flags),
    m.CheckAudience: st.builds(
        m.CheckAudience,
        st.just("c"),
        st.sampled_from(get_args(m.AudienceOperator)),
        roles,
        ids,
        names,
    ),
    m.CheckEvent: st.builds(
        m.CheckEvent, st.just("c"), names, st.lists(attribute_checks, max_size=2).map(tuple)
    ),
    m.CheckBudget: st.builds(m.CheckBudget, st.just("c"), names, maybe_expressions),
    m.CheckAchievement: st.builds(
        m.CheckAchievement,
        st.just("c"),
        st.sampled_from(get_args(m.AchievementOperator)),
        ids,
        names,
    ),
    m.CheckLoyaltyBalance: st.builds(
        m.CheckLoyaltyBalance,
        st.just("c"),
        st.sampled_from(get_args(m.NumberOperator)),
        flags,
        ids,
        texts,
        st.sampled_from(get_args(m.Balance)),
        expressions,
    ),
    m.CheckTier: st.builds(
        m.CheckTier, st.just("c"), flags, ids, texts, st.lists(names, max_size=3).map(tuple)
    ),
    m.CheckLoyaltyCard: st.builds(
        m.CheckLoyaltyCard, st.just("c"), st.sampled_from(get_args(m.CardOperator)), flags
    ),
    m.CheckAnniversary: st.builds(m.CheckAnniversary, st.just("c"), paths, durations, durations),
    m.Passthrough: st.builds(m.Passthrough, st.just("c"), talang),
}
any_leaf = st.one_of(*leaves.values())

selectors = st.sampled_from(SELECTORS)
items = st.builds(e.ItemsTarget, st.none() | selectors, flags)
cart = st.just(e.CartTarget())
bundle_items = (
    st.none() | st.builds(e.ItemByIndex, ids) | st.builds(e.ItemByAttribute, paths, flags)
)
bundles = st.builds(e.BundleTarget, names, bundle_items, flags)
whole_bundles = st.builds(e.BundleTarget, names, st.none(), flags)
places = cart | items | whole_bundles
new_codes = st.builds(
    e.NewCode,
    expressions,
    flags,
    maybe_expressions,
    maybe_expressions,
    maybe_expressions,
    params,
    st.none() | names,
    st.none() | names,
)


def attribute_updates(
    operator: e.AttributeOperator, target: e.AttributeTarget
) -> st.SearchStrategy[e.UpdateAttribute]:
    return st.builds(
        e.UpdateAttribute,
        st.just("e"),
        st.just(operator),
        st.just("CustomerProfile"),
        names,
        st.sampled_from(["string", "number", "boolean", "time", "(list string)"]),
        st.none() if operator == "toggle" else expressions,
        st.just(target),
        selectors if target in ("selector", "globalFilter") else st.none(),
    )


effects: dict[type, Any] = {
    e.AwardDiscount: st.builds(
        e.AwardDiscount,
        st.just("e"),
        expressions,
        expressions,
        maybe_flags,
        cart | items | bundles | st.builds(e.CostTarget, ids, names, st.none() | items),
    ),
    e.AwardItem: st.builds(
        e.AwardItem, st.just("e"), expressions, expressions, expressions, maybe_flags
    ),
    e.ShowNotification: st.builds(
        e.ShowNotification,
        st.just("e"),
        st.sampled_from(e.NOTIFICATION_TYPES),
        expressions,
        expressions,
    ),
    e.TriggerCustomEffect: st.builds(
        e.TriggerCustomEffect, st.just("e"), ids, names, params, places
    ),
    e.TriggerWebhook: st.builds(e.TriggerWebhook, st.just("e"), ids, names, params),
    e.AwardGiveaway: st.builds(e.AwardGiveaway, st.just("e"), ids, names, roles),
    e.CreateCoupon: st.builds(
        e.CreateCoupon, st.just("e"), new_codes, expressions, maybe_expressions
    ),
    e.CreateReferral: st.builds(e.CreateReferral, st.just("e"), new_codes, expressions),
    e.ReserveCoupon: st.builds(e.ReserveCoupon, st.just("e")),
    e.UpdateAttribute: st.tuples(
        st.sampled_from(get_args(e.AttributeOperator)),
        st.sampled_from(get_args(e.AttributeTarget)),
    ).flatmap(lambda chosen: attribute_updates(*chosen)),
    e.UpdateAudience: st.builds(e.UpdateAudience, st.just("e"), flags, roles, ids, names),
    e.UpdateAchievement: st.builds(e.UpdateAchievement, st.just("e"), ids, names, expressions),
    e.AddLoyaltyPoints: st.builds(
        e.AddLoyaltyPoints,
        st.just("e"),
        expressions,
        ids,
        texts,
        expressions,
        maybe_flags,
        places,
        st.sampled_from(["Current", "Advocate", "card"]),
        maybe_expressions,
        maybe_expressions,
        st.none() | durations,
        st.none() | durations,
    ),
    e.DeductLoyaltyPoints: st.builds(
        e.DeductLoyaltyPoints, st.just("e"), expressions, ids, texts, expressions, flags
    ),
    e.ExtendPointsExpiry: st.builds(e.ExtendPointsExpiry, st.just("e"), ids, texts, durations),
    e.SetPointsExpiry: st.builds(e.SetPointsExpiry, st.just("e"), ids, texts, expressions),
}
effects[e.PassthroughEffect] = st.builds(
    e.PassthroughEffect,
    st.just("e"),
    st.just(Call("noop", ())),
    st.lists(
        st.one_of(effects[e.AwardDiscount], effects[e.ShowNotification], effects[e.AwardItem]),
        max_size=2,
    ).map(tuple),
    flags,
)
any_effect = st.one_of(*effects.values())

unknown = st.builds(m.Unsupported, st.just("u"), names, names)
any_block = st.recursive(
    any_leaf | any_effect | unknown,
    lambda inner: st.builds(
        m.Group,
        st.just("g"),
        st.sampled_from(get_args(m.GroupOperator)),
        st.lists(inner, max_size=3).map(tuple),
        st.lists(any_effect, max_size=1).map(tuple),
        flags,
    ),
    max_leaves=6,
)
sort_fields = st.builds(m.SortField, expressions, flags)
steps = st.one_of(
    st.builds(m.FilterStep, any_leaf | unknown),
    st.builds(m.SortStep, st.lists(sort_fields, min_size=1, max_size=2).map(tuple)),
    st.builds(m.SelectManyStep, expressions, flags, flags),
    st.builds(m.SelectBetweenStep, expressions, expressions, flags),
    st.builds(m.SelectOneStep, expressions),
    st.builds(m.MapStep, expressions),
    st.builds(m.ReduceStep, st.sampled_from(["sum", "count", "max", "min", "empty"])),
    st.builds(m.ReverseStep),
    st.builds(m.MapValuesStep, ids),
    unknown,
)
definitions = st.builds(
    m.Selector,
    selectors,
    st.sampled_from(["Session.CartItems", "shoes", "cheapest", "Profile"]).map(
        lambda text: Path(tuple(text.split(".")))
    ),
    st.lists(steps, max_size=4).map(tuple),
)
bundle_lists = st.builds(m.BundleList, selectors, expressions)
bundle_definitions = st.builds(
    m.Bundle,
    names,
    st.lists(bundle_lists, min_size=1, max_size=2).map(tuple),
    st.lists(paths, max_size=1).map(tuple),
)
parameters = st.builds(m.Parameter, st.just("rate"), texts | numbers | flags)
rules = st.builds(m.Rule, texts, st.lists(any_block, max_size=4).map(tuple))
rulesets = st.builds(
    m.Ruleset,
    st.just(1),
    st.lists(rules, min_size=1, max_size=2).map(tuple),
    st.lists(definitions, max_size=3).map(tuple),
    st.lists(bundle_definitions, max_size=1).map(tuple),
    st.lists(parameters, max_size=1).map(tuple),
)
