from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.talang.errors import EvaluationError, FunctionNotFoundError, LimitError
from sandbox.talang.limits import MAX_LIST, MAX_STEPS
from tests.talang.library.call import call, value_of

ITEMS = [
    {"Sku": "a", "Price": Decimal(3)},
    {"Sku": "b", "Price": "free"},
    {"Sku": "c", "Price": Decimal(1)},
]


def skus(json: Any) -> list[str]:
    return [item["Sku"] for item in value_of(json, L=ITEMS)]


@pytest.mark.parametrize(
    ("function", "expected"),
    [("map", [2]), ("filter", None), ("sum", 2), ("exists", None), ("every", None), ("do", None)],
)
def test_both_spellings_of_blocks_mean_the_same(function: str, expected: Any):
    body = ["+", [".", "x"], 1] if expected else ["=", [".", "x"], 1]
    first, second = (
        value_of([function, ["list", 1] if function != "do" else 1, *block])
        for block in ([[["x"], body]], ["x", body])
    )
    assert first == second
    assert expected is None or first == expected


def test_names_after_the_first_of_a_parameter_list_are_ignored():
    assert value_of(["map", ["list", 1], [["x", "y"], [".", "x"]]]) == [1]


def test_sorting_by_number_leaves_what_has_none_where_it_is():
    by_price = [["i"], [".", "i", "Price"]]
    assert skus(["sortByNumber", [".", "L"], by_price, False]) == ["c", "b", "a"]
    assert skus(["sortByNumber", [".", "L"], by_price, True]) == ["a", "b", "c"]


def test_sorting_by_text_takes_any_atom():
    assert skus(["sortByString", [".", "L"], "i", [".", "i", "Price"], False]) == ["c", "a", "b"]


def test_sorting_is_down_when_asked():
    assert call("sort", ["b", "a", "c"], True) == ["c", "b", "a"]
    assert call("sort", ["b", "a", "c"], False) == ["a", "b", "c"]


def test_the_index_of_an_item_is_cut_to_a_whole_number():
    assert call("item", ["a", "b"], Decimal("1.9")) == "b"
    assert call("item", ["a", "b"], Decimal("-0.5")) == "a"


@pytest.mark.parametrize("index", [-1, 2, Decimal("1E+40")])
def test_an_index_outside_is_an_error(index: Any):
    with pytest.raises(EvaluationError, match="none at"):
        call("item", ["a", "b"], index)


@pytest.mark.parametrize("function", ["map", "filter", "exists", "every", "sum"])
def test_only_lists_have_members(function: str):
    with pytest.raises(FunctionNotFoundError, match=function):
        value_of([function, [".", "A"], [["x"], ["not", True]]], A="text")


def test_a_block_must_be_true_or_false_where_that_is_asked():
    for function in ("filter", "exists"):
        with pytest.raises(EvaluationError, match=f"block of {function} gives true or false"):
            value_of([function, ["list", 1], [["x"], [".", "x"]]])


def test_what_is_no_block_is_an_error_after_the_other_arguments():
    with pytest.raises(EvaluationError, match="takes a block"):
        value_of(["map", ["list", 1], ["not", True]])
    with pytest.raises(EvaluationError, match=r"\$Missing"):
        value_of(["map", [".", "Missing"], ["not", True]])


def test_growing_is_bounded():
    with pytest.raises(LimitError, match=f"at most {MAX_LIST}"):
        call("push", ["x"] * MAX_LIST, "y")


def test_the_work_of_all_blocks_together_is_bounded():
    inner = ["map", [".", "L"], [["b"], ["+", [".", "a"], [".", "b"]]]]
    with pytest.raises(LimitError, match=f"at most {MAX_STEPS} steps"):
        value_of(["map", [".", "L"], [["a"], inner]], L=[Decimal(1)] * 2000)


def test_sorting_takes_no_lists_inside_and_a_flag_for_the_direction():
    with pytest.raises(EvaluationError, match="no lists"):
        call("sort", [[]])
    with pytest.raises(FunctionNotFoundError, match="sort"):
        value_of(["sort", ["list", "a"], [".", "A"]], A="down")
    with pytest.raises(FunctionNotFoundError, match="sortByNumber"):
        value_of(["sortByNumber", ["list", 1], [["x"], [".", "x"]], [".", "A"]], A="down")
    with pytest.raises(EvaluationError, match="sorts by texts"):
        value_of(["sortByString", ["list", 1], [["x"], ["list"]], True])


def test_a_sum_may_become_too_large():
    with pytest.raises(LimitError, match="exponent"):
        value_of(["sum", [".", "L"], [["x"], [".", "x"]]], L=[Decimal("9E+99")] * 2)
