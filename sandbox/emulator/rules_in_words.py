"""The rules of a workspace in plain words, for people who read them and tools that show them.

Words are `sandbox.rules.words`; `unsupported` is what the engine says of a rule that never fires.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.engine.compiled import CompiledCampaign
from sandbox.engine.model import Json
from sandbox.rules.parse import parse_ruleset
from sandbox.rules.words.model import ConditionWords, EffectWords, FilterWords, RuleWords
from sandbox.rules.words.outline import outline
from sandbox.rules.words.rules import ruleset_in_words
from sandbox.rules.words.vocabulary import Vocabulary
from sandbox.workspace.service import Workspaces
from sandbox.workspace.vocabulary import vocabulary_of


def get_rules(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """GET /sandbox/v1/workspaces/{name}/rules: every campaign with its rules in words."""
    workspace = workspaces.workspace(incoming.ids["name"])
    application = workspace.application
    vocabulary = vocabulary_of(application.definition, workspace.raw)
    return ok({"data": [_campaign(c, vocabulary) for c in application.campaigns.values()]})


def _campaign(campaign: CompiledCampaign, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return a campaign; one with an experiment also has the rules of each variant."""
    definition, experiment = campaign.definition, campaign.experiment
    content = {
        "campaignId": definition.id,
        "name": definition.name,
        "state": definition.state,
        **_ruleset(definition.ruleset, campaign, vocabulary),
    }
    if experiment is not None:
        content["variants"] = [
            {
                "variantId": variant.id,
                "name": variant.name,
                **_ruleset(variant.ruleset, campaign.variants[variant.id], vocabulary),
            }
            for variant in experiment.variants
            if variant.id in campaign.variants
        ]
    return content


def _ruleset(ruleset: Json, compiled: CompiledCampaign, vocabulary: Vocabulary) -> dict[str, Any]:
    words = ruleset_in_words(parse_ruleset(ruleset, "", []), vocabulary)
    return {
        "rules": [
            {"index": index, **_rule(rule, compiled.rules[index].unsupported)}
            for index, rule in enumerate(words.rules)
        ],
        "filters": _filters(words.filters),
    }


def _rule(rule: RuleWords, unsupported: Sequence[str]) -> dict[str, Any]:
    return {
        "title": rule.title,
        "headline": rule.headline,
        "outline": outline(rule),
        "conditions": [_condition(condition) for condition in rule.conditions],
        "effects": [_effect(effect) for effect in rule.effects],
        "filters": _filters(rule.filters),
        "unsupported": list(unsupported),
    }


def _condition(condition: ConditionWords) -> dict[str, Any]:
    """Return a condition; a group has an operator and children, and no index."""
    content: dict[str, Any] = {"blockId": condition.block_id, "sentence": condition.sentence}
    if condition.index is not None:
        content["index"] = condition.index
    if condition.operator is not None:
        content["operator"] = condition.operator
        content["children"] = [_condition(child) for child in condition.children]
    if condition.failures:
        content["failures"] = [_effect(effect) for effect in condition.failures]
    return content


def _effect(effect: EffectWords) -> dict[str, Any]:
    """Return an effect; a failure effect has no index."""
    content: dict[str, Any] = {"blockId": effect.block_id, "sentence": effect.sentence}
    if effect.index is not None:
        content["index"] = effect.index
    return content


def _filters(filters: Iterable[FilterWords]) -> list[dict[str, Any]]:
    return [{"name": words.name, "sentence": words.sentence} for words in filters]
