from __future__ import annotations

from decimal import Decimal

from sandbox.engine.payload import fill_payload


def test_a_list_is_a_list_outside_of_texts_and_its_members_inside():
    payload = '{"skus": ${skus}, "say": "buy ${skus}"}'
    filled = fill_payload(payload, {"skus": ["a", Decimal(1)]})
    assert filled == {"skus": ["a", 1], "say": "buy a, 1"}
