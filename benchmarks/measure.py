"""Interleaved sampling: candidates take turns, so that a noisy minute hits all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Finding(NamedTuple):
    """What a measurement says about one aim: at most `aim`, or at least, in `unit`."""

    what: str
    value: float
    aim: float
    unit: str
    at_least: bool = False

    @property
    def verdict(self) -> str:
        met = self.value >= self.aim if self.at_least else self.value <= self.aim
        bound = "at least" if self.at_least else "at most"
        return f"aim {bound} {self.aim:g}: {'met' if met else 'missed'}"


def medians(
    candidates: Mapping[str, Callable[[], object]], rounds: int, calls: int
) -> dict[str, float]:
    """Return the median time of one call of each candidate, in microseconds."""
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, candidate in candidates.items():
            started = time.perf_counter()
            for _ in range(calls):
                candidate()
            samples[name].append((time.perf_counter() - started) / calls * 1e6)
    return {name: statistics.median(times) for name, times in samples.items()}


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def table(title: str, rows: Sequence[tuple[str, str, str]]) -> None:
    """Print a measurement: what, how much, against what."""
    print(f"\n{title}")
    for what, value, note in rows:
        print(f"  {what:46} {value:>12}  {note}")


def summary(findings: Sequence[Finding]) -> None:
    """Print each aim with what was measured, and whether it was met."""
    rows = [
        (finding.what, f"{finding.value:.4g} {finding.unit}", finding.verdict)
        for finding in findings
    ]
    table("Summary", rows)
