from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.talang.errors import EvaluationError, LimitError
from sandbox.talang.library.layouts import MAX_LAYOUT, format_time, guess_time, parse_time
from tests.talang.strategies import times

TIME = datetime(2018, 3, 4, 17, 6, 7, 89000, tzinfo=timezone(timedelta(hours=5, minutes=30)))


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("yyyy-MM-dd HH:mm:ss", "2018-03-04 17:06:07"),
        ("yy M d H m s", "18 3 4 17 6 7"),
        ("E EEEE e", "Sun Sunday 0"),
        ("MMM MMMM", "Mar March"),
        ("hh:mm a K k", "05:06 PM 5 17"),
        ("D DDD w x C", "63 063 9 2018 20"),
        ("SSS Z ZZ", "089 +0530 +05:30"),
        ("yyyy 'o''clock' ''", "2018 o'clock '"),
    ],
)
def test_times_are_written_in_a_layout(layout: str, text: str):
    assert format_time(TIME, layout) == text


@pytest.mark.parametrize(
    ("text", "layout", "time"),
    [
        ("2018-03-04 17:06", "yyyy-MM-dd HH:mm", "2018-03-04T17:06:00Z"),
        ("4 Mar 18", "d MMM yy", "2018-03-04T00:00:00Z"),
        ("05:06 pm", "hh:mm a", "0001-01-01T17:06:00Z"),
        ("12 AM", "h a", "0001-01-01T00:00:00Z"),
        ("24", "k", "0001-01-01T00:00:00Z"),
        ("2018 063", "yyyy DDD", "2018-03-04T00:00:00Z"),
        ("2018-03-04T17:06:07.089+05:30", "yyyy-MM-dd'T'HH:mm:ss.SSSZ", TIME.isoformat()),
    ],
)
def test_times_are_read_by_a_layout(text: str, layout: str, time: str):
    assert parse_time(text, layout) == datetime.fromisoformat(time)


@pytest.mark.parametrize(
    ("text", "layout"),
    [("2018", "yyyy-MM"), ("31.02.2018", "dd.MM.yyyy"), ("x", "OO"), ("1 1", "d d"), ("25", "H")],
)
def test_what_is_no_time_in_the_layout_is_an_error(text: str, layout: str):
    with pytest.raises(EvaluationError):
        parse_time(text, layout)


@pytest.mark.parametrize(
    "text",
    [
        "2018-03-02T14:13:20Z",
        "2018-03-02 14:13:20",
        "1520000000",
        "1520000000000",
        "3/2/2018 14:13:20",
        "2018/3/2 14:13:20",
        "Mar 2, 2018 2:13:20 PM",
        "2 March 2018 14:13:20",
        "Fri, 02 Mar 2018 14:13:20 GMT",
        "Fri Mar 2 14:13:20 2018",
    ],
)
def test_common_formats_are_guessed(text: str):
    assert guess_time(text) == datetime(2018, 3, 2, 14, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "99/99/2018", "2018-02-30", "9" * 15])
def test_what_is_no_time_in_any_common_format_is_an_error(text: str):
    with pytest.raises(EvaluationError, match="no time"):
        guess_time(text)


def test_layouts_are_bounded():
    with pytest.raises(LimitError, match=f"at most {MAX_LAYOUT}"):
        format_time(TIME, "y" * (MAX_LAYOUT + 1))


@given(times.map(lambda time: time.replace(microsecond=0)))
def test_what_is_written_in_a_layout_reads_back(time: datetime):
    layout = "EEEE, d MMMM yyyy hh:mm:ss a ZZ"
    written = format_time(time, layout)
    assert parse_time(written, layout) == time


@given(st.text(max_size=12), st.text(alphabet="yMdHhmsSaZzE'- x", max_size=8))
def test_any_text_and_layout_is_read_or_refused(text: str, layout: str):
    for use in (lambda: parse_time(text, layout), lambda: format_time(TIME, layout)):
        with suppress(EvaluationError):
            use()
