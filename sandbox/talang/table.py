"""Tables of functions: what a name can mean.

A name has one entry for each signature. A `Function` is applied to evaluated arguments. A `Form`
compiles its own call, because it evaluates arguments later, repeatedly or not at all, or faster
than one call of a Python function would be. A `HostFunction` is the caller's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec

from sandbox.talang.ast import Call, Value
from sandbox.talang.kinds import NOTHING, TOKEN, VALUE, Kind
from sandbox.talang.signature import Signature, parse_signature

if TYPE_CHECKING:
    from sandbox.talang.calls import Compiled
    from sandbox.talang.compile import Compiler
    from sandbox.talang.scope import Closure, Scope
    from sandbox.talang.site import Site

Build: TypeAlias = Callable[["Site"], "Closure"]
Shortcut: TypeAlias = Callable[["Compiler", Call, "Scope"], "Compiled | None"]
OnDecimals: TypeAlias = Callable[[Decimal, Decimal], Value]
Apply = TypeVar("Apply", bound=Callable[..., Value])
Builder = TypeVar("Builder", bound=Callable[..., Any])


class Function(msgspec.Struct, frozen=True):
    """A pure function of its arguments; it raises EvaluationError, or ArithmeticError of `decimal`.

    `on_decimals` does the same for two numbers, the common case. The work of a `sized` function
    grows with its arguments, and is paid for.
    """

    signature: Signature
    apply: Callable[..., Value]
    on_decimals: OnDecimals | None = None
    sized: bool = False


class Form(msgspec.Struct, frozen=True):
    """Builds the closure of a call; `framed` when it needs slots or steps of a frame.

    `shortcut`, where there is one, is asked before arguments are compiled; it may return None.
    """

    signature: Signature
    build: Build
    framed: bool
    shortcut: Shortcut | None = None


class HostFunction(msgspec.Struct, frozen=True):
    """A function of the caller's, applied to the environment and the evaluated arguments.

    Where its signature accepts a Token and the call has a block or a call, it receives a Python
    function instead of a value: of the member for ``[["Item"], body]``, else of nothing.
    """

    signature: Signature
    apply: Callable[..., Value]


Overload: TypeAlias = Function | Form | HostFunction


def host_function(signature: str, apply: Callable[..., Value]) -> HostFunction:
    """Return a function of the caller's; `apply` gets the environment first."""
    return HostFunction(parse_signature(signature), apply)


class Found(msgspec.Struct, frozen=True):
    """The overloads of a name for a number of arguments.

    `alternatives` holds what each of them takes, by argument. `handed_over` tells for which
    arguments a call or block is no value to evaluate first, but theirs to evaluate.
    """

    overloads: tuple[Overload, ...]
    alternatives: tuple[tuple[Overload, tuple[Kind, ...]], ...]
    handed_over: tuple[bool, ...]
    returns: Kind
    are_functions: bool
    is_sized: bool


class Table:
    """Immutable: `extended` makes another one."""

    def __init__(self, overloads: Iterable[Overload]) -> None:
        self._by_name: dict[str, tuple[Overload, ...]] = {}
        for overload in overloads:
            name = overload.signature.name.lower()
            self._by_name[name] = (*self._by_name.get(name, ()), overload)
        self.framed = frozenset(
            name for name, found in self._by_name.items() if any(map(_framed, found))
        )
        self._found: dict[tuple[str, int], Found] = {}

    def extended(self, overloads: Iterable[Overload]) -> Table:
        """Return a table with more functions; those that are already here come first."""
        return Table([*self.overloads(), *overloads])

    def overloads(self) -> list[Overload]:
        return [overload for found in self._by_name.values() for overload in found]

    def named(self, name: str) -> tuple[Overload, ...]:
        """Return what a name means, whatever its case."""
        return self._by_name.get(name.lower(), ())

    def find(self, name: str, count: int) -> Found | None:
        """Return what a name means with `count` arguments."""
        key = (name.lower(), count)
        found = self._found.get(key)
        if found is None:
            overloads = [o for o in self._by_name.get(key[0], ()) if o.signature.takes(count)]
            if not overloads:
                return None
            found = _found(overloads, count)
            if count <= _CACHED_COUNTS:
                self._found[key] = found
        return found


_CACHED_COUNTS = 5


def _found(overloads: Sequence[Overload], count: int) -> Found:
    kinds = []
    returns = NOTHING
    for overload in overloads:
        given = [overload.signature.kind_at(index) for index in range(count)]
        if isinstance(overload, Function):
            given = [kind & VALUE for kind in given]
        kinds.append(tuple(given))
        returns |= overload.signature.returns
    return Found(
        overloads=tuple(overloads),
        alternatives=tuple(zip(overloads, kinds, strict=True)),
        handed_over=tuple(any(each[index] & TOKEN for each in kinds) for index in range(count)),
        returns=VALUE if returns & TOKEN else returns,
        are_functions=all(isinstance(overload, Function) for overload in overloads),
        is_sized=any(isinstance(overload, Function) and overload.sized for overload in overloads),
    )


def _framed(overload: Overload) -> bool:
    match overload:
        case Function():
            return overload.sized
        case Form():
            return overload.framed
        case HostFunction(signature):
            return any(kind & TOKEN for kind in signature.parameters)


class Library:
    """Collects the functions of one module, by decorators that carry their signatures."""

    def __init__(self) -> None:
        self.overloads: list[Overload] = []

    def function(
        self, signature: str, on_decimals: OnDecimals | None = None, *, sized: bool = False
    ) -> Callable[[Apply], Apply]:
        def register(apply: Apply) -> Apply:
            self.overloads.append(Function(parse_signature(signature), apply, on_decimals, sized))
            return apply

        return register

    def form(
        self, *signatures: str, framed: bool = False, shortcut: Shortcut | None = None
    ) -> Callable[[Builder], Builder]:
        def register(build: Builder) -> Builder:
            self.overloads += [
                Form(parse_signature(text), build, framed, shortcut) for text in signatures
            ]
            return build

        return register
