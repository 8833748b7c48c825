from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import Page, moment, number, numbers, part, texts, words
from sandbox.errors import Refused


def asked(query_string: str) -> Incoming:
    query = dict(pair.split("=", 1) for pair in query_string.split("&"))
    return Incoming({}, query, {}, b"", query_string)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-05-29", datetime(2026, 5, 29, tzinfo=UTC)),
        ("2026-05-29T23:59:59", datetime(2026, 5, 29, 23, 59, 59, tzinfo=UTC)),
        ("2026-05-29T15:04:05+07:00", datetime(2026, 5, 29, 8, 4, 5, tzinfo=UTC)),
        ("2026-05-29T15:04:05 07:00", datetime(2026, 5, 29, 8, 4, 5, tzinfo=UTC)),
        ("2026-05-29T15:04:05Z", datetime(2026, 5, 29, 15, 4, 5, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_in_utc_and_a_date_begins_at_midnight(text, time):
    assert moment(asked(f"endDate={text}"), "endDate") == time


@pytest.mark.parametrize("text", ["", "29.5.2026", "2026-13-01", "now"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(Refused):
        moment(asked(f"endDate={text}"), "endDate")


def test_lists_are_repeated_or_separated_by_commas():
    assert numbers(asked("ids=1,2&ids=3"), "ids") == {1, 2, 3}
    assert numbers(asked("ids="), "ids") is None
    assert words(asked("status=a, b"), "status", ("a", "b")) == {"a", "b"}


@pytest.mark.parametrize("text", ["", ",", "a,", "c"])
def test_words_of_a_list_are_those_that_are_allowed(text):
    with pytest.raises(Refused):
        words(asked(f"status={text}"), "status", ("a", "b"))


def test_numbers_and_texts_may_have_a_least():
    assert number(asked("id=1"), "id", least=1) == 1
    assert part(asked("name=ab"), "name", least=2) == "ab"
    with pytest.raises(Refused):
        number(asked("id=0"), "id", least=1)
    with pytest.raises(Refused):
        part(asked("name=a"), "name", least=2)


def test_a_text_may_hold_commas():
    assert texts(asked("sku=a,b"), "sku") == {"a,b"}
    assert texts(asked("other=1"), "sku") is None


@pytest.mark.parametrize("text", ["1.5", "٣", "1e3", "9999999999999999999"])
def test_an_id_is_an_integer(text):
    with pytest.raises(Refused):
        number(asked(f"id={text}"), "id")


def test_a_page_knows_whether_there_is_more():
    assert Page(2, 0).of("abc") == (["a", "b"], True)
    assert Page(2, 1).of("abc") == (["b", "c"], False)
    assert Page(2, 9).of("abc") == ([], False)
