"""Live calls are kept for one browser session: how many, and under which names."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from sandbox.ui.calls import MAX_LIVE_CALLS


def remember(count: int) -> None:
    from sandbox.ui.calls import remember_live_call

    for number in range(count):
        remember_live_call(
            host="https://shop.talon.one",
            method="PUT",
            path="/v2/customer_sessions/s?dry=true",
            status=200,
            request=f'{{"number": {number}}}',
            answer="{}",
            milliseconds=1.5,
        )


def calls_after(count: int) -> list:
    return AppTest.from_function(remember, args=(count,)).run().session_state["live-calls"]


def test_the_newest_live_calls_are_kept_under_names_of_their_own():
    calls = calls_after(MAX_LIVE_CALLS + 2)
    assert len({call.id for call in calls}) == len(calls) == MAX_LIVE_CALLS
    assert calls[0].request == f'{{"number": {MAX_LIVE_CALLS + 1}}}'
    assert calls[0].time == calls[0].real_time
