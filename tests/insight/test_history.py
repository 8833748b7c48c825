from __future__ import annotations

from sandbox.insight.history import steps


def test_steps_have_words_and_times_in_the_zone_of_the_application():
    event = {"type": "talon_session_closed", "created": "2026-06-01T10:00:00Z", "effects": [1]}
    (step,) = steps([event], "Europe/Berlin")
    assert (step.what, step.when) == ("Order placed", "1 June 2026, 12:00")
    assert step.effects == [1]


def test_events_of_other_types_keep_their_names():
    (step,) = steps([{"type": "signup", "created": "2026-06-01T10:00:00Z"}], "UTC")
    assert (step.what, step.effects) == ("signup", [])
