"""Conditions inside a sentence: groups written out on one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sandbox.rules.model import Block, Condition, Group, GroupOperator, Unsupported
from sandbox.rules.words.english import is_list, listed

# Return one condition that is no group as a clause.
TellLeaf: TypeAlias = Callable[[Block], str]

HOLDING: dict[GroupOperator, str] = {
    "all": "all of these hold",
    "atLeastOne": "at least one of these holds",
    "none": "none of these holds",
}


def group_clause(group: Group, tell: TellLeaf) -> str:
    """Return a group as one clause; a group in a group stands in brackets."""
    members = [block for block in group.blocks if isinstance(block, Condition | Unsupported)]
    parts = [_member(block, tell) for block in members]
    if not parts:
        return "nothing is asked"  # an empty group holds
    if len(parts) == 1:
        return parts[0] if group.operator != "none" else f"it does not hold that {parts[0]}"
    is_chain = not any(isinstance(block, Group) for block in members)
    if len(parts) > 2 and any(map(is_list, parts)):
        is_chain = False
    if group.operator != "none" and is_chain:
        return listed(parts, "and" if group.operator == "all" else "or")
    return f"{HOLDING[group.operator]}: {'; '.join(parts)}"


def _member(block: Block, tell: TellLeaf) -> str:
    if not isinstance(block, Group):
        return tell(block)
    clause = group_clause(block, tell)
    return f"({clause})" if len(block.blocks) > 1 else clause


def all_of(blocks: Sequence[Block], tell: TellLeaf) -> str:
    """Return blocks that must all hold as one clause."""
    return group_clause(Group("", "all", tuple(blocks)), tell)
