"""Tables of functions: what a name can mean.

A name has one entry for each signature. A `Function` is applied to evaluated arguments. A `Form`
compiles its own call, because it evaluates arguments later, repeatedly or not at all, or faster
than one call of a Python function would be. A `HostFunction` is the caller's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec

from sandbox.talang.ast import Value
from sandbox.talang.kinds import TOKEN
from sandbox.talang.signature import Signature, parse_signature

if TYPE_CHECKING:
    from sandbox.talang.scope import Closure
    from sandbox.talang.site import Site

Build: TypeAlias = Callable[["Site"], "Closure"]
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
    """Builds the closure of a call; `framed` when it needs slots or steps of a frame."""

    signature: Signature
    build: Build
    framed: bool


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
        self._found: dict[tuple[str, int], tuple[Overload, ...]] = {}

    def extended(self, overloads: Iterable[Overload]) -> Table:
        """Return a table with more functions; those that are already here come first."""
        return Table([*self.overloads(), *overloads])

    def overloads(self) -> list[Overload]:
        return [overload for found in self._by_name.values() for overload in found]

    def named(self, name: str) -> tuple[Overload, ...]:
        """Return what a name means, whatever its case."""
        return self._by_name.get(name.lower(), ())

    def find(self, name: str, count: int) -> tuple[Overload, ...]:
        """Return what a name means with `count` arguments."""
        key = (name.lower(), count)
        found = self._found.get(key)
        if found is None:
            found = tuple(o for o in self._by_name.get(key[0], ()) if o.signature.takes(count))
            if found and count <= _CACHED_COUNTS:
                self._found[key] = found
        return found


_CACHED_COUNTS = 5


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

    def form(self, *signatures: str, framed: bool = False) -> Callable[[Builder], Builder]:
        def register(build: Builder) -> Builder:
            self.overloads += [Form(parse_signature(text), build, framed) for text in signatures]
            return build

        return register
