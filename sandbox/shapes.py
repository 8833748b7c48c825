"""Check JSON against msgspec types and say everything that is wrong with it.

msgspec decodes fast but stops at the first fault. Refused input is walked a second time, slowly,
and every fault gets its JSON pointer. Titles follow the vendor's page on errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from sandbox.errors import Fault, Refused
from sandbox.numbers import Number, decode_hook, decode_json, json_hook, to_number

T = TypeVar("T")

MAX_DEPTH = 100


def parse_json(body: bytes) -> Any:
    """Decode a JSON body into plain values; raises Refused for no JSON or too much nesting."""
    if not body.strip():
        raise Refused([Fault("Missing", "The request needs a JSON body")])
    try:
        value = decode_json(body)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise Refused([Fault("Malformed", _malformed(error))]) from None
    if _depth_exceeds(value, MAX_DEPTH):
        raise Refused([Fault("Too deep", f"JSON is nested at most {MAX_DEPTH} deep")])
    return value


def convert(value: Any, shape: type[T], pointer: str = "") -> T:
    """Return plain values as `shape`; raises Refused with every fault, pointers below `pointer`."""
    try:
        return msgspec.convert(value, shape, dec_hook=decode_hook)
    except (msgspec.ValidationError, ValueError) as error:
        faults = list(faults_in(value, shape, pointer))
        raise Refused(faults or [Fault("Invalid", str(error), pointer)]) from None


class Reader:
    """Decodes bodies of one shape: fast when they are right, thorough when they are not."""

    def __init__(self, shape: type[T]) -> None:
        self._shape = shape
        self._decoder = msgspec.json.Decoder(shape, dec_hook=json_hook, float_hook=Decimal)

    def read(self, body: bytes) -> Any:
        """Return the decoded body; raises Refused."""
        try:
            decoded = self._decoder.decode(body)
            if not body.isascii():
                body.decode()  # The decoder does not look at texts that it skips.
            return decoded
        except (msgspec.DecodeError, RecursionError, ValueError):
            return convert(parse_json(body), self._shape)


def refuse_repeated(values: Sequence[object], pointer: str) -> None:
    """Refuse a list that names something twice, for lists of which the schema says so."""
    if len(set(values)) < len(values):
        raise Refused([Fault("Duplicate", "Each may be named once", pointer)])


def faults_in(value: Any, shape: Any, pointer: str = "") -> Iterator[Fault]:
    """Yield everything that keeps plain values from being a `shape`."""
    yield from _faults(value, _type_info(shape), pointer)


@lru_cache(maxsize=256)
def _type_info(shape: Any) -> inspect.Type:
    return inspect.type_info(shape)


def _faults(value: Any, info: inspect.Type, pointer: str) -> Iterator[Fault]:
    match info:
        case inspect.StructType():
            yield from _struct_faults(value, info, pointer)
        case inspect.ListType():
            yield from _list_faults(value, info, pointer)
        case inspect.DictType():
            if not isinstance(value, Mapping):
                yield _wrong_type(value, "an object", pointer)
            else:
                for key, member in value.items():
                    yield from _faults(member, info.value_type, f"{pointer}/{escape(key)}")
        case inspect.UnionType():
            yield from _union_faults(value, info, pointer)
        case inspect.Metadata():
            yield from _faults(value, info.type, pointer)
        case _:
            fault = _leaf_fault(value, info, pointer)
            if fault is not None:
                yield fault


def _struct_faults(value: Any, info: inspect.StructType, pointer: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield _wrong_type(value, "an object", pointer)
        return
    for field in info.fields:
        where = f"{pointer}/{escape(field.encode_name)}"
        if field.encode_name in value:
            yield from _faults(value[field.encode_name], field.type, where)
        elif field.required:
            yield Fault("Missing", f"“{field.encode_name}” is required", where)
    if info.forbid_unknown_fields:
        for name in value.keys() - {field.encode_name for field in info.fields}:
            yield Fault("Unknown", f"There is no field “{name}”", f"{pointer}/{escape(name)}")


def _list_faults(value: Any, info: inspect.ListType, pointer: str) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _wrong_type(value, "a list", pointer)
        return
    if info.max_length is not None and len(value) > info.max_length:
        details = f"At most {info.max_length} are allowed, {len(value)} were sent"
        yield Fault("Too many", details, pointer)
        return
    if info.min_length is not None and len(value) < info.min_length:
        yield Fault("Too few", f"At least {info.min_length} must be sent", pointer)
    for index, member in enumerate(value):
        yield from _faults(member, info.item_type, f"{pointer}/{index}")


def _union_faults(value: Any, info: inspect.UnionType, pointer: str) -> Iterator[Fault]:
    members = [member for member in info.types if not isinstance(member, inspect.NoneType)]
    if value is None and len(members) < len(info.types):
        return
    tagged = [member for member in members if isinstance(member, inspect.StructType) and member.tag]
    if len(tagged) == len(members) and isinstance(value, Mapping):
        tags = {member.tag: member for member in tagged}
        name = tagged[0].tag_field or "type"
        tag = value.get(name)
        if isinstance(tag, str) and tag in tags:
            yield from _faults(value, tags[tag], pointer)
        else:
            yield _enum(name, tags, f"{pointer}/{name}")
    elif len(members) == 1 or all(list(_faults(value, member, pointer)) for member in members):
        yield from _faults(value, members[0], pointer)


def _leaf_fault(value: Any, info: inspect.Type, pointer: str) -> Fault | None:
    match info:
        case inspect.StrType():
            if not isinstance(value, str):
                return _wrong_type(value, "a string", pointer)
            if info.min_length is not None and len(value) < info.min_length:
                return Fault("Too short", f"At least {info.min_length} characters", pointer)
            if info.max_length is not None and len(value) > info.max_length:
                return Fault("Too long", f"At most {info.max_length} characters", pointer)
            if info.pattern is not None and not re.search(info.pattern, value):
                return Fault("Invalid value", f"Must match {info.pattern}", pointer)
        case inspect.IntType():
            if type(value) is not int:
                return _wrong_type(value, "an integer", pointer)
            if info.ge is not None and value < info.ge:
                return Fault("Too small", f"Must be at least {info.ge}", pointer)
            if info.le is not None and value > info.le:
                return Fault("Too large", f"Must be at most {info.le}", pointer)
        case inspect.BoolType():
            if not isinstance(value, bool):
                return _wrong_type(value, "true or false", pointer)
        case inspect.LiteralType():
            if value not in info.values:
                return _enum(pointer.rpartition("/")[2], info.values, pointer)
        case inspect.DateTimeType():
            if not is_time(value):
                return Fault("Invalid time", "An RFC 3339 time with a zone was expected", pointer)
        case inspect.CustomType(cls) if cls is Number:
            try:
                to_number(value)
            except ValueError as error:
                return Fault("Invalid number", str(error), pointer)
        case inspect.NoneType():
            if value is not None:
                return _wrong_type(value, "null", pointer)
    return None


def is_time(value: Any) -> bool:
    """Tell whether a JSON value is an RFC 3339 time with a zone."""
    try:
        return isinstance(value, str) and msgspec.convert(value, datetime).tzinfo is not None
    except msgspec.ValidationError:
        return False


def escape(key: Any) -> str:
    """Return a key as a part of a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def _wrong_type(value: Any, wanted: str, pointer: str) -> Fault:
    return Fault("Invalid type", f"{wanted.capitalize()} was expected, not {_name(value)}", pointer)


def _enum(name: str, allowed: Any, pointer: str) -> Fault:
    wanted = ", ".join(f'"{value}"' for value in allowed)
    return Fault("enum", f"{name} must be one of the following: {wanted}", pointer)


def _name(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return "a string"
        case list():
            return "a list"
        case dict():
            return "an object"
    return "a number"


def _malformed(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return f"JSON is nested at most {MAX_DEPTH} deep"
    if "truncated" in str(error):
        return "The JSON ends too early: a bracket or a quotation mark is not closed"
    return str(error)


def _depth_exceeds(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            member
            for container in level
            if isinstance(container, dict | list)
            for member in (container.values() if isinstance(container, dict) else container)
        ]
        if not level:
            return False
    return True
