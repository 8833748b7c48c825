"""Generated cart item filters and bundles."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.engine.builders import check
from tests.engine.strategies import values as words
from tests.engine.strategies.conditions import item_predicates
from tests.engine.strategies.effects import BUNDLES
from tests.engine.strategies.names import ITEM, formulas

Step = dict[str, Any]

_counts = st.sampled_from(
    [1, 2, 0, 1, 5, "{{$list.ItemCount}}", "{{$threshold}}", 1, 2, "{{1 / 2}}", 3, 2]
)
_partial = st.sampled_from([None, True, False])
_item_expressions = ITEM.giving("number") | formulas(ITEM)


def _filter() -> st.SearchStrategy[Step]:
    predicates = item_predicates()
    return st.builds(lambda predicate: {"type": "filter", "predicate": predicate}, predicates)


_sorted_by = st.just("$Item.Price") | _item_expressions | ITEM.giving("text")
_fields = st.builds(
    lambda expression, direction: {"expression": expression, "direction": direction},
    _sorted_by,
    st.sampled_from(["asc", "desc"]),
)


def _sort() -> st.SearchStrategy[Step]:
    fields = st.lists(_fields, min_size=1, max_size=2)
    return st.builds(lambda by: {"type": "sort", "fields": by}, fields)


_ends = st.sampled_from(["start", "end"])


@words.composite
def _many(draw: st.DrawFn) -> Step:
    return {
        "type": "select",
        "operator": "many",
        "from": draw(_ends),
        "count": draw(_counts),
        "partial": draw(_partial),
    }


@words.composite
def _between(draw: st.DrawFn) -> Step:
    return {
        "type": "select",
        "operator": "between",
        "from": draw(_counts),
        "to": draw(_counts),
        "partial": draw(_partial),
    }


def _map_values() -> st.SearchStrategy[Step]:
    ids = st.sampled_from([1] * 9 + [99] + [1] * 5)
    return st.builds(lambda id_: {"type": "filterAndMapValues", "valueMap": {"id": id_}}, ids)


# Steps that make a list of units of a list of units, and those that make something else of it.
LIST_STEPS: dict[str, st.SearchStrategy[Step]] = {
    "filter": _filter(),
    "sort": _sort(),
    "many": _many(),
    "between": _between(),
    "reverse": st.just({"type": "reverse"}),
    "filterAndMapValues": _map_values(),
}
OTHER_STEPS: dict[str, st.SearchStrategy[Step]] = {
    "one": st.builds(
        lambda index: {"type": "select", "operator": "one", "index": index}, st.integers(0, 2)
    ),
    "map": st.builds(lambda what: {"type": "map", "expression": what}, _item_expressions),
    "reduce": st.builds(
        lambda operator: {"type": "reduce", "operator": operator},
        st.sampled_from(["sum", "count", "max", "min", "empty"]),
    ),
}
_list_kinds = st.sampled_from(["filter", "filter", *LIST_STEPS])
_all_kinds = st.sampled_from(["map", "reduce", *LIST_STEPS, *OTHER_STEPS])
_all_steps = LIST_STEPS | OTHER_STEPS


@words.composite
def list_steps(draw: st.DrawFn) -> Step:
    return draw(LIST_STEPS[draw(_list_kinds)])


@words.composite
def any_steps(draw: st.DrawFn) -> Step:
    return draw(_all_steps[draw(_all_kinds)])


def _selector(name: str, source: str, steps: list[Step]) -> dict[str, Any]:
    return {"name": name, "source": source, "steps": steps}


_chains, _any_chains = st.lists(list_steps(), max_size=2), st.lists(any_steps(), max_size=3)
_sources = st.sampled_from(["$Session.CartItems", "$list", "$shared"])


@words.composite
def campaign_selectors(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return the filters of a campaign: two that give lists, and one that may give anything."""
    selectors = [
        _selector("list", "$Session.CartItems", draw(_chains)),
        _selector("other", draw(_sources), draw(_chains)),
        _selector("anything", draw(_sources), draw(_any_chains)),
    ]
    return selectors[::-1] if draw(words.seldom) else selectors


# What an Application's filters read is there in every campaign: nothing of a campaign's own.
_shared_steps = st.sampled_from(
    [
        {"type": "filter", "predicate": check("$Item.Category", "equals", value="shirt")},
        {"type": "filter", "predicate": check("$Item.DiscountedPrice", "greaterThan", value=5)},
        {"type": "sort", "fields": [{"expression": "$Item.Price", "direction": "desc"}]},
        {"type": "select", "operator": "many", "from": "start", "count": 2},
        {"type": "filterAndMapValues", "valueMap": {"id": 1}},
        {"type": "reverse"},
    ]
)


def application_filters() -> st.SearchStrategy[list[dict[str, Any]]]:
    chains = st.lists(_shared_steps, max_size=2)
    return st.builds(lambda steps: [_selector("shared", "$Session.CartItems", steps)], chains)


_parts = st.builds(
    lambda selector, count: {"selector": selector, "count": count},
    st.sampled_from(["list", "list", "anything", "other"]),
    st.sampled_from([1, 2, "{{$threshold}}", "1"]),
)
_lists = st.lists(_parts, min_size=1, max_size=2)
_matchers = words.some(["$Item.Category", "$Item.Attributes.text", "{{$Item.Price * 2}}"], 2)


@words.composite
def bundles(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return one definition without matchers and one that may have them."""
    plain, matched = BUNDLES
    return [
        {"name": plain, "lists": draw(_lists)},
        {"name": matched, "lists": draw(_lists), "matchers": draw(_matchers)},
    ]
