"""Widgets for custom attributes, one for each type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from sandbox.engine.definitions import Attribute, AttributeEntity
from sandbox.engine.model import Attributes
from sandbox.numbers import number_in, number_of
from sandbox.ui.amounts import amount_input
from sandbox.ui.text import escaped
from sandbox.ui.times import entered_time, shown_time
from sandbox.workspace.attributes import AttributeChecker

_YES_NO = {"yes": True, "no": False}
# Locations and their lists have no widget: what they are stays as it was.
_WITH_WIDGET = ("string", "number", "boolean", "time", "(list string)", "(list number)")


def editable(attributes: Iterable[Attribute], entity: AttributeEntity) -> list[Attribute]:
    """Return the attributes of an entity that have a widget."""
    return [one for one in attributes if one.entity == entity and one.type in _WITH_WIDGET]


def attribute_inputs(
    attributes: Iterable[Attribute], before: Mapping[str, Any], key: str, timezone: str
) -> Attributes:
    """Show a widget for each attribute and return what they hold; what is not set is left out.

    What has no widget stays as it was before. `key` makes the widgets' keys; times are entered in
    the Application's zone.
    """
    listed = list(attributes)
    checker = AttributeChecker(listed)
    shown = {attribute.name for attribute in listed}
    entered = {name: value for name, value in before.items() if name not in shown}
    for attribute in listed:
        name = attribute.name
        value = before.get(name)
        if any(checker.faults(attribute.entity, {name: value}, "")):
            value = None  # as JSON may have it, and the API would refuse
        value = _input(attribute, value, f"{key}-{name}", ZoneInfo(timezone))
        if value is not None:
            entered[name] = value
    return entered


def _input(attribute: Attribute, before: Any, key: str, zone: ZoneInfo) -> Any:
    """Return what was entered for an attribute, or None."""
    label = escaped(attribute.title or attribute.name)
    match attribute.type:
        case "boolean":
            chosen = st.segmented_control(
                label, list(_YES_NO), default={True: "yes", False: "no"}.get(before), key=key
            )
            return None if chosen is None else _YES_NO[chosen]
        case "number":
            return amount_input(label, number_of(before), key=key, placeholder="none")
        case "time":
            shown = shown_time(before, zone)
            at = st.datetime_input(label, value=shown, key=key, format="YYYY-MM-DD")
            return entered_time(at, before, zone)
        case "(list string)":
            return _list_input(label, attribute, [str(one) for one in before or []], key) or None
        case "(list number)":
            texts = _list_input(label, attribute, [str(one) for one in before or []], key)
            return [_number(text) for text in texts] or None
    return _text_input(label, attribute, before, key)


def _text_input(label: str, attribute: Attribute, before: Any, key: str) -> str | None:
    offered = [str(one) for one in attribute.suggestions]
    if not offered:
        return st.text_input(label, value=before or "", key=key, placeholder="none") or None
    options = list(dict.fromkeys([*offered, *([before] if before else [])]))
    chosen = st.selectbox(
        label,
        options,
        index=options.index(before) if before else None,
        accept_new_options=not attribute.restricted_by_suggestions,
        placeholder="none",
        key=key,
    )
    return str(chosen) if chosen else None


def _list_input(label: str, attribute: Attribute, before: list[str], key: str) -> list[str]:
    offered = [str(one) for one in attribute.suggestions]
    return st.multiselect(
        label,
        list(dict.fromkeys([*offered, *before])),
        default=list(dict.fromkeys(before)),
        accept_new_options=not attribute.restricted_by_suggestions,
        placeholder="none",
        key=key,
    )


def _number(text: str) -> Decimal | str:
    """Return the number that was typed; what is none stays text, for the API to refuse."""
    number = number_in(text)
    return text if number is None else number
