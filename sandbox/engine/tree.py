"""The campaign evaluation tree as a definition (reference/engine/01, section 1.4)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from sandbox.engine.definitions import CampaignGroup, CampaignLeaf, Definition


def complete_tree(definition: Definition) -> CampaignGroup:
    """Return the evaluation tree with every campaign in it.

    Campaigns that the tree does not name join the end of the base group, as new ones do; leaves of
    campaigns that do not exist, and second leaves of one campaign, are left out.
    """
    tree = definition.evaluation_tree or CampaignGroup(elements=[])
    known = {campaign.id for campaign in definition.campaigns}
    placed = {leaf.campaign_id for _, leaf in leaves(tree)}
    tree = _only(tree, known, set())
    missing = [CampaignLeaf(campaign_id=c.id) for c in definition.campaigns if c.id not in placed]
    return replace(tree, elements=[*tree.elements, *missing])


def _only(group: CampaignGroup, known: set[int], seen: set[int]) -> CampaignGroup:
    elements: list[CampaignGroup | CampaignLeaf] = []
    for element in group.elements:
        if isinstance(element, CampaignGroup):
            elements.append(_only(element, known, seen))
        elif element.campaign_id in known - seen:
            seen.add(element.campaign_id)
            elements.append(element)
    return replace(group, elements=elements)


def leaves(group: CampaignGroup) -> Iterator[tuple[CampaignGroup, CampaignLeaf]]:
    """Yield every campaign's place in tree order, with the group that holds it."""
    for element in group.elements:
        if isinstance(element, CampaignGroup):
            yield from leaves(element)
        else:
            yield group, element
