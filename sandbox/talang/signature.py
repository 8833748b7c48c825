"""What a function takes and gives, written as the reference writes it.

``concat(String, String, String...)String`` takes two texts or more: what stands before the dots may
also be left out. Templates declare themselves the same way. Source: talang.md, sections 4 and 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from sandbox.talang.ast import Value
from sandbox.talang.errors import EvaluationError
from sandbox.talang.kinds import ANY, KINDS_BY_NAME, KINDS_BY_TYPE, MAP, Kind

_SIGNATURE = re.compile(r"\s*([^\s()]+)\s*\(([^()]*)\)\s*([A-Za-z|]*)\s*")
MAX_PARAMETERS = 50


class Signature(msgspec.Struct, frozen=True):
    """Kinds of the parameters and of the result; with `variadic` the last one may repeat."""

    name: str
    parameters: tuple[Kind, ...]
    variadic: bool
    returns: Kind
    text: str

    def takes(self, count: int) -> bool:
        if self.variadic:
            return count >= len(self.parameters) - 1
        return count == len(self.parameters)

    def kind_at(self, index: int) -> Kind:
        """Return what the argument at `index` may be."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def accepts_kinds(self, kinds: Iterable[Kind]) -> bool:
        """Tell whether values of such kinds may fit."""
        return all(kind & self.kind_at(index) for index, kind in enumerate(kinds))

    def accepts(self, values: Sequence[Value]) -> bool:
        """Tell whether these values fit."""
        parameters, last = self.parameters, len(self.parameters) - 1
        return all(
            KINDS_BY_TYPE.get(type(value), MAP) & parameters[index if index < last else last]
            for index, value in enumerate(values)
        )


def parse_signature(text: str) -> Signature:
    """Read ``name(Kind, Kind...)Kind``; without a result it is Any. Raises EvaluationError."""
    match = _SIGNATURE.fullmatch(text)
    if match is None:
        raise EvaluationError(f"“{text[:60]}” is no signature such as name(Decimal, String)Any")
    name, listed, result = match.groups()
    parts = [part.strip() for part in listed.split(",")] if listed.strip() else []
    if len(parts) > MAX_PARAMETERS:
        raise EvaluationError(f"A signature has at most {MAX_PARAMETERS} parameters")
    variadic = bool(parts) and parts[-1].endswith("...")
    if variadic:
        parts[-1] = parts[-1][:-3]
    return Signature(
        name=name,
        parameters=tuple(_kind(part) for part in parts),
        variadic=variadic,
        returns=_kind(result) if result else ANY,
        text=text,
    )


def _kind(text: str) -> Kind:
    kind = 0
    for name in text.split("|"):
        bits = KINDS_BY_NAME.get(name.strip())
        if bits is None:
            raise EvaluationError(f"“{name[:60]}” is no kind of value")
        kind |= bits
    return kind
