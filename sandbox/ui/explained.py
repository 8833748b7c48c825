"""Why conditions did not hold: the rules' own words, with the values of a trace.

Only the embedded emulator tells; a live target shows what it said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.errors import Refused
from sandbox.insight.conditions import Place, Reasons, failed_conditions, unmet
from sandbox.numbers import decode_json, encode_json
from sandbox.rules.parse import parse_ruleset
from sandbox.rules.words.model import RulesetWords
from sandbox.rules.words.rules import ruleset_in_words
from sandbox.ui.pricing import Pricing
from sandbox.ui.visit import Visit
from sandbox.workspace.vocabulary import vocabulary_of
from sandbox.workspace.workspace import Workspace


def reasons_of_codes(here: Visit, pricing: Pricing) -> Reasons:
    """Return why conditions did not hold when campaigns were run for a code."""
    return _reasons(here, pricing, lambda place: bool(place.code))


def reasons(here: Visit, pricing: Pricing) -> Reasons:
    """Return why conditions did not hold."""
    return _reasons(here, pricing, lambda place: True)


def _reasons(here: Visit, pricing: Pricing, is_wanted: Callable[[Place], bool]) -> Reasons:
    workspace = here.workspace
    if here.live is not None:
        return {}
    try:
        _, traced = workspace.explain(pricing.session_id, pricing.draft)
    except Refused:  # an order, which is final
        return {}
    trace: Mapping[str, Any] = decode_json(encode_json(traced))
    variants = {one["campaignId"]: one.get("variantId") for one in trace["campaigns"]}
    told: dict[int, RulesetWords] = {}
    found = {}
    for place, condition in failed_conditions(trace):
        if not is_wanted(place):
            continue
        campaign_id = place.campaign_id
        if campaign_id not in told:
            told[campaign_id] = _words(workspace, campaign_id, variants[campaign_id])
        words = told[campaign_id].rules[place.rule_index].condition(place.condition_index)
        if words is not None:
            found[place] = unmet(condition, words.clause, pricing.facts.currency)
    return found


def _words(workspace: Workspace, campaign_id: int, variant_id: int | None) -> RulesetWords:
    """Return the rules that were run in words: those of a variant, where there is one."""
    campaign = workspace.application.campaigns[campaign_id]
    ruleset = campaign.definition.ruleset
    for variant in campaign.experiment.variants if campaign.experiment else ():
        if variant.id == variant_id:
            ruleset = variant.ruleset
    vocabulary = vocabulary_of(workspace.application.definition, workspace.raw)
    return ruleset_in_words(parse_ruleset(ruleset, "", []), vocabulary)
