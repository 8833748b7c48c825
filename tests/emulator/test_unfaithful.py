from __future__ import annotations

import re

import pytest

from sandbox.emulator.unfaithful import UNFAITHFUL, Difference
from tests.process import ROOT


@pytest.mark.parametrize("difference", UNFAITHFUL, ids=lambda one: one.what)
def test_a_known_difference_names_decisions_that_there_are(difference: Difference):
    decided = set(re.findall(r"^\| (S\d+) \|", (ROOT / "docs/decisions.md").read_text(), re.M))
    assert {row for row in difference.rows if row.startswith("S")} <= decided
    assert difference.instead
