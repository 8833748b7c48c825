"""Read fields of JSON objects; every fault is noted with its pointer, not only the first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from sandbox.errors import Fault
from sandbox.numbers import to_number
from sandbox.rules.templates import parse_path, parse_template
from sandbox.talang.ast import Call, Expression, Literal, Path
from sandbox.talang.errors import ExpressionSyntaxError

Json: TypeAlias = Any
Choice = TypeVar("Choice", bound=str)

_NOTHING = Literal("")
_DURATION = re.compile(r"-?\d{1,6}[smhDWMY](_[DU])?")


class Reader:
    """One JSON object with its place in the document.

    A field that is missing or wrong becomes a fault and reads as an empty value, so that reading
    can go on; whoever holds `faults` must not use the result when there are any. What is missing
    inside an object that is not there is no fault of its own.
    """

    def __init__(self, raw: Json, pointer: str, faults: list[Fault]) -> None:
        self.pointer = pointer
        self.faults = faults
        self.raw: dict[str, Any] = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            self.fault("Invalid type", "An object was expected")
            self.faults = []

    def fault(self, title: str, details: str, field: str = "") -> None:
        self.faults.append(
            Fault(title, details, f"{self.pointer}/{field}" if field else self.pointer)
        )

    @property
    def id(self) -> str:
        """The object's own id, "" without one."""
        return self.text("id", "")

    def has(self, field: str) -> bool:
        return self.raw.get(field) is not None

    def objects(self, field: str) -> list[Reader]:
        """Return a reader for each member of a list of objects; a missing list is empty."""
        return [
            Reader(member, f"{self.pointer}/{field}/{index}", self.faults)
            for index, member in enumerate(self.list(field))
        ]

    def inner(self, field: str) -> Reader:
        if not self.has(field):
            self.fault("Missing", f"“{field}” is required", field)
            return Reader({}, f"{self.pointer}/{field}", [])
        return Reader(self.raw[field], f"{self.pointer}/{field}", self.faults)

    def list(self, field: str) -> list[Any]:
        value = self.raw.get(field)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.fault("Invalid type", f"“{field}” must be a list", field)
        return []

    def text(self, field: str, default: str | None = None) -> str:
        value = self.raw.get(field, default)
        if isinstance(value, str):
            return value
        self.fault("Invalid type", f"“{field}” must be a string", field)
        return ""

    def texts(self, field: str) -> tuple[str, ...]:
        """Read a string or a list of strings."""
        value = self.raw.get(field)
        texts = value if isinstance(value, list) else [value]
        if all(isinstance(text, str) for text in texts):
            return tuple(texts)
        self.fault("Invalid type", f"“{field}” must be a string or a list of strings", field)
        return ()

    def duration(self, field: str, default: str | None = None) -> str:
        """Read a duration such as ``3D``; its form is checked, its meaning is the engine's."""
        text = self.text(field, default)
        if text and not _DURATION.fullmatch(text):
            self.fault("Invalid value", f"“{text}” is no duration such as 12h, 5D or 1M", field)
        return text

    def flag(self, field: str, default: bool) -> bool:
        value = self.raw.get(field)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self.fault("Invalid type", f"“{field}” must be true or false", field)
        return default

    def optional_flag(self, field: str) -> bool | None:
        return self.flag(field, False) if self.has(field) else None

    def integer(self, field: str) -> int:
        value = self.raw.get(field)
        if type(value) is int:
            return value
        self.fault("Invalid type", f"“{field}” must be an integer", field)
        return 0

    def choice(self, field: str, choices: tuple[Choice, ...]) -> Choice:
        value = self.raw.get(field)
        for choice in choices:
            if value == choice:
                return choice
        wanted = ", ".join(f'"{choice}"' for choice in choices)
        self.fault("enum", f"{field} must be one of the following: {wanted}", field)
        return choices[0]

    def path(self, field: str) -> Path:
        try:
            return parse_path(self.text(field))
        except ExpressionSyntaxError as error:
            self.fault("Invalid expression", str(error), field)
            return Path(("",))

    def expression(self, field: str) -> Expression:
        """Read a literal or a template; a missing field is a fault."""
        if not self.has(field):
            self.fault("Missing", f"“{field}” is required", field)
            return _NOTHING
        return self.member(self.raw[field], field)

    def optional_expression(self, field: str) -> Expression | None:
        return self.expression(field) if self.has(field) else None

    def value(self, field: str) -> Expression:
        """Read a literal, a template, or a list of them."""
        if isinstance(self.raw.get(field), list):
            return Call("LIST", self.expressions(field))
        return self.expression(field)

    def one_or_more(self, field: str) -> tuple[Expression, ...]:
        """Read a list of literals and templates, or one of them alone."""
        if isinstance(self.raw.get(field), list):
            return self.expressions(field)
        return (self.expression(field),)

    def expressions(self, field: str) -> tuple[Expression, ...]:
        return tuple(
            self.member(value, f"{field}/{index}") for index, value in enumerate(self.list(field))
        )

    def amount(self, field: str) -> Expression:
        """Read a number, a template, or a number in a string, as the vendor's quantities are."""
        value = self.raw.get(field)
        if isinstance(value, str) and "{{" not in value:
            try:
                return Literal(to_number(Decimal(value)))
            except (ArithmeticError, ValueError):
                self.fault("Invalid type", f"“{field}” must be a number or a formula", field)
                return _NOTHING
        return self.expression(field)

    def optional_amount(self, field: str) -> Expression | None:
        return self.amount(field) if self.has(field) else None

    def formula(self, field: str) -> Expression:
        """Read what gives a value: a name such as ``$Session.Total``, or a template."""
        value = self.raw.get(field)
        is_template = isinstance(value, str) and "{{" in value
        return self.expression(field) if is_template else self.path(field)

    def formulas(self, field: str) -> Iterator[Expression]:
        """Read a list of what gives values; a missing list is empty."""
        for index, value in enumerate(self.list(field)):
            yield Reader({str(index): value}, f"{self.pointer}/{field}", self.faults).formula(
                str(index)
            )

    def member(self, value: Json, field: str) -> Expression:
        try:
            match value:
                case bool():
                    return Literal(value)
                case str():
                    return parse_template(value)
                case int() | Decimal():
                    return Literal(to_number(value))
                case _:
                    self.fault(
                        "Invalid type",
                        "A string, a number or true/false was expected",
                        field,
                    )
        except ExpressionSyntaxError as error:
            self.fault("Invalid expression", str(error), field)
        except ValueError as error:
            self.fault("Invalid number", str(error), field)
        return _NOTHING


def program_of(reader: Reader) -> tuple[int, str]:
    """Read which loyalty program and subledger a block means, in either of its two spellings."""
    program = (
        reader.inner("program").integer("id")
        if reader.has("program")
        else reader.integer("programId")
    )
    name = "subledger" if reader.has("subledger") else "subLedgerId"
    return program, reader.text(name, "") if reader.has(name) else ""
