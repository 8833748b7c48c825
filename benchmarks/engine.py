"""`engine.evaluate` on the reference cart, against the same promotions written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from benchmarks.measure import Finding, medians, table
from benchmarks.reference import SESSION, bundle, by_hand
from sandbox.engine.compile import compile_application
from sandbox.engine.evaluate import evaluate
from sandbox.engine.evaluation import Evaluation, Facts, Request
from sandbox.numbers import decode_json, encode_json
from sandbox.shapes import convert
from sandbox.workspace.bundle import read_bundle
from sandbox.workspace.sessions import SessionRules
from sandbox.workspace.updates import SessionUpdate

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def main() -> list[Finding]:
    """Compare the answers, then the times; returns what is aimed at."""
    loaded = read_bundle(encode_json(bundle()))
    update = convert(decode_json(encode_json(SESSION)), SessionUpdate)
    rules = SessionRules(loaded.application.definition, loaded.catalog)
    session = rules.merge(None, update, "s", 1, True, NOW)
    facts = Facts(
        profile=loaded.state.profiles[0], coupons={c.value: c for c in loaded.state.coupons}
    )
    request = Request(session, frozenset({"sessionCreated"}))
    fast = loaded.application
    recording = compile_application(fast.definition, record=True)
    coupons = dict(facts.coupons)

    expected = by_hand(session, coupons)
    assert as_answered(evaluate(fast, facts, request, NOW)) == expected
    assert as_answered(evaluate(recording, facts, request, NOW)) == expected

    times = medians(
        {
            "hand-written Decimal function": lambda: by_hand(session, coupons),
            "engine.evaluate": lambda: evaluate(fast, facts, request, NOW),
            "engine.evaluate, recording form": lambda: evaluate(recording, facts, request, NOW),
        },
        rounds=100,
        calls=30,
    )
    base, fast_time, recording_time = times.values()
    table(
        "Engine: 10 items, 5 promotions (medians)",
        [(name, f"{time:.1f} µs", f"{time / base:.2f} times") for name, time in times.items()],
    )
    return [
        Finding("engine.evaluate to hand-written", fast_time / base, 4, "times"),
        Finding("recording form to fast form", recording_time / fast_time, 3, "times"),
    ]


def as_answered(evaluation: Evaluation) -> list[dict[str, Any]]:
    answered: list[dict[str, Any]] = decode_json(encode_json(evaluation.effects))
    return answered


if __name__ == "__main__":
    main()
