"""What refusals list."""

from __future__ import annotations

import pytest

from sandbox.errors import MAX_FAULTS, Fault, Refused

FAULT = Fault("Invalid", "it is wrong", "/somewhere")


def test_a_refusal_lists_everything_that_is_wrong():
    assert Refused([FAULT] * MAX_FAULTS).faults == (FAULT,) * MAX_FAULTS


@pytest.mark.parametrize("more", [1, 99_000])
def test_a_refusal_of_very_much_says_how_much_more_there_is(more: int):
    *listed, last = Refused([FAULT] * (MAX_FAULTS + more)).faults
    assert listed == [FAULT] * MAX_FAULTS
    assert last.details == f"{more:,} more things are wrong; they are not listed"
    assert (last.pointer, last.parameter) == ("", "")
