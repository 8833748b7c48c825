from __future__ import annotations

from typing import Any

import pytest

from sandbox.talang.errors import EvaluationError, FunctionNotFoundError, LimitError
from sandbox.talang.limits import MAX_LIST, MAX_PATTERN, MAX_TEXT
from tests.talang.library.call import call, value_of


def test_a_pattern_comes_first_and_matches_anywhere_in_every_text():
    assert call("~", "b", "abc", "b") is True
    assert call("~", "b", "abc", "c") is False


@pytest.mark.parametrize("pattern", ["[a", "a(?=b)", r"(a)\1", "*"])
def test_what_is_no_pattern_of_re2_is_an_error(pattern: str):
    with pytest.raises(EvaluationError, match="no regular expression"):
        call("~", pattern, "ab")


def test_a_search_that_could_take_long_is_not_begun():
    with pytest.raises(LimitError, match="steps"):
        call("~", "(((a?){30}){30})b", "a" * MAX_TEXT)


@pytest.mark.parametrize(
    ("function", "arguments", "bound"),
    [
        ("~", ["a" * (MAX_PATTERN + 1), "a"], MAX_PATTERN),
        ("+", ["a" * MAX_TEXT, "b"], MAX_TEXT),
        ("join", [["a" * MAX_TEXT, "b"], ""], MAX_TEXT),
        ("split", ["," * MAX_LIST, ","], MAX_LIST),
    ],
)
def test_what_is_made_is_bounded(function: str, arguments: list[Any], bound: int):
    with pytest.raises(LimitError, match=f"at most {bound}"):
        call(function, *arguments)


def test_no_needle_may_be_found_for_not_contains():
    assert call("notContains", "abc", "x", "y") is True
    assert call("notContains", "abc", "x", "b") is False


@pytest.mark.parametrize("members", [[], [1], ["a", []]])
def test_join_takes_texts(members: list[Any]):
    with pytest.raises(EvaluationError, match="join takes"):
        call("join", members, "-")


def test_a_pattern_is_searched_in_texts_only():
    with pytest.raises(FunctionNotFoundError, match="~"):
        value_of(["~", "a", [".", "A"]], A=True)
