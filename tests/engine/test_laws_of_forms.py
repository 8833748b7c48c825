"""The recording form gives the answer of the fast form, whatever is evaluated, and a trace."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from hypothesis import given

from sandbox.numbers import encode_json
from tests.engine.strategies import examples
from tests.engine.strategies.situations import Situation, situations

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "docs" / "trace.schema.json").read_text())
)


@examples(4)
@given(situations(typed=False))
def test_evaluating_with_and_without_recording_is_the_same(situation: Situation):
    fast, recorded = situation.evaluate(), situation.evaluate(record=True)
    assert recorded.effects == fast.effects
    assert recorded.changes == fast.changes
    assert recorded.failures() == fast.failures()
    assert recorded.eligibility() == fast.eligibility()
    assert recorded.triggered_campaign_ids == fast.triggered_campaign_ids
    assert (fast.trace is None, recorded.trace is None) == (True, False)


@examples(0.3)
@given(situations(typed=False))
def test_a_trace_fits_its_published_schema(situation: Situation):
    SCHEMA.validate(json.loads(encode_json(situation.evaluate(record=True).trace)))
