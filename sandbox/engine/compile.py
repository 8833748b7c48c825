"""Compile an Application's definition, once per revision.

Rules become closures (`sandbox.engine.campaign_compiler`). With `record`, the same compiler makes
the recording form, whose evaluations carry a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import msgspec

from sandbox.engine.achievements.definitions import compile_achievements
from sandbox.engine.campaign_compiler import CampaignCompiler, TreePlace
from sandbox.engine.checked import checked_zone
from sandbox.engine.compiled import CompiledApplication, CompiledCampaign, CompiledGroup
from sandbox.engine.definitions import CampaignGroup, Definition, Experiment
from sandbox.engine.loyalty.programs import make_programs
from sandbox.engine.tree import complete_tree, leaves
from sandbox.engine.wanted import wanted_facts
from sandbox.errors import Fault, Refused
from sandbox.rules.model import Block, Ruleset
from sandbox.rules.parse import parse_ruleset, read_selector
from sandbox.rules.reading import Reader


def compile_application(
    definition: Definition, *, record: bool = False, previous: CompiledApplication | None = None
) -> CompiledApplication:
    """Compile everything, or raise Refused with every fault, its pointer into the bundle.

    With the `previous` form of the same Application, only campaigns that changed are compiled.
    """
    faults: list[Fault] = []
    settings = definition.application
    zone = checked_zone(settings.timezone, "/application/timezone", faults)
    programs = make_programs(definition.loyalty_programs, faults)
    achievements = compile_achievements(definition.achievements, zone, faults)
    tree = complete_tree(definition)
    places = {
        leaf.campaign_id: TreePlace(group, number)
        for number, (group, leaf) in enumerate(leaves(tree))
    }
    filters = [
        read_selector(Reader(raw, f"/cartItemFilters/{index}", faults))
        for index, raw in enumerate(definition.cart_item_filters)
    ]
    compiler = CampaignCompiler(definition, zone, filters, record=record)
    experiments = {experiment.campaign_id: experiment for experiment in definition.experiments}
    kept = _reusable(definition, previous, record=record)
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
        unchanged = kept.get(campaign.id)
        if unchanged is not None and unchanged.definition == campaign:
            campaigns[campaign.id] = _placed(unchanged, places[campaign.id])
            continue
        ruleset = parse_ruleset(campaign.ruleset, f"{pointer}/ruleset", faults)
        experiment = experiments.get(campaign.id)
        variants = _variant_rulesets(definition, experiment, faults) if experiment else {}
        if not faults:
            compiled = compiler.compile(campaign, ruleset, places[campaign.id])
            if experiment is not None:
                compiled = _with_variants(compiled, experiment, variants, compiler, places)
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
        budgeted=tuple(campaign for campaign in definition.campaigns if campaign.limits),
        tree=_compile_tree(tree, campaigns),
        stores={store.integration_id: store for store in definition.stores},
        records=record,
        warnings=tuple(warnings),
        wanted=wanted_facts(_all_blocks(campaigns.values())),
        programs=programs,
        achievements=achievements,
    )


def _all_blocks(campaigns: Iterable[CompiledCampaign]) -> Iterator[Block]:
    """Yield the blocks of all campaigns, and of the variants of experiments."""
    for campaign in campaigns:
        yield from campaign.blocks
        for variant in campaign.variants.values():
            yield from variant.blocks


def _reusable(
    definition: Definition, previous: CompiledApplication | None, *, record: bool
) -> Mapping[int, CompiledCampaign]:
    """Return campaigns that need not be compiled again unless they changed themselves.

    Those of experiments always are: their rulesets stand outside the campaign.
    """
    if previous is None or previous.records is not record:
        return {}
    around = msgspec.structs.replace(
        previous.definition,
        campaigns=definition.campaigns,
        evaluation_tree=definition.evaluation_tree,
    )
    if around != definition:
        return {}
    return {id: campaign for id, campaign in previous.campaigns.items() if not campaign.variants}


def _placed(campaign: CompiledCampaign, tree_place: TreePlace) -> CompiledCampaign:
    group = tree_place.group
    return replace(
        campaign,
        place=tree_place.number,
        group_id=group.group_id or None,
        group_mode=group.evaluation_mode if group.group_id else None,
    )


def _compile_tree(group: CampaignGroup, campaigns: Mapping[int, CompiledCampaign]) -> CompiledGroup:
    members = tuple(
        _compile_tree(element, campaigns)
        if isinstance(element, CampaignGroup)
        else campaigns[element.campaign_id]
        for element in group.elements
    )
    # A group that takes the first campaign says of later ones that they were passed over.
    may_sleep = group.evaluation_mode != "listOrder"
    sleepers = {
        member.definition.id: place
        for place, member in enumerate(members)
        if may_sleep and isinstance(member, CompiledCampaign) and member.needs_code
    }
    places = frozenset(sleepers.values())
    return CompiledGroup(
        group_id=group.group_id,
        name=group.name,
        mode=group.evaluation_mode,
        per_item=group.evaluation_scope == "cartItem" and group.evaluation_mode != "stackable",
        members=members,
        awake=tuple(place for place in range(len(members)) if place not in places),
        sleepers=sleepers,
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
    places: Mapping[int, TreePlace],
) -> CompiledCampaign:
    """Return a campaign whose ruleset is that of the variant that a profile sees."""
    campaign = compiled.definition
    variants = {
        variant_id: replace(
            compiler.compile(campaign, ruleset, places[campaign.id]),
            experiment_id=experiment.id,
            variant_id=variant_id,
        )
        for variant_id, ruleset in rulesets.items()
    }
    warnings = [warning for variant in variants.values() for warning in variant.warnings]
    return replace(
        compiled,
        runs_always=False,
        needs_code=all(variant.needs_code for variant in variants.values()),
        experiment_id=experiment.id,
        experiment=experiment,
        variants=variants,
        warnings=tuple(warnings),
    )
