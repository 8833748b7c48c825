"""Read the blocks of a V2 ruleset.

A block of an unknown type, or of a known type with an unknown operator or target, becomes
`Unsupported`; a known block with missing or wrong fields is a fault.
Source: Management API, operation getRulesetV2; conformance README, section 2.
"""

from __future__ import annotations

from dataclasses import replace

from sandbox.rules.model import Block, Group, Unsupported
from sandbox.rules.parse_conditions import CONDITIONS
from sandbox.rules.parse_effects import EFFECTS
from sandbox.rules.reading import Reader
from sandbox.rules.v1.passthrough import read_passthrough

MAX_DEPTH = 50


def read_blocks(reader: Reader, field: str, depth: int = 0) -> tuple[Block, ...]:
    """Read a list of blocks; a missing list is empty."""
    if depth > MAX_DEPTH and reader.has(field):
        reader.fault("Too deep", f"Blocks are nested at most {MAX_DEPTH} deep", field)
        return ()
    return tuple(read_block(block, depth) for block in reader.objects(field))


def read_block(reader: Reader, depth: int = 0) -> Block:
    """Read one block of any type."""
    block = _read(reader, reader.text("type"), depth)
    return replace(block, raw=reader.raw) if isinstance(block, Unsupported) else block


def _read(reader: Reader, kind: str, depth: int) -> Block:
    if kind == "group":
        strict = reader.flag("x-strict", False)
        return Group(
            reader.id,
            reader.choice("operator", ("all", "atLeastOne", "none")),
            read_blocks(reader, "blocks", depth + 1),
            read_blocks(reader, "onFailure", depth + 1),
            counts_once=reader.flag("x-countsOnce", False) or strict,
            strict=strict,
        )
    if kind == "passthrough":
        return read_passthrough(reader)
    if kind in CONDITIONS:
        return CONDITIONS[kind](reader, lambda field: read_blocks(reader, field, depth + 1))
    if kind in EFFECTS:
        return EFFECTS[kind](reader)
    return Unsupported(reader.id, kind, f"Blocks of type {kind} are not known")
