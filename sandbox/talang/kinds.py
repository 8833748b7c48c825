"""The kinds of values, as bits: a parameter asks for a union. Source: talang.md, section 2.

Plain integers and not an `enum.IntFlag`, whose every ``&`` takes ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from sandbox.talang.ast import Value

Kind: TypeAlias = int

DECIMAL = 1
STRING = 2
BOOLEAN = 4
TIME = 8
NULL = 16
LIST = 32
MAP = 64
TOKEN = 128  # a call or a block that is handed over unevaluated
ATOM = DECIMAL | STRING | BOOLEAN | TIME | NULL
COLLECTION = LIST | MAP
VALUE = ATOM | COLLECTION
ANY = VALUE | TOKEN
NOTHING = 0  # what a call can give that no function answers

KINDS_BY_NAME = {
    "Any": ANY,
    "Atom": ATOM,
    "Collection": COLLECTION,
    "Decimal": DECIMAL,
    "String": STRING,
    "Boolean": BOOLEAN,
    "Time": TIME,
    "Null": NULL,
    "List": LIST,
    "Map": MAP,
    "Token": TOKEN,
}

KINDS_BY_TYPE: dict[type, Kind] = {
    Decimal: DECIMAL,
    str: STRING,
    bool: BOOLEAN,
    datetime: TIME,
    type(None): NULL,
    list: LIST,
    dict: MAP,
    type(lambda: None): TOKEN,  # what a function of the host's gets for a block
}


def kind_of(value: Value) -> Kind:
    """Return the kind of a value; records of the host's count as maps."""
    return KINDS_BY_TYPE.get(type(value), MAP)


def kind_name(kind: Kind) -> str:
    """Return a kind as signatures write it: ``Decimal``, ``Collection|Atom``."""
    names = []
    for name, bits in KINDS_BY_NAME.items():
        if bits & ~kind == 0:
            names.append(name)
            kind &= ~bits
    return "|".join(names)


def text_of(value: Value) -> str:
    """Return the text that every atom also carries; compared when two kinds meet."""
    match value:
        case str():
            return value
        case Decimal():
            return str(value)
        case bool():
            return "true" if value else "false"
        case datetime():
            return time_text(value)
        case None:
            return ""
    raise TypeError(f"{type(value).__name__} is no atom")


def time_text(time: datetime) -> str:
    """Return a time as RFC 3339 writes it, in its own offset."""
    text = time.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def read_time(text: str) -> datetime | None:
    """Return the time that a text is in RFC 3339, or None."""
    if not _RFC_3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def shown(value: Value) -> str:
    """Return a value as messages show it: 12.5, “Kitchen”, a list of 3."""
    match value:
        case str():
            return f"“{value}”" if len(value) <= 60 else f"“{value[:60]}…”"
        case None:
            return "nothing"
        case list():
            return f"a list of {len(value)}"
        case Mapping():
            return f"a map of {len(value)}"
        case Decimal() | bool() | datetime():
            return text_of(value)
    return f"a {type(value).__name__.lower()}"
