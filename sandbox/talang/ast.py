"""Expressions as trees. Every notation is read into these; one compiler runs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

# What an expression can evaluate to: str, Decimal, bool, an aware datetime, a list of values, or an
# item or other record, which stays opaque to the language.
Value: TypeAlias = object


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Path:
    """A name to read, such as Session.Attributes.city; the first name is its root."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the table in `sandbox.talang.functions`, applied to arguments."""

    function: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Literal | Path | Call
