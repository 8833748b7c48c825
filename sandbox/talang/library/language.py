"""What makes it a language: reading and writing names, templates, guards, blocks.

Source: talang.md, sections 4.3, 4.5, 5.1, 5.6 and 5.7.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from sandbox.talang.ast import Block, Call, Expression, Literal, Path, Value
from sandbox.talang.calls import host_call
from sandbox.talang.errors import (
    EvaluationError,
    LimitError,
    MissingValueError,
    TemplateNotFoundError,
    UnknownFunctionError,
    UnknownNameError,
)
from sandbox.talang.kinds import ATOM, STRING, TOKEN, kind_name, kind_of, shown, text_of
from sandbox.talang.limits import count_terms, spend
from sandbox.talang.scope import Closure, Frame, Scope
from sandbox.talang.signature import Signature, parse_signature
from sandbox.talang.site import Site
from sandbox.talang.table import HostFunction, Library

library = Library()


@library.function("noop()Any")
def _noop() -> Value:
    return None


@library.function("identity(Any)Any")
def _identity(value: Value) -> Value:
    return value


@library.form("catch(Any, Any)Any")
def _catch(site: Site) -> Closure:
    """The fallback comes first and is evaluated only if the expression fails."""
    fallback, expression = site.later_inside(0), site.later_inside(1)

    def catch(frame: Any) -> Value:
        try:
            return expression(frame)
        except LimitError:
            raise
        except EvaluationError:
            return fallback(frame)

    return catch


@library.form(".|(Any, Token)Any")
def _read_or(site: Site) -> Closure:
    """Read with a fallback, which must be of the same kind as what is read."""
    fallback, read = site.later_inside(0), site.later_inside(1)

    def read_or(frame: Any) -> Value:
        try:
            value = read(frame)
        except LimitError:
            raise
        except EvaluationError:
            return fallback(frame)
        other = fallback(frame)
        if kind_of(other) != kind_of(value):
            wanted, found = kind_name(kind_of(other)), kind_name(kind_of(value))
            raise EvaluationError(f"The fallback is of kind {wanted}, the value of kind {found}")
        return value

    return read_or


@library.form("do(Collection|Atom, Token)Any", "do(Collection|Atom, String, Token)Any", framed=True)
def _do(site: Site) -> Closure:
    bind, body = site.run(0), site.body(1)
    slot, run = body.slot, body.run

    def do(frame: Frame) -> Value:
        frame[slot] = bind(frame)
        return run(frame)

    return do


@library.form(".(Atom, Atom...)Any")
def _read(site: Site) -> Closure:
    """Read a name whose parts are computed; others are a `Path` of the tree."""
    runs, compiler, scope = site.runs(), site.compiler, site.scope

    def read(frame: Any) -> Value:
        values = [run(frame) for run in runs]
        if not all(kind_of(value) & ATOM for value in values):
            raise site.mismatch(*values)
        path = Path(tuple(text_of(value) for value in values))
        try:
            return compiler.reader(path, scope)(frame)
        except UnknownNameError:
            raise MissingValueError(str(path)) from None

    return read


@library.form("set(String, Collection|Atom, Collection|Atom...)Null", framed=True)
def _set(site: Site) -> Closure:
    """Write into the innermost scope: names first, the value last. Gives nothing."""
    runs, slot = site.runs(), site.scope.variables
    assert slot is not None
    variables_slot = slot

    def write(frame: Frame) -> Value:
        *names, value = [run(frame) for run in runs]
        if not kind_of(names[0]) & STRING or not all(kind_of(name) & ATOM for name in names):
            raise site.mismatch(*names, value)
        root, *below = [text_of(name) for name in names]
        if below:
            try:
                before = site.reader((root,))(frame)
            except (MissingValueError, UnknownNameError):
                before = {}
            value = _with_member(frame, before, below, value, root)
        frame[variables_slot][root] = value
        return None

    return write


def _with_member(frame: Frame, holder: Any, names: list[str], value: Value, path: str) -> Value:
    """Return a map with one member changed; the map itself stays what it is."""
    if not isinstance(holder, dict):
        raise EvaluationError(f"${path} is {shown(holder)}: nothing can be set below it")
    spend(frame, len(holder))
    name, *below = names
    if below:
        value = _with_member(frame, holder.get(name, {}), below, value, f"{path}.{name}")
    return {**holder, name: value}


@library.form("kv(Token...)Map")
def _kv(site: Site) -> Closure:
    """Each argument is a key with one value: ``["kv", ["A", 1], ["B", 2]]``."""
    keys: list[str] = []
    runs: list[Closure] = []
    faults: list[str] = []
    for argument in site.call.arguments:
        match argument:
            case Call(key, (value,)):
                keys.append(key)
                compiled = site.compiler.compile(value, site.scope, site.depth + 1)
                site.weight += compiled.weight
                runs.append(compiled.run)
            case Call(key, values):
                faults.append(f"The key {key} has {len(values)} values instead of one")
            case _:
                faults.append("kv takes keys with one value each")

    def make_map(frame: Any) -> Value:
        if faults:
            raise EvaluationError(faults[0])
        return {key: run(frame) for key, run in zip(keys, runs, strict=True)}

    return make_map


class Template(msgspec.Struct, frozen=True):
    signature: Signature
    body: Expression


@library.form("setTemplate(String, Token)Any", framed=True)
def _set_template(site: Site) -> Closure:
    declare, slot = site.run(0), site.scope.variables
    body = site.call.arguments[1]
    assert slot is not None
    variables_slot = slot

    def define(frame: Frame) -> Value:
        declared: Any = declare(frame)
        if not kind_of(declared) & STRING:
            raise site.mismatch(declared)
        signature = parse_signature(declared)
        variables = frame[variables_slot]
        key = _template_key(signature.name)
        variables[key] = (Template(signature, body), *variables.get(key, ()))
        return None

    return define


def _template_key(name: str) -> tuple[str, str]:
    """Return what a template is found by among variables: no variable can have such a name."""
    return ("!", name.lower())


@library.form("!(String, Any...)Any", framed=True)
def _call_template(site: Site) -> Closure:
    """Call a template, or a function of the host's that is named ``!name``.

    Arguments are pasted into the template's body unevaluated. What that gives is compiled when it
    is first needed, and kept. It is paid for each time, so that the same evaluation always comes to
    the same end.
    """
    host = _host_template(site)
    if host is not None:
        return host
    run_name, arguments = site.run(0), site.call.arguments[1:]
    expansions: dict[int, Expansion] = {}

    def expanded(frame: Frame, template: Template) -> Closure:
        expansion = expansions.get(id(template.body))
        if expansion is None:
            pasted = _pasted(template.body, arguments)
            expansion = Expansion(pasted, count_terms(pasted) * _EXPANDING)
            expansions[id(template.body)] = expansion
        spend(frame, expansion.steps)
        if expansion.run is None:
            compiled = site.compiler.compile(expansion.body, site.scope, site.depth + 1)
            expansion.run = compiled.run
        return expansion.run

    def call(frame: Frame) -> Value:
        name: Any = run_name(frame)
        if not kind_of(name) & STRING:
            raise site.mismatch(name)
        template = _find_template(frame, site.scope, name, arguments)
        if template is None:
            raise TemplateNotFoundError(f"There is no template {name} for these arguments")
        value = expanded(frame, template)(frame)
        if not kind_of(value) & template.signature.returns:
            raise EvaluationError(f"The template {name} gives {shown(value)}")
        return value

    return call


# What compiling costs for each term, in steps.
_EXPANDING = 10


class Expansion(msgspec.Struct):
    """A template's body with the arguments of one call, compiled when first run."""

    body: Expression
    steps: int
    run: Closure | None = None


