"""How expressions of rules are evaluated: formulas of V2, and Talang with the engine around it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from zoneinfo import ZoneInfo

import msgspec

from sandbox.engine.definitions import Attribute
from sandbox.engine.paths import ITEM_FIELDS
from sandbox.engine.readers import Get, read_attribute, read_cost, read_field
from sandbox.engine.scope import Scope
from sandbox.engine.units import Unit
from sandbox.rules.v1.functions import rule_functions
from sandbox.talang.ast import Path, Value
from sandbox.talang.compile import Options
from sandbox.talang.errors import EvaluationError, UnknownNameError
from sandbox.talang.functions import FORMULAS
from sandbox.talang.record import Recorder
from sandbox.talang.scope import Records


def coupon_is_valid(scope: Scope) -> bool:
    return scope.coupon is not None and scope.coupon_rejection is None


def referral_is_valid(scope: Scope) -> bool:
    return scope.referral is not None and scope.referral_rejection is None


FORMULA_OPTIONS = Options(FORMULAS)
_FUNCTIONS = rule_functions(coupon_is_valid, referral_is_valid)


def talang_options(attributes: Iterable[Attribute], zone: ZoneInfo) -> Options:
    """Return how Talang is evaluated on a `Scope`, in one Application."""
    return Options(
        _FUNCTIONS, records=_item_records(attributes, zone), clock=lambda scope: scope.context.now
    )


def recording(options: Options) -> Options:
    """Return the options of the form that notes its steps with the recorder of the scope."""
    return msgspec.structs.replace(options, recorder=_steps_of)


def _steps_of(scope: Scope) -> Recorder:
    assert scope.recorder is not None, "the recording form has a recorder"
    return scope.recorder.steps


def _item_records(attributes: Iterable[Attribute], zone: ZoneInfo) -> Records:
    """Return what makes readers of what stands below an item that a block looks at."""
    times = {a.name for a in attributes if a.entity == "CartItem" and a.type == "time"}

    def reader(names: tuple[str, ...]) -> Get:
        path = Path(("Item", *names))
        match names:
            case ("Attributes", name):
                is_time = name in times
                get = attrgetter("item.attributes")
                return read_attribute(get, name, str(path), zone if is_time else None)
            case ("AdditionalCosts", *_):
                return read_cost(attrgetter("item.additional_costs"), path)
            case ("Product",) | ("Product", "Name"):
                return read_field(attrgetter("item.product.name"), str(path))
            case ("Quantity",):
                return read_field(attrgetter("quantity"), str(path))
            case ("MappedValue",):
                return read_field(attrgetter("mapped"), str(path))
            case (name,) if name in ITEM_FIELDS:
                return read_field(attrgetter(f"item.{ITEM_FIELDS[name]}"), str(path))
        raise UnknownNameError(str(path))

    def records(names: tuple[str, ...]) -> Get:
        try:
            return reader(names)
        except UnknownNameError as unknown:
            return _unknown(str(unknown))

    return records


def _unknown(message: str) -> Get:
    """Return the reader of what no item has; only maps, which are read otherwise, may have it."""

    def read(unit: Unit) -> Value:
        raise EvaluationError(message)

    return read
