from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sandbox.engine.changes import CounterKey
from sandbox.engine.evaluation import Event
from tests.engine.builders import (
    block,
    campaign,
    check,
    discount,
    kinds,
    limit,
    notify,
    profile,
    rule,
    run,
)


def budget(operator: str, **fields: object) -> dict[str, object]:
    return block("checkBudget", operator=operator, action="setDiscount", **fields)


@pytest.mark.parametrize(
    ("used", "condition", "holds"),
    [
        (90, budget("available"), True),
        (100, budget("available"), False),
        (90, budget("enoughFor", value=10), True),
        (90, budget("enoughFor", value="{{$Session.Total / 5}}"), False),
    ],
)
def test_a_budget_is_compared_with_what_is_left_of_it(used, condition, holds):
    evaluation = run(
        campaign(rule(condition, notify("left")), limits=[limit("setDiscount", 100)]),
        counters={CounterKey(1, "setDiscount"): Decimal(used)},
    )
    assert bool(evaluation.effects) is holds


def test_what_this_evaluation_gave_counts_too():
    evaluation = run(
        campaign(
            rule(discount(10)),
            rule(budget("available"), notify("left")),
            limits=[limit("setDiscount", 10)],
        )
    )
    assert kinds(evaluation) == ["setDiscount"]


def test_without_a_budget_there_is_always_enough():
    assert len(run(campaign(rule(budget("available"), notify("left")))).effects) == 1


@pytest.mark.parametrize("name", ["sessionClosed", "talon_session_closed"])
def test_an_event_is_known_by_both_of_its_names(name):
    ruleset = campaign(rule(block("checkEvent", eventType=name), discount(1)))
    assert run(ruleset).effects == ()
    assert len(run(ruleset, closing=True).effects) == 1


@pytest.mark.parametrize(("stars", "count"), [(5, 1), (2, 0)])
def test_a_custom_event_is_matched_by_its_attributes(stars, count):
    matcher = check("$Event.Attributes.Stars", "greaterThan", value=3)
    condition = block("checkEvent", eventType="review", matchers=[matcher])
    evaluation = run(
        campaign(rule(condition, notify("thanks"))),
        events=(),
        event=Event("review", {"Stars": stars}),
    )
    assert len(evaluation.effects) == count


def test_matchers_have_no_index_of_their_own():
    matcher = check("$Event.Attributes.Stars", "greaterThan", value=3)
    condition = block("checkEvent", eventType="sessionCreated", matchers=[matcher])
    evaluation = run(campaign(rule(condition, check("$Session.Total", "equals", value=1))))
    assert evaluation.failures()[0].condition_index == 0


def test_the_trace_of_an_event_shows_its_matchers():
    matcher = check("$Event.Attributes.Stars", "greaterThan", value=3)
    condition = block("checkEvent", eventType="review", matchers=[matcher])
    evaluation = run(
        campaign(rule(condition)), events=(), event=Event("review", {"Stars": 2}), record=True
    )
    assert evaluation.trace is not None
    (seen,) = evaluation.trace.campaigns[0].runs[0].rules[0].conditions
    assert (seen.actual, seen.needed, seen.children[0].actual) == (["review"], "review", 2)


@pytest.mark.parametrize(
    ("born", "before", "after", "now", "holds"),
    [
        ("1990-06-18T00:00:00Z", "0D", "3D", "2026-06-15T12:00:00Z", True),
        ("1990-06-19T00:00:00Z", "0D", "3D", "2026-06-15T12:00:00Z", False),
        ("1990-06-12T00:00:00Z", "3D", "0D", "2026-06-15T12:00:00Z", True),
        ("1990-06-11T23:00:00Z", "3D", "0D", "2026-06-15T12:00:00Z", False),
        ("1990-06-15T00:00:00Z", "0D", "0D", "2026-06-15T23:59:00Z", True),
        ("1990-06-15T00:00:00Z", "1h", "0h", "2026-06-15T12:00:00Z", False),
        ("1991-01-01T00:00:00Z", "0D", "3D", "2026-12-30T12:00:00Z", True),
        ("1990-12-31T00:00:00Z", "3D", "0D", "2027-01-02T12:00:00Z", True),
        ("2000-02-29T00:00:00Z", "0D", "0D", "2027-03-01T12:00:00Z", True),
        ("2000-02-29T00:00:00Z", "0D", "0D", "2028-02-29T12:00:00Z", True),
    ],
)
def test_an_anniversary_lies_within_its_window(born, before, after, now, holds):
    condition = block(
        "x-checkAnniversary", attribute="$Profile.Attributes.Birthday", before=before, after=after
    )
    evaluation = run(
        campaign(rule(condition, notify("happy birthday"))),
        who=profile(attributes={"Birthday": born}),
        now=datetime.fromisoformat(now),
    )
    assert bool(evaluation.effects) is holds


def test_a_profile_without_birthday_has_no_anniversary():
    condition = block("x-checkAnniversary", attribute="$Profile.Attributes.Birthday", before="3D")
    evaluation = run(
        campaign(rule(condition, notify("x"))), who=profile(), now=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert evaluation.effects == ()


def test_a_matcher_that_is_not_supported_keeps_its_rule_from_firing():
    event = block("checkEvent", eventType="sessionCreated", matchers=[block("checkWeather")])
    assert kinds(run(campaign(rule(event, discount(1))))) == []
