"""The campaign evaluation tree of a bundle, in which campaigns find and lose their places.

Source: reference/engine/01, section 1.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.errors import Fault
from sandbox.workspace.bundle_keys import EVALUATION_TREE
from sandbox.workspace.workspace import Workspace

_BASE_GROUP: Mapping[str, Any] = {"type": "SET", "elements": []}


def evaluation_tree(workspace: Workspace) -> Mapping[str, Any]:
    """Return the tree with every campaign in it."""
    tree = workspace.raw.get(EVALUATION_TREE) or _BASE_GROUP
    placed = set(_campaign_ids(tree))
    missing = [
        {"type": "CAMPAIGN", "campaignId": campaign_id}
        for campaign_id in workspace.application.campaigns
        if campaign_id not in placed
    ]
    return {**tree, "elements": [*tree["elements"], *missing]}


def group_faults(workspace: Workspace, group_id: int | None) -> Iterator[Fault]:
    """Yield a fault for a group that does not exist."""
    if group_id is not None and group_id not in _group_ids(evaluation_tree(workspace)):
        yield Fault("Unknown", f"There is no evaluation group {group_id}", "/evaluationGroupId")


def without_campaign(tree: Mapping[str, Any], campaign_id: int) -> dict[str, Any]:
    """Return a tree, or a group of one, in which a campaign has no place."""
    elements = [
        without_campaign(element, campaign_id) if _is_group(element) else element
        for element in tree["elements"]
        if _is_group(element) or element["campaignId"] != campaign_id
    ]
    return {**tree, "elements": elements}


def with_campaign(tree: Mapping[str, Any], campaign_id: int, group_id: int) -> dict[str, Any]:
    """Return a tree with a campaign at the end of a group."""
    elements = [
        with_campaign(element, campaign_id, group_id) if _is_group(element) else element
        for element in tree["elements"]
    ]
    if tree.get("groupId", 0) == group_id:
        elements.append({"type": "CAMPAIGN", "campaignId": campaign_id})
    return {**tree, "elements": elements}


def _group_ids(tree: Mapping[str, Any]) -> Iterator[int]:
    """Yield the ids of all groups; the base group may have none, which is 0."""
    yield tree.get("groupId", 0)
    for element in filter(_is_group, tree["elements"]):
        yield from _group_ids(element)


def _campaign_ids(tree: Mapping[str, Any]) -> Iterator[int]:
    for element in tree["elements"]:
        if _is_group(element):
            yield from _campaign_ids(element)
        else:
            yield element["campaignId"]


def _is_group(element: Mapping[str, Any]) -> bool:
    return bool(element["type"] == "SET")
