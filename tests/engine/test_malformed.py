"""Wrong rulesets: refused with a pointer at load, or a failure of their rule, never more."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from sandbox.engine.compile import compile_application
from sandbox.engine.definitions import Application, Collection, Definition
from sandbox.errors import Fault, Refused
from sandbox.numbers import encode_json
from tests.engine.builders import (
    block,
    by_category,
    campaign,
    check,
    discount,
    kinds,
    notify,
    profile,
    rule,
    run,
)
from tests.engine.strategies import examples
from tests.engine.strategies.mutations import mutated_rulesets
from tests.engine.strategies.situations import situations


def refusal(*blocks: Any, **parts: Any) -> list[tuple[str, str]]:
    """The faults of a ruleset with these blocks: pointer and text."""
    definition = Definition(application=Application(), campaigns=[campaign(rule(*blocks), **parts)])
    with pytest.raises(Refused) as refused:
        compile_application(definition)
    return [(fault.pointer, fault.details) for fault in refused.value.faults]


def nested(depth: int) -> dict[str, Any]:
    group: dict[str, Any] = notify("deep")
    for _ in range(depth):
        group = block("group", operator="all", blocks=[group])
    return group


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (discount("{{1 +}}"), "/value"),
        (discount([1]), "/value"),
        (discount(10**400), "/value"),
        (discount("{{" + "+".join(["1"] * 5000) + "}}"), "/value"),
        (discount("{{" + "(" * 60 + "1" + ")" * 60 + "}}"), "/value"),
        (check("Session.Total", "equals", value=1), "/attribute"),
        (check("$Session.Total", "equals"), "/value"),
        (check("$Session.Total", "between", min=1), "/max"),
        (check(7, "equals", value=1), "/attribute"),
        (block("group", operator="some", blocks=[]), "/operator"),
        (block("group", operator="all", blocks="none"), "/blocks"),
        (block("x-checkAnniversary", attribute="$Profile.Created", before="soon"), "/before"),
        (block("checkAudience", operator="member", profile="Current"), "/audience"),
    ],
)
def test_a_wrong_field_is_refused_with_its_pointer(wrong, pointer):
    (first, *_) = refusal(wrong)
    assert first[0] == f"/campaigns/0/ruleset/promotionRules/0/blocks/0{pointer}"


def test_ten_thousand_nested_groups_are_refused():
    ((pointer, details),) = refusal(nested(10_000))
    assert pointer.endswith("/blocks")
    assert "at most 50 deep" in details


def test_groups_within_the_limit_are_evaluated():
    assert kinds(run(campaign(rule(nested(50))))) == ["showNotification"]


@pytest.mark.parametrize(
    "broken",
    [
        check("$Session.NoSuchName", "equals", value=1),
        check("$Nothing.At.All", "equals", value=1),
        discount("{{$Session.NoSuchName}}"),
        discount("{{NO_SUCH_FUNCTION(1)}}"),
        discount("{{ROUND()}}"),
        discount(1, target={"type": "selector", "name": "nobody"}),
        discount(1, target={"type": "bundle", "name": "nobody"}),
    ],
)
def test_a_rule_that_cannot_be_compiled_never_fires_and_says_why(broken):
    evaluation = run(campaign(rule(broken, notify("x")), rule(notify("other"))))
    assert [effect.props["title"] for effect in evaluation.effects] == ["other"]
    assert evaluation.failures()[0].details


@pytest.mark.parametrize(
    "formula",
    [
        "{{1 / 0}}",
        "{{$Session.Total / ($Session.Total - $Session.Total)}}",
        "{{$Profile.Attributes.Unset}}",
        "{{$Coupon.Value * 2}}",
        "{{" + " * ".join(["1000000000000000000000000000000"] * 190) + "}}",
        "{{ROUND($Session.Total, 99)}}",
        "{{MAX($Session.CartItems)}}",
        "{{$Item.Price}}",
    ],
)
def test_an_error_in_an_amount_fails_its_rule_alone(formula):
    evaluation = run(
        campaign(rule(discount(formula), notify("x")), rule(notify("other"))), who=profile()
    )
    kept = [e for e in evaluation.effects if e.effect_type == "showNotification"]
    assert [effect.props["title"] for effect in kept][-1:] == ["other"]


def test_selectors_that_need_each_other_cannot_be_computed():
    circle = [
        {"name": "a", "source": "$b", "steps": []},
        {"name": "b", "source": "$a", "steps": []},
    ]
    evaluation = run(
        campaign(rule(discount(1, target={"type": "selector", "name": "a"})), selectors=circle)
    )
    assert evaluation.effects == ()
    assert evaluation.failures()[0].details


def test_a_selector_that_needs_itself_cannot_be_computed():
    own = by_category("a", "shirt") | {"source": "$a"}
    evaluation = run(
        campaign(rule(discount(1, target={"type": "selector", "name": "a"})), selectors=[own])
    )
    assert evaluation.effects == ()


def test_a_filter_step_that_is_not_known_makes_its_rules_unsupported():
    odd = {"name": "odd", "source": "$Session.CartItems", "steps": [{"type": "shuffle"}]}
    evaluation = run(
        campaign(rule(discount(1, target={"type": "selector", "name": "odd"})), selectors=[odd])
    )
    assert evaluation.effects == ()


@pytest.mark.parametrize(
    "step",
    [
        {"type": "map", "expression": "$Item.Quantity"},
        {"type": "filter", "predicate": check("$Item.Quantity", "equals", value=1)},
        {"type": "sort", "fields": [{"expression": "{{$Item.DiscountedPrice * 2}}"}]},
    ],
)
@pytest.mark.parametrize("record", [False, True])
def test_a_step_after_a_map_has_no_item_to_look_at(step, record):
    prices = {"type": "map", "expression": "$Item.Price"}
    odd = {"name": "odd", "source": "$Session.CartItems", "steps": [prices, step]}
    target = {"type": "selector", "name": "odd"}
    evaluation = run(
        campaign(rule(discount(1, target=target)), rule(notify("x")), selectors=[odd]),
        record=record,
    )
    assert kinds(evaluation) == ["showNotification"]


@pytest.mark.parametrize("needed", [1, True, "{{$Session.CouponCodes}}", "brands"])
@pytest.mark.parametrize("attribute", ["$Session.CartItems", "$Session.Total", "$Session.State"])
def test_collections_hold_texts_and_nothing_else(attribute, needed):
    evaluation = run(
        campaign(rule(check(attribute, "inCollection", value=needed), notify("x"))),
        define={"collections": [Collection(id=1, name="brands", items=["shirt"])]},
    )
    assert "showNotification" not in kinds(evaluation)


def test_handlers_for_errors_are_not_run_and_loading_says_so():
    handled = discount("{{1 / 0}}") | {"onError": {"divisionByZero": [notify("oh")]}}
    definition = Definition(application=Application(), campaigns=[campaign(rule(handled))])
    (warning,) = compile_application(definition).warnings
    assert "onError" in warning
    assert run(campaign(rule(handled))).effects == ()


def faults_of(definition: Definition) -> list[Fault]:
    try:
        compile_application(definition)
    except Refused as refused:
        return list(refused.faults)
    return []


@examples(3)
@given(mutated_rulesets(), situations())
def test_whatever_is_wrong_with_a_ruleset_it_is_refused_or_fails_as_rules(ruleset, situation):
    first, *others = situation.definition.campaigns
    definition = replace(situation.definition, campaigns=[replace(first, ruleset=ruleset), *others])
    faults = faults_of(definition)
    for fault in faults:
        assert fault.pointer.startswith("/campaigns/0/ruleset")
        assert fault.details
    if faults:
        return
    broken = situation.with_definition(definition)
    fast, recorded = broken.evaluate(), broken.evaluate(record=True)
    assert recorded.effects == fast.effects
    assert recorded.failures() == fast.failures()
    encode_json([fast.effects, fast.changes, recorded.trace])
