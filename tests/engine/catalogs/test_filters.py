from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.catalogs.filters import ItemFilter, filter_faults, matches
from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.definitions import Attribute

ATTRIBUTES = {
    name: Attribute(entity="CartItem", name=name, type=kind)
    for name, kind in {
        "size": "number",
        "color": "string",
        "sale": "boolean",
        "tags": "(list string)",
    }.items()
}


def shoe(**attributes: Any) -> CatalogItem:
    return CatalogItem(sku="A", attributes=attributes)


@pytest.mark.parametrize(
    ("attributes", "condition", "meant"),
    [
        ({"size": 45}, ("size", "GT", "45"), False),
        ({"size": 46}, ("size", "GT", "45"), True),
        ({"size": 45}, ("size", "GE", 45), True),
        ({"size": Decimal("44.5")}, ("size", "LT", 45), True),
        ({"size": 45}, ("size", "LE", 44), False),
        ({"size": 45}, ("size", "EQ", "45.0"), True),
        ({"size": 45}, ("size", "EQ", "big"), False),
        ({"color": "45"}, ("color", "EQ", "45.0"), False),
        ({"color": "blue"}, ("color", "EQ", "blue"), True),
        ({"color": "blue"}, ("color", "IN", "red, blue"), True),
        ({"color": "blue"}, ("color", "IN", ["blue"]), True),
        ({"color": "blue"}, ("color", "IN", "bluered"), False),
        ({"size": 45}, ("size", "IN", "44,45"), True),
        ({"sale": True}, ("sale", "EQ", "true"), True),
        ({"sale": True}, ("sale", "EQ", False), False),
        ({"tags": ["new", "red"]}, ("tags", "EQ", "red"), True),
        ({"tags": ["new", "red"]}, ("tags", "IN", "old,blue"), False),
        ({}, ("color", "EQ", "blue"), False),
    ],
)
def test_a_filter_means_the_items_that_meet_it(attributes, condition, meant):
    attr, op, value = condition
    assert matches(shoe(**attributes), [ItemFilter(attr=attr, op=op, value=value)]) is meant


def test_all_filters_must_be_met_and_none_means_every_item():
    blue, large = (
        ItemFilter(attr="color", op="EQ", value="blue"),
        ItemFilter(attr="size", op="GT", value=45),
    )
    assert not matches(shoe(color="blue", size=44), [blue, large])
    assert matches(shoe(color="blue", size=46), [blue, large])
    assert matches(shoe(), [])


@pytest.mark.parametrize(
    ("condition", "pointer"),
    [
        (("weight", "EQ", 1), "/f/0/attr"),
        (("color", "GT", 1), "/f/0/op"),
        (("size", "GT", "big"), "/f/0/value"),
    ],
)
def test_a_filter_that_means_nothing_is_named(condition, pointer):
    attr, op, value = condition
    (fault,) = filter_faults([ItemFilter(attr=attr, op=op, value=value)], ATTRIBUTES, "/f")
    assert fault.pointer == pointer
