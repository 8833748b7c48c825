"""Check attribute values against the Application's definitions.

Titles and texts are the vendor's where it documents them (reference/api/07, section 7.3; decisions
A39, A40).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sandbox.engine.definitions import Attribute, AttributeEntity
from sandbox.engine.model import Attributes
from sandbox.errors import Fault
from sandbox.numbers import encode_json, to_number
from sandbox.shapes import escape, is_time


class AttributeChecker:
    """Knows every attribute of one Application."""

    def __init__(self, attributes: Iterable[Attribute]) -> None:
        self._attributes = {(a.entity, a.name, a.event_type): a for a in attributes}

    def faults(
        self,
        entity: AttributeEntity,
        values: Attributes | None,
        pointer: str,
        event_type: str | None = None,
    ) -> Iterator[Fault]:
        """Yield what is wrong with attributes sent for an entity; null, which deletes, is fine.

        Those of an event belong to its type, or to all types.
        """
        for name, value in (values or {}).items():
            where = f"{pointer}/{escape(name)}"
            attribute = self._attributes.get((entity, name, event_type))
            if attribute is None and event_type is not None:
                attribute = self._attributes.get((entity, name, None))
            if attribute is None:
                details = f'The attribute "{name}" is not defined on {entity} entities.'
                yield Fault("Unknown", details, where)
            elif value is not None:
                yield from _value_faults(attribute, value, where)


def changed_attributes(values: Attributes | None, before: Attributes) -> Attributes:
    """Return those that differ from before: what is sent back as it was read is no fault."""
    return {
        name: value
        for name, value in (values or {}).items()
        if name not in before or before[name] != value
    }


def _value_faults(attribute: Attribute, value: Any, pointer: str) -> Iterator[Fault]:
    if attribute.type.startswith("(list "):
        member_type = attribute.type[len("(list ") : -1]
        if not isinstance(value, list):
            yield _invalid(attribute, value, f"a list of {member_type}s", pointer)
            return
        for index, member in enumerate(value):
            if not _CHECKS[member_type](member):
                yield _invalid(attribute, member, f"a {member_type}", f"{pointer}/{index}")
        members = value
    else:
        if not _CHECKS[attribute.type](value):
            yield _invalid(attribute, value, f"a {attribute.type}", pointer)
            return
        members = [value]
    if attribute.restricted_by_suggestions:
        allowed = attribute.suggestions
        if any(member not in allowed for member in members):
            listed = ", ".join(encode_json(suggestion).decode() for suggestion in allowed)
            sent = _shown(value)
            details = f'Value of "{attribute.name}" attribute ({sent}) is not one of: {listed}'
            yield Fault("Invalid value", details, pointer)


def _invalid(attribute: Attribute, value: Any, wanted: str, pointer: str) -> Fault:
    details = f'Value of "{attribute.name}" attribute ({_shown(value)}) is not {wanted}'
    return Fault("Invalid type", details, pointer)


def _shown(value: Any) -> str:
    """Return what was sent as JSON; of a list, what is in it, but not what is in that."""
    match value:
        case dict():
            return "{…}"
        case list():
            members = ("[…]" if isinstance(member, list) else _shown(member) for member in value)
            return f"[{','.join(members)}]"
    return encode_json(value).decode()


def _is_number(value: Any) -> bool:
    try:
        to_number(value)
    except ValueError:
        return False
    return True


def _is_location(value: Any) -> bool:
    """A location is an object with numbers, or a pair of them; the vendor shows neither."""
    if isinstance(value, Mapping):
        value = list(value.values())
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "time": is_time,
    "location": _is_location,
}
