"""A whole rule in words: its parts, and a headline that says it in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from sandbox.rules.effects import EffectBlock
from sandbox.rules.model import Block, CheckEvent, Condition, Group, Rule, Ruleset, Unsupported
from sandbox.rules.words.conditions import clause
from sandbox.rules.words.effects import tell_effect
from sandbox.rules.words.english import listed, lower_first, sentence
from sandbox.rules.words.filters import Filters, names_in, tell_filters
from sandbox.rules.words.glossary import Glossary
from sandbox.rules.words.model import ConditionWords, EffectWords, RulesetWords, RuleWords
from sandbox.rules.words.parameters import with_parameter_values
from sandbox.rules.words.vocabulary import Vocabulary

# A headline with more conditions or effects than this leaves them to the list below it.
MOST_IN_HEADLINE = 3
_BELOW = "its conditions hold"


def ruleset_in_words(ruleset: Ruleset, vocabulary: Vocabulary) -> RulesetWords:
    """Return all rules of a ruleset in words, with its cart item filters and bundles."""
    ruleset = with_parameter_values(ruleset)
    filters = tell_filters(ruleset, vocabulary)
    rules = tuple(_rule(rule, filters) for rule in ruleset.rules)
    return RulesetWords(rules, filters.own)


def rule_in_words(rule: Rule, ruleset: Ruleset, vocabulary: Vocabulary) -> RuleWords:
    """Return one rule of a ruleset in words."""
    (words,) = ruleset_in_words(replace(ruleset, rules=(rule,)), vocabulary).rules
    return words


def _rule(rule: Rule, filters: Filters) -> RuleWords:
    conditions = tuple(_conditions(rule.blocks, filters.glossary, count()))
    effects = tuple(
        EffectWords(block.id, index, told.clause, told.details, guard)
        for index, (block, guard) in enumerate(_effects(rule.blocks, (), True, filters.glossary))
        for told in (tell_effect(block, filters.glossary),)
    )
    unknown = tuple(dict.fromkeys(sentence(reason) for reason in _reasons(rule.blocks)))
    return RuleWords(
        title=rule.title,
        headline=_headline(rule, effects, unknown, filters.glossary),
        conditions=conditions,
        effects=effects,
        unknown=unknown,
        filters=filters.explained(names_in(rule)),
    )


def _conditions(
    blocks: Iterable[Block], glossary: Glossary, indices: Iterator[int]
) -> Iterator[ConditionWords]:
    """Yield the conditions among the blocks of a rule, numbered in document order."""
    for block in blocks:
        if isinstance(block, Condition):
            yield _condition(block, glossary, indices)


def _condition(block: Condition, glossary: Glossary, indices: Iterator[int]) -> ConditionWords:
    counts = not isinstance(block, Group) or block.counts_once
    return ConditionWords(
        block_id=block.id,
        index=next(indices) if counts else None,
        clause=clause(block, glossary),
        operator=block.operator if isinstance(block, Group) else None,
        children=_children(block, glossary, indices),
        failures=tuple(_failure(failure, glossary) for failure in block.on_failure),
    )


def _children(
    block: Condition, glossary: Glossary, indices: Iterator[int]
) -> tuple[ConditionWords, ...]:
    """Return what is inside a group or an event.

    Matchers have no number, nor has what is inside a group that counts as one condition.
    """
    match block:
        case Group(counts_once=True):
            inside = _children(replace(block, counts_once=False), glossary, count())
            return tuple(map(_unnumbered, inside))
        case Group(blocks=blocks):
            return tuple(
                ConditionWords(inner.id, None, clause(inner, glossary))
                if isinstance(inner, Unsupported)
                else _condition(inner, glossary, indices)
                for inner in blocks
                if isinstance(inner, Condition | Unsupported)
            )
        case CheckEvent(matchers=matchers):
            numbered = _conditions(matchers, glossary, count())
            return tuple(_unnumbered(matcher) for matcher in numbered)
    return ()


def _unnumbered(words: ConditionWords) -> ConditionWords:
    return replace(words, index=None, children=tuple(map(_unnumbered, words.children)))


def _failure(block: Block, glossary: Glossary) -> EffectWords:
    if isinstance(block, Condition | Unsupported):
        return EffectWords(block.id, None, f"check that {clause(block, glossary)}")
    told = tell_effect(block, glossary)
    return EffectWords(block.id, None, told.clause, told.details)


def _effects(
    blocks: Iterable[Block], guards: tuple[str, ...], holds: bool, glossary: Glossary
) -> Iterator[tuple[EffectBlock, str]]:
    """Yield effects with what else they hang on: a group that may fail on its own (decision S2).

    `holds` says that the enclosing group must hold for the rule to hold.
    """
    for block in blocks:
        if isinstance(block, Group):
            inner = guards if holds else (*guards, clause(block, glossary))
            yield from _effects(block.blocks, inner, block.operator == "all", glossary)
        elif isinstance(block, EffectBlock):
            yield block, listed(guards, "and")


def _reasons(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield why each block that is not known keeps the rule from applying."""
    for block in blocks:
        if isinstance(block, Unsupported):
            yield block.reason
        elif isinstance(block, Condition):
            if isinstance(block, Group):
                yield from _reasons(block.blocks)
            yield from _reasons(block.on_failure)


