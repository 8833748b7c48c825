"""Which operations of the vendor's APIs are emulated, and which tests call them.

Tests are read, not run: a call is a method and a path in one expression, a method of the vendor's
SDK, or a function of the tests that makes such a call. Cases of the conformance suite say what they
call.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from sandbox.emulator.operations import Finder, Operation
from sandbox.numbers import decode_json

_SHOWN = 3
_METHODS = frozenset({"GET", "PUT", "POST", "PATCH", "DELETE"})
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

# Names of tests and cases by operation.
Calls: TypeAlias = Mapping[Operation, list[str]]


def report(
    operations: Iterable[Operation], emulated: Finder, calls: Calls, *, with_missing: bool
) -> Iterator[str]:
    """Yield a line for each operation that is emulated, or for all, then one that counts."""
    listed = list(operations)
    there = [o for o in listed if emulated.find(o.method, _sample(o.path)) is not None]
    for operation in listed if with_missing else there:
        state = "emulated" if operation in there else "missing "
        names = calls.get(operation, [])
        more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        tests = ", ".join(names[:_SHOWN]) + more if names else "no test"
        yield f"{state}  {operation.method:6} {operation.path}  {operation.operation_id}: {tests}"
    yield f"{len(there)} of {len(listed)} operations are emulated."


def routed(routes: Mapping[str, Iterable[str]]) -> Finder:
    """Return what finds the operations of a table of routes."""
    return Finder(
        Operation(method, path, "") for path, methods in routes.items() for method in methods
    )


def calls_in(tests: Path, cases: Path, operations: Iterable[Operation]) -> Calls:
    """Return the tests below a folder, and the cases in another, that call each operation."""
    listed = list(operations)
    found: dict[Operation, list[str]] = defaultdict(list)
    for name, operation in [*_test_calls(tests, listed), *_case_calls(cases, Finder(listed))]:
        if name not in found[operation]:
            found[operation].append(name)
    return found


def _case_calls(cases: Path, finder: Finder) -> Iterator[tuple[str, Operation]]:
    for file in sorted(cases.glob("*.jsonl")):
        for line in filter(str.strip, file.read_text().splitlines()):
            case = decode_json(line)
            for step in case["steps"]:
                request = step["request"]
                operation = finder.find(request["method"], request["path"])
                if operation is not None:
                    yield case["id"], operation


def _test_calls(tests: Path, operations: Iterable[Operation]) -> Iterator[tuple[str, Operation]]:
    reading = _Reading(operations)
    shared = reading.functions(tests / "client.py")
    for file in sorted(tests.rglob("test_*.py")):
        functions = {**shared, **reading.functions(file)}
        for name in functions:
            if name.startswith("test_"):
                for operation in _reached(name, functions):
                    yield f"{file.relative_to(tests)}::{name}", operation


class _Called:
    """What a function calls: operations, and names that may be functions."""

    def __init__(self) -> None:
        self.operations: set[Operation] = set()
        self.names: set[str] = set()


def _reached(name: str, functions: Mapping[str, _Called]) -> set[Operation]:
    """Return the operations that a function calls itself or through others."""
    seen, waiting, found = {name}, [name], set()
    while waiting:
        called = functions[waiting.pop()]
        found |= called.operations
        new = {other for other in called.names if other in functions} - seen
        seen |= new
        waiting += new
    return found


class _Reading:
    """Reads modules of tests."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        listed = list(operations)
        self._finder = Finder(listed)
        self._by_sdk_name = {_snake_case(o.operation_id): o for o in listed}

    def functions(self, file: Path) -> dict[str, _Called]:
        """Return what each function and method of a module calls."""
        if not file.exists():
            return {}
        tree = ast.parse(file.read_text())
        texts = _constants(tree)
        functions = (node for node in ast.walk(tree) if isinstance(node, _Function))
        return {function.name: self._called(function, texts) for function in functions}

    def _called(self, function: _Function, texts: Mapping[str, str]) -> _Called:
        called = _Called()
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                name = _name(node.func)
                called.names.add(name)
                if name in self._by_sdk_name:
                    called.operations.add(self._by_sdk_name[name])
                called.operations |= self._sent(node, texts)
            elif isinstance(node, ast.Name):
                called.names.add(node.id)
        called.names |= {argument.arg for argument in function.args.args}
        return called

    def _sent(self, call: ast.Call, texts: Mapping[str, str]) -> set[Operation]:
        """Return the operation that a call with a method and a path means."""
        arguments = [_text(argument, texts) for argument in call.args]
        methods = [text for text in arguments if text in _METHODS]
        paths = [text for text in arguments if text is not None and text.startswith("/v")]
        found = (self._finder.find(method, path) for method in methods for path in paths)
        return {operation for operation in found if operation is not None}


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the texts that a module gives names to."""
    texts: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = _text(node.value, texts)
            if text is not None:
                texts[node.targets[0].id] = text
    return texts


def _text(node: ast.expr, texts: Mapping[str, str]) -> str | None:
    """Return a text; what is filled in and not known reads as an id, or as no query."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return texts.get(name)
        case ast.JoinedStr(values=parts):
            text = ""
            for part in parts:
                text += _text(part, texts) or ("x" if text.endswith("/") else "")
            return text
        case ast.FormattedValue(value=value):
            return _text(value, texts)
    return None


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _snake_case(operation_id: str) -> str:
    """Return an operation's name in the SDK, such as ``update_customer_session_v2``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation_id).lower()


def _sample(template: str) -> str:
    """Return a path of a template."""
    return re.sub(r"{\w+}", "x", template)
