"""The operations of the vendor's APIs: the lists that this project measures itself by.

They are made of the vendor's OpenAPI files: ``python -m sandbox coverage --openapi FOLDER`` writes
them anew, and a test holds them to the files where those are at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple

from sandbox.emulator.router import Router
from sandbox.numbers import decode_json

# The platform's release that the OpenAPI files describe and the emulator follows.
RELEASE = "August 2026"

Api = Literal["integration", "management"]
APIS: tuple[Api, ...] = ("integration", "management")

# The file is regular enough to be read line by line, which saves a YAML parser.
_PATH = re.compile(r"  (/[^:]*):\s*")
_METHOD = re.compile(r"    (get|put|post|patch|delete):\s*")
_OPERATION_ID = re.compile(r"      operationId: (\w+)\s*")


class Operation(NamedTuple):
    """One operation: its method in capitals, its path template, its id."""

    method: str
    path: str
    operation_id: str


def listed_operations(api: Api) -> list[Operation]:
    """Return the operations of one of the vendor's APIs, in the order of its file."""
    text = files("sandbox.emulator").joinpath(_list_of(api)).read_text()
    return [Operation(**entry) for entry in decode_json(text)]


def read_operations(openapi: str) -> list[Operation]:
    """Return the operations in the text of an OpenAPI file."""
    found: list[Operation] = []
    path = method = ""
    for line in openapi.partition("\npaths:")[2].splitlines():
        if match := _PATH.fullmatch(line):
            path = match[1]
        elif match := _METHOD.fullmatch(line):
            method = match[1].upper()
        elif match := _OPERATION_ID.fullmatch(line):
            found.append(Operation(method, path, match[1]))
        elif line and not line.startswith(" "):
            break
    return found


def write_operations(api: Api, openapi: str) -> None:
    """Write the list of an API anew from the text of its OpenAPI file, one operation a line."""
    lines = [_line(operation) for operation in read_operations(openapi)]
    (Path(__file__).parent / _list_of(api)).write_text("[\n" + ",\n".join(lines) + "\n]\n")


def _list_of(api: Api) -> str:
    return f"{api}_operations.json"


def _line(operation: Operation) -> str:
    fields = ", ".join(f'"{name}": "{value}"' for name, value in operation._asdict().items())
    return f"  {{{fields}}}"


class Finder:
    """Tells which operation a call means."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            by_path.setdefault(operation.path, {})[operation.method] = operation
        self._router: Router[Mapping[str, Operation]] = Router(by_path)

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation of a method and a raw path; its query is left out of account."""
        found = self._router.find(path.partition("?")[0])
        return found[0].get(method) if found else None
