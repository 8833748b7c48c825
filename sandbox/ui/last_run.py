"""The answer before this one, so that a page can mark what is different."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from sandbox.insight.changes import NEW, Changes, Run, changes, is_same
from sandbox.insight.money import money
from sandbox.insight.totals import Totals
from sandbox.insight.verdicts import Verdict
from sandbox.targets.target import Answer
from sandbox.ui.pricing import Pricing
from sandbox.workspace.updates import SessionUpdate

_RUNS = "runs"


@dataclass(frozen=True, slots=True)
class _Runs:
    """The run on the page and the one before; `start` is the saved cart that both came from."""

    start: str | None
    draft: SessionUpdate
    now: Run
    before: Run | None


def compare(
    pricing: Pricing, answer: Answer, totals: Totals, found: list[Verdict], start: str | None
) -> Changes | None:
    """Return what this answer changed since the one before.

    None for the first run, and for the first of another saved cart, `start`. A run that gives the
    same again, for the same cart, is not another one.
    """
    run = Run(
        answer.content["effects"],
        totals.pays,
        {verdict.code: verdict.accepted for verdict in found},
    )
    kept: _Runs | None = st.session_state.get(_RUNS)
    if kept is None or kept.start != start:
        kept = _Runs(start, pricing.draft, run, None)
    elif kept.draft != pricing.draft or not is_same(kept.now, run):
        kept = _Runs(start, pricing.draft, run, kept.now)
    st.session_state[_RUNS] = kept
    return None if kept.before is None else changes(kept.before, run)


def forget() -> None:
    """Compare with nothing: what comes next is another workspace's, or another time's."""
    st.session_state.pop(_RUNS, None)


def changes_words(found: Changes, currency: str) -> str:
    """Say what is different: “€39.20 more to pay, 1 effect new, 2 changed”."""
    parts = []
    if found.pays:
        more = "more" if found.pays > 0 else "less"
        parts.append(f"{money(abs(found.pays), currency)} {more} to pay")
    new = sum(mark == NEW for mark in found.marks)
    changed = sum(mark not in ("", NEW) for mark in found.marks)
    noun = " effect"
    for count, word in ((new, "new"), (changed, "changed"), (len(found.gone), "gone")):
        if count:
            parts.append(f"{count}{noun}{'s' if noun and count > 1 else ''} {word}")
            noun = ""
    return ", ".join(parts)
