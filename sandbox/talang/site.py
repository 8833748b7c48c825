"""The place of one call, as the forms of the table see it while they compile it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from sandbox.talang.ast import Block, Call, Expression, Literal, Path, Value
from sandbox.talang.calls import Compiled, not_found
from sandbox.talang.errors import BlockError, EvaluationError
from sandbox.talang.kinds import shown
from sandbox.talang.record import noted_for
from sandbox.talang.scope import Closure, Scope
from sandbox.talang.table import Overload

if TYPE_CHECKING:
    from sandbox.talang.compile import Compiler


class Body(msgspec.Struct, frozen=True):
    """A block with a parameter: set ``frame[slot]``, then run."""

    slot: int
    run: Closure
    weight: int


class Site(msgspec.Struct):
    """One call that is being compiled.

    `arguments` holds what is evaluated before the call, and HANDED_OVER for what the form itself
    decides about. `weight` is the number of terms, which forms that compile arguments add to.
    """

    compiler: Compiler
    call: Call
    overloads: Sequence[Overload]
    arguments: Sequence[Compiled]
    scope: Scope
    depth: int
    weight: int

    @property
    def name(self) -> str:
        return self.call.function

    def run(self, index: int) -> Closure:
        return self.arguments[index].run

    def runs(self, start: int = 0) -> list[Closure]:
        return [argument.run for argument in self.arguments[start:]]

    def later(self, index: int, scope: Scope | None = None) -> Compiled:
        """Compile an argument that was handed over unevaluated, in the call's scope or another."""
        compiled = self.compiler.compile(
            self.call.arguments[index], scope or self.scope, self.depth + 1
        )
        self.weight += compiled.weight
        return compiled

    def later_inside(self, index: int) -> Closure:
        """Compile such an argument in a scope of its own, so that what it writes is lost."""
        scope = self.compiler.inner(self.scope, None)
        return self.compiler.entered(scope, self.later(index, scope).run)

    def body(self, index: int) -> Body:
        """Compile a block with a parameter: ``[["Item"], body]``, or ``"Item", body``.

        Raises BlockError for anything else.
        """
        parameter, body = self._parts(index)
        compiler = self.compiler
        scope = compiler.inner(self.scope, parameter)
        compiled = compiler.compile(body, scope, self.depth + 1)
        self.weight += compiled.weight
        run = compiler.entered(scope, compiled.run)
        if compiler.records:
            run = noted_for(parameter, scope.slot, run)
        return Body(scope.slot, run, compiled.weight)

    def _parts(self, index: int) -> tuple[str, Expression]:
        arguments = self.call.arguments
        first = arguments[index]
        if type(first) is Block and len(first.members) == 2 and type(first.members[0]) is Call:
            return first.members[0].function, first.members[1]
        if type(first) is Literal and type(first.value) is str and index + 1 < len(arguments):
            return first.value, arguments[index + 1]
        raise BlockError(self.name)

    def mismatch(self, *values: Value) -> EvaluationError:
        """Return the error of a call whose arguments turn out to be of the wrong kind."""
        return not_found(self.name, self.overloads, map(shown, values))

    def reader(self, names: tuple[str, ...]) -> Closure:
        """Return the reader of a name, as it is seen where the call stands."""
        return self.compiler.reader(Path(names), self.scope)
