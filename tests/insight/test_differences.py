from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.insight.differences import Difference, differences


def found(before: Any, after: Any) -> list[Difference]:
    return differences(json.dumps(before), json.dumps(after))


def rows(before: Any, after: Any) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.place, one.before, one.after) for one in found(before, after)]


def discount(name: str, value: float, **fields: Any) -> dict[str, Any]:
    props = {"name": name, "value": value, **fields}
    return {"effectType": "setDiscount", "campaignId": 1, "ruleName": "VIP", "props": props}


def test_fields_are_added_removed_and_changed():
    assert rows({"a": 1, "b": {"c": 2}}, {"b": {"c": 3}, "d": [True]}) == [
        ("removed", "a", "1", ""),
        ("changed", "b.c", "2", "3"),
        ("added", "d", "", "[true]"),
    ]


def test_numbers_are_compared_as_numbers_and_shown_as_written():
    assert differences('{"a": 1.0, "b": 12.30}', '{"a": 1, "b": 9.84}') == [
        Difference("changed", "b", "12.30", "9.84")
    ]


def test_true_is_not_one():
    assert rows({"a": 1}, {"a": True}) == [("changed", "a", "1", "true")]


def test_null_is_not_nothing():
    assert rows({"a": None}, {}) == [("removed", "a", "null", "")]


def test_a_changed_amount_of_an_effect_is_told_in_words():
    before = {"effects": [discount("VIP 10 %", 12.3)]}
    after = {"effects": [discount("VIP 10 %", 9.84)]}
    (one,) = found(before, after)
    assert (one.words, one.is_effect) == ("setDiscount “VIP 10 %”: 12.3 → 9.84", True)


def test_a_new_effect_leaves_the_others_alone():
    before = {"effects": [discount("VIP", 5)]}
    coupon = {"effectType": "acceptCoupon", "campaignId": 2, "props": {"value": "TEN"}}
    after = {"effects": [coupon, discount("VIP", 5)]}
    (one,) = found(before, after)
    assert (one.kind, one.words) == ("added", "acceptCoupon “TEN”")
    (one,) = found(after, before)
    assert (one.kind, one.words) == ("removed", "acceptCoupon “TEN”")


def test_effects_at_other_places_are_other_effects():
    before = {"effects": [discount("VIP", 5, position=0, subPosition=1)]}
    after = {"effects": [discount("VIP", 6, position=1, subPosition=0)]}
    assert {one.words for one in found(before, after)} == {
        "setDiscount “VIP”, line 1, unit 2: 5",
        "setDiscount “VIP”, line 2, unit 1: 6",
    }


def test_the_same_effect_twice_is_counted():
    (one,) = found({"effects": [discount("A", 1)]}, {"effects": [discount("A", 1)] * 2})
    assert (one.kind, one.after) == ("added", "1")


def test_other_fields_of_an_effect_are_named():
    before, after = discount("A", 1), {**discount("A", 1), "conditionIndex": 2}
    assert [one.words for one in found([before], [after])] == ["setDiscount “A”, conditionIndex: 2"]


def test_effects_come_first():
    before = {"total": 1, "effects": [discount("A", 1)]}
    after = {"total": 2, "effects": [discount("A", 2)]}
    assert [one.is_effect for one in found(before, after)] == [True, False]


def test_items_are_paired_by_sku():
    before = {"cartItems": [{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 1}]}
    after = {"cartItems": [{"sku": "B", "quantity": 2}]}
    assert rows(before, after) == [
        ("removed", "cartItems[0]", '{"sku":"A","quantity":1}', ""),
        ("changed", "cartItems[1].quantity", "1", "2"),
    ]


def test_codes_are_paired_by_themselves():
    assert rows(["A", "B"], ["B", "C"]) == [
        ("removed", "[0]", '"A"', ""),
        ("added", "[1]", "", '"C"'),
    ]


@pytest.mark.parametrize(("before", "after"), [("", "{}"), ("no JSON", "[]"), ("{}", "3")])
def test_what_is_no_json_differs_as_a_whole(before: str, after: str):
    assert differences(before, after) == [Difference("changed", "the whole text", before, after)]


def test_a_long_value_is_cut():
    (one,) = found({"a": 1}, {"a": "x" * 1000})
    assert len(one.after) < 250


def test_moments_and_ids_that_every_answer_has_of_its_own_are_told_apart():
    before = {
        "updated": "2026-11-25T02:05:09.64Z",
        "id": "a1809b1b-8c62-5254-a73f-12d0777fd4b2",
        "name": "2026",
    }
    after = {
        "updated": "2026-11-25T02:05:16+01:00",
        "id": "2eb03bc0-6295-586b-bd6c-6eef7dc01977",
        "name": "2027",
    }
    assert [one.place for one in found(before, after) if one.is_incidental] == ["updated", "id"]


_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
_NAMES = st.sampled_from(["effectType", "props", "sku", "id", "value", "name", "position"])
_JSON = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)
_BODIES = st.lists(_JSON, max_size=4) | st.dictionaries(_NAMES, _JSON, max_size=4)


@given(_BODIES)
def test_a_body_does_not_differ_from_itself_however_it_is_written(body: Any):
    assert differences(json.dumps(body), json.dumps(body, indent=1)) == []


@given(_BODIES, _BODIES)
def test_what_is_added_one_way_is_removed_the_other(before: Any, after: Any):
    def kinds(one: Any, other: Any, added: str, removed: str) -> list[int]:
        listed = [difference.kind for difference in found(one, other)]
        return [listed.count(added), listed.count(removed), listed.count("changed")]

    assert kinds(before, after, "added", "removed") == kinds(after, before, "removed", "added")
