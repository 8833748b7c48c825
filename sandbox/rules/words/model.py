"""Rules in words, as data: one sentence for each part, and one for the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.rules.model import GroupOperator
from sandbox.rules.words.english import sentence


@dataclass(frozen=True, slots=True)
class EffectWords:
    """One effect. `clause` is short: “take 20 % off the session total”.

    `details` are what a headline leaves out: names, texts, dates. `guard` is the condition of an
    inner group that the effect hangs on, "" without one. `index` is the effectIndex of failure
    reasons, None for failure effects.
    """

    block_id: str
    index: int | None
    clause: str
    details: tuple[str, ...] = ()
    guard: str = ""

    @property
    def guarded(self) -> str:
        return f"if {self.guard}, {self.clause}" if self.guard else self.clause

    @property
    def sentence(self) -> str:
        details = f" ({', '.join(self.details)})" if self.details else ""
        return sentence(f"{self.guarded}{details}")


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """One condition, or a group of them with its `operator` and `children`.

    `clause` reads inside a sentence: “the cart is worth at least €100”; a group's has all of its
    children, and so has an event's, whose children are its matchers. `index` is the conditionIndex
    of failure reasons: conditions in document order from 0, groups and matchers not counted
    (decision S4). `failures` happen when this is looked at and does not hold.
    """

    block_id: str
    index: int | None
    clause: str
    operator: GroupOperator | None = None
    children: tuple[ConditionWords, ...] = ()
    failures: tuple[EffectWords, ...] = ()

    @property
    def sentence(self) -> str:
        return sentence(self.clause)

    def walk(self) -> Iterator[ConditionWords]:
        """Yield this and everything inside it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class FilterWords:
    """One cart item filter or bundle of a ruleset: what its name stands for."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule. All of `conditions` must hold; without any, it always applies.

    `headline` is the rule in one sentence. `unknown` has a sentence for each thing that keeps it
    from ever applying. `filters` explains those that the sentences call by name.
    """

    title: str
    headline: str
    conditions: tuple[ConditionWords, ...]
    effects: tuple[EffectWords, ...]
    unknown: tuple[str, ...] = ()
    filters: tuple[FilterWords, ...] = ()

    def condition(self, index: int) -> ConditionWords | None:
        """Return the condition that a conditionIndex means."""
        for outer in self.conditions:
            for inner in outer.walk():
                if inner.index == index:
                    return inner
        return None


@dataclass(frozen=True, slots=True)
class RulesetWords:
    """A ruleset: its rules in their order, and every filter and bundle it defines."""

    rules: tuple[RuleWords, ...]
    filters: tuple[FilterWords, ...]
