"""Compile an Application's definition, once per revision.

Rules become closures (`sandbox.engine.campaign_compiler`). With `record`, the same compiler makes
the recording form, whose evaluations carry a trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sandbox.engine.achievements.definitions import compile_achievements
from sandbox.engine.campaign_compiler import CampaignCompiler
from sandbox.engine.checked import checked_zone
from sandbox.engine.compiled import CompiledApplication, CompiledCampaign, CompiledGroup
from sandbox.engine.definitions import CampaignGroup, Definition, Experiment
from sandbox.engine.loyalty.programs import make_programs
from sandbox.engine.tree import complete_tree, leaves
from sandbox.errors import Fault, Refused
from sandbox.rules.model import Ruleset
from sandbox.rules.parse import parse_ruleset, read_selector
from sandbox.rules.reading import Reader


def compile_application(definition: Definition, *, record: bool = False) -> CompiledApplication:
    """Compile everything, or raise Refused with every fault, its pointer into the bundle."""
    faults: list[Fault] = []
    settings = definition.application
    zone = checked_zone(settings.timezone, "/application/timezone", faults)
    programs = make_programs(definition.loyalty_programs, faults)
    achievements = compile_achievements(definition.achievements, zone, faults)
    tree = complete_tree(definition)
    groups = {leaf.campaign_id: group for group, leaf in leaves(tree)}
    filters = [
        read_selector(Reader(raw, f"/cartItemFilters/{index}", faults))
        for index, raw in enumerate(definition.cart_item_filters)
    ]
    compiler = CampaignCompiler(definition, zone, filters, record=record)
    experiments = {experiment.campaign_id: experiment for experiment in definition.experiments}
    campaigns: dict[int, CompiledCampaign] = {}
    for index, campaign in enumerate(definition.campaigns):
        pointer = f"/campaigns/{index}"
        if campaign.id in campaigns:
            faults.append(
                Fault(
                    "Duplicate",
                    f"Another campaign has id {campaign.id}",
                    f"{pointer}/id",
                )
            )
        ruleset = parse_ruleset(campaign.ruleset, f"{pointer}/ruleset", faults)
        experiment = experiments.get(campaign.id)
        variants = _variant_rulesets(definition, experiment, faults) if experiment else {}
        if not faults:
            compiled = compiler.compile(campaign, ruleset, groups[campaign.id])
            if experiment is not None:
                compiled = _with_variants(compiled, experiment, variants, compiler, groups)
            campaigns[campaign.id] = compiled
    if faults:
        raise Refused(faults)
    warnings = [*compiler.warnings]
    warnings += [warning for campaign in campaigns.values() for warning in campaign.warnings]
    return CompiledApplication(
        definition=definition,
        settings=settings,
        zone=zone,
        campaigns=campaigns,
        tree=_compile_tree(tree, campaigns),
        stores={store.integration_id: store for store in definition.stores},
        records=record,
        warnings=tuple(warnings),
        programs=programs,
        achievements=achievements,
    )


def _compile_tree(group: CampaignGroup, campaigns: Mapping[int, CompiledCampaign]) -> CompiledGroup:
    return CompiledGroup(
        mode=group.evaluation_mode,
        per_item=group.evaluation_scope == "cartItem" and group.evaluation_mode != "stackable",
        members=tuple(
            _compile_tree(element, campaigns)
            if isinstance(element, CampaignGroup)
            else campaigns[element.campaign_id]
            for element in group.elements
        ),
    )


def _variant_rulesets(
    definition: Definition, experiment: Experiment, faults: list[Fault]
) -> dict[int, Ruleset]:
    pointer = f"/experiments/{definition.experiments.index(experiment)}/variants"
    return {
        variant.id: parse_ruleset(variant.ruleset, f"{pointer}/{index}/ruleset", faults)
        for index, variant in enumerate(experiment.variants)
    }


def _with_variants(
    compiled: CompiledCampaign,
    experiment: Experiment,
    rulesets: Mapping[int, Ruleset],
    compiler: CampaignCompiler,
    groups: Mapping[int, CampaignGroup],
) -> CompiledCampaign:
    """Return a campaign whose ruleset is that of the variant that a profile sees."""
    campaign = compiled.definition
    variants = {
        variant_id: replace(
            compiler.compile(campaign, ruleset, groups[campaign.id]), experiment_id=experiment.id
        )
        for variant_id, ruleset in rulesets.items()
    }
    warnings = [warning for variant in variants.values() for warning in variant.warnings]
    return replace(
        compiled,
        runs_always=False,
        experiment_id=experiment.id,
        experiment=experiment,
        variants=variants,
        warnings=tuple(warnings),
    )
