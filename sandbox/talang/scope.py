"""Where names and values live while an expression runs.

A closure gets the caller's environment, untouched, when nothing in the expression needs more.
Otherwise it gets a *frame*: a list, made anew for each evaluation, of the environment, the steps
that are left, the recorder, and one slot for each name that the enclosing blocks bind. Slots are
numbered when the expression is compiled: a block may be inside another, never inside itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from sandbox.talang.ast import Path, Value
from sandbox.talang.errors import MissingValueError
from sandbox.talang.limits import STEPS

# From an environment, or a frame around it, to a value.
Closure: TypeAlias = Callable[[Any], Value]
Resolver: TypeAlias = Callable[[Path], Closure]
Frame: TypeAlias = list[Any]
# Makes the reader of what stands below a host's record, from the names below it.
Records: TypeAlias = Callable[[tuple[str, ...]], Callable[[Any], Value]]

ENVIRONMENT = 0
RECORDER = 2
FIRST_SLOT = 3
assert STEPS == 1


class Scope(msgspec.Struct, frozen=True):
    """A scope as the compiler sees it: what it binds, and in which slots.

    `parameter` is a block's; `variables` the slot of a dict for what ``set`` and ``setTemplate``
    write, in expressions that have one of them.
    """

    parent: Scope | None
    parameter: str | None
    slot: int
    variables: int | None
    next_slot: int

    def enclosing(self) -> Iterator[Scope]:
        """Yield this scope and those around it, inside out."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def slot_of(self, name: str) -> int | None:
        """Return where the innermost block binds `name`."""
        scope: Scope | None = self
        while scope is not None:
            if scope.parameter == name:
                return scope.slot
            scope = scope.parent
        return None

    def variables_before(self, name: str) -> tuple[int, ...]:
        """Return the slots of variables to look into before that parameter, inside out."""
        slots = []
        for scope in self.enclosing():
            if scope.variables is not None:
                slots.append(scope.variables)
            if scope.parameter == name:
                break
        return tuple(slots)


def read_slot(slot: int, names: tuple[str, ...], records: Records | None) -> Closure:
    """Return the reader of a block's parameter, or of what stands below it."""
    below = names[1:]
    if not below:

        def read_parameter(frame: Frame) -> Value:
            value: Value = frame[slot]
            if value is None:
                raise MissingValueError(names[0])
            return value

        return read_parameter

    read_record = records(below) if records else None
    name, is_short = below[0], len(below) == 1

    def read_below(frame: Frame) -> Value:
        holder = frame[slot]
        if is_short and type(holder) is dict:
            value: Value = holder.get(name)
            if value is None:
                raise MissingValueError(".".join(names))
            return value
        if read_record is None or isinstance(holder, Mapping):
            return descend(holder, below, ".".join(names))
        return read_record(holder)

    return read_below


def descend(value: Any, names: tuple[str, ...], path: str) -> Value:
    """Walk maps; raises MissingValueError, also where something that is no map has no parts."""
    for name in names:
        is_map = type(value) is dict or isinstance(value, Mapping)
        value = value.get(name) if is_map else None
        if value is None:
            raise MissingValueError(path)
    return value


def read_variables(slots: tuple[int, ...], names: tuple[str, ...], outer: Closure) -> Closure:
    """Return a reader that sees what ``set`` wrote, before what stands outside."""
    root, below, path = names[0], names[1:], ".".join(names)

    def read(frame: Frame) -> Value:
        for slot in slots:
            variables = frame[slot]
            if root in variables:
                value = descend(variables[root], below, path)
                if value is None:
                    raise MissingValueError(path)
                return value
        return outer(frame)

    return read


def resolve_binding(path: Path) -> Closure:
    """The resolver for an environment that is a dict of values by name, as decoded from JSON."""
    names = path.names
    if len(names) != 2:
        return lambda env: descend(env, names, str(path))
    root, name = names

    def read_member(env: Any) -> Value:
        holder = env.get(root)
        value: Value = holder.get(name) if type(holder) is dict else None
        if value is None:
            raise MissingValueError(str(path))
        return value

    return read_member