def _headline(
    rule: Rule, effects: Sequence[EffectWords], unknown: Sequence[str], glossary: Glossary
) -> str:
    if unknown:
        reasons = "; ".join(lower_first(reason.removesuffix(".")) for reason in unknown)
        return sentence(f"this rule never applies here: {reasons}")
    opening = _opening(list(_flat(rule.blocks)), glossary)
    doing = _doing(effects)
    if opening is None:
        always = "always, " if doing.startswith("for ") else "always "
        return sentence(f"{always}{doing}" if effects else "this rule does nothing")
    return sentence(f"when {opening}, {doing}")


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield conditions that must all hold, without the groups that say so and the empty ones."""
    for block in blocks:
        if isinstance(block, Group) and block.operator == "all":
            yield from _flat(block.blocks)
        elif isinstance(block, Group):
            if any(isinstance(inner, Condition) for inner in block.blocks):
                yield block
        elif isinstance(block, Condition):
            yield block


def _opening(blocks: Sequence[Block], glossary: Glossary) -> str | None:
    """Return the conditions of a headline; None for a rule that asks nothing."""
    if not blocks:
        return None
    sizes = [_size(block) for block in blocks]
    if any(size is None for size in sizes):
        return _BELOW
    total = sum(size or 0 for size in sizes)
    if total > MOST_IN_HEADLINE:
        return f"all of its {total} conditions hold" if len(blocks) == total else _BELOW
    either = "either " if len(blocks) > 1 else ""
    parts = [
        f"{either if (size or 0) > 1 else ''}{clause(block, glossary)}"
        for block, size in zip(blocks, sizes, strict=True)
    ]
    return listed(parts, "and")


def _size(block: Block) -> int | None:
    """Return how many conditions a block puts into a headline; None if it needs a list."""
    if not isinstance(block, Group):
        return 1
    inner = [member for member in block.blocks if isinstance(member, Condition)]
    if any(isinstance(member, Group) for member in inner):
        return None
    return len(inner) if len(inner) == 1 or block.operator == "atLeastOne" else None


def _doing(effects: Sequence[EffectWords]) -> str:
    clauses = [effect.guarded for effect in effects]
    if not clauses:
        return "nothing else happens"
    if len(clauses) > MOST_IN_HEADLINE:
        more = len(clauses) - MOST_IN_HEADLINE + 1
        clauses[MOST_IN_HEADLINE - 1 :] = [f"do {more} more things"]
    return listed(clauses, "and")
