"""Which items of a catalog an action means. Source: reference/api/08, 8.5; decision S123."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Literal

from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.definitions import Attribute
from sandbox.engine.model import Json, Model
from sandbox.errors import Fault
from sandbox.numbers import encode_json

_ORDERS: dict[str, Callable[[Decimal, Decimal], bool]] = {"LT": lt, "LE": le, "GT": gt, "GE": ge}


class ItemFilter(Model, frozen=True):
    """A condition on an attribute; ``IN`` takes a list, or values separated by commas."""

    attr: str
    op: Literal["EQ", "LT", "LE", "GT", "GE", "IN"]
    value: Json


def filter_faults(
    filters: Iterable[ItemFilter], attributes: Mapping[str, Attribute], pointer: str
) -> Iterable[Fault]:
    """Yield what keeps filters from meaning something."""
    for index, condition in enumerate(filters):
        where = f"{pointer}/{index}"
        attribute = attributes.get(condition.attr)
        if attribute is None:
            details = f'The attribute "{condition.attr}" is not defined on CartItem entities.'
            yield Fault("Unknown", details, f"{where}/attr")
        elif condition.op in _ORDERS:
            if attribute.type != "number":
                details = f"{condition.op} is for numbers, not for the type {attribute.type}"
                yield Fault("Invalid value", details, f"{where}/op")
            elif _number(condition.value) is None:
                yield Fault("Invalid value", "A number was expected", f"{where}/value")
        elif any(isinstance(one, list | dict) for one in _listed(condition.value)):
            details = "A text, a number, true, false, or a list of those was expected"
            yield Fault("Invalid value", details, f"{where}/value")


def matches(item: CatalogItem, filters: Iterable[ItemFilter]) -> bool:
    """Tell whether an item meets all filters; one that lacks an attribute meets none on it."""
    return all(_matches(item.attributes.get(one.attr), one) for one in filters)


def _matches(value: Json, condition: ItemFilter) -> bool:
    if value is None:
        return False
    members = value if isinstance(value, list) else [value]
    if condition.op in _ORDERS:
        wanted, compare = _number(condition.value), _ORDERS[condition.op]
        numbers = [number for member in members if (number := _number(member)) is not None]
        return wanted is not None and any(compare(number, wanted) for number in numbers)
    allowed = [condition.value] if condition.op == "EQ" else _listed(condition.value)
    return any(_equal(member, one) for member in members for one in allowed)


def _listed(value: Json) -> list[Json]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return value if isinstance(value, list) else [value]


def _equal(value: Json, wanted: Json) -> bool:
    """Compare as numbers what are numbers, and as text, booleans in lower case, what is not."""
    number = _number(value)
    if number is not None and not isinstance(value, str):
        return number == _number(wanted)
    return _text(value) == _text(wanted)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else encode_json(value).decode()


def _number(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