def _host_template(site: Site) -> Closure | None:
    """Return the call of a host's function for this name, if there is one.

    Raises UnknownFunctionError when nothing else can have the name, and the compiler refuses that.
    """
    name = site.call.arguments[0]
    if not isinstance(name, Literal) or not isinstance(name.value, str):
        return None
    count, compiler = len(site.arguments) - 1, site.compiler
    found = compiler.options.table.find(f"!{name.value}", count)
    overloads = found.overloads if found else ()
    functions = [overload for overload in overloads if isinstance(overload, HostFunction)]
    if not functions:
        if not compiler.writes and not compiler.options.late_failures:
            raise UnknownFunctionError(f"!{name.value}")
        return None
    arguments = [site.later(index) for index in range(1, count + 1)]
    return host_call(f"!{name.value}", functions, arguments, True)


def _find_template(
    frame: Frame, scope: Scope, name: str, arguments: tuple[Expression, ...]
) -> Template | None:
    """Return the innermost template of that name that takes these arguments as they are written."""
    key = _template_key(name)
    kinds = [
        kind_of(argument.value) if isinstance(argument, Literal) else TOKEN
        for argument in arguments
    ]
    for around in scope.enclosing():
        if around.variables is None:
            continue
        templates: tuple[Template, ...] = frame[around.variables].get(key, ())
        for template in templates:
            signature = template.signature
            if signature.takes(len(kinds)) and signature.accepts_kinds(kinds):
                return template
    return None


def _pasted(body: Expression, arguments: tuple[Expression, ...]) -> Expression:
    """Return a template's body with its placeholders, ``["#", 0]``, replaced."""
    match body:
        case Call("#", (Literal(Decimal() as number),)) if 0 <= number < len(arguments):
            return arguments[int(number)]
        case Call(name, inner):
            return Call(name, tuple(_pasted(argument, arguments) for argument in inner))
        case Block(members):
            return Block(tuple(_pasted(member, arguments) for member in members))
    return body
