from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.model import Cost, Product
from sandbox.errors import Refused
from sandbox.ui.cart.packing import MAX_UNPACKED, packed, unpacked
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate

NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = TEXTS.filter(bool)
ATTRIBUTES = st.dictionaries(
    NAMES, st.one_of(TEXTS, st.booleans(), NUMBERS, st.lists(TEXTS, max_size=3)), max_size=3
)
COSTS = st.dictionaries(NAMES, st.builds(Cost, price=NUMBERS), max_size=3)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


ITEMS = st.builds(
    CartItemUpdate,
    sku=NAMES,
    quantity=st.integers(1, 10**9),
    price=maybe(NUMBERS),
    name=maybe(TEXTS),
    category=maybe(TEXTS),
    product=maybe(st.builds(Product, name=TEXTS)),
    weight=maybe(NUMBERS),
    attributes=maybe(ATTRIBUTES),
    additional_costs=maybe(COSTS),
)
DRAFTS = st.builds(
    SessionUpdate,
    profile_id=maybe(TEXTS),
    store_integration_id=maybe(NAMES),
    evaluable_campaign_ids=maybe(st.lists(st.integers(0, 10**9), max_size=3)),
    coupon_codes=maybe(st.lists(TEXTS, max_size=4)),
    referral_code=maybe(TEXTS),
    loyalty_cards=maybe(st.lists(TEXTS, max_size=1)),
    state=st.sampled_from([None, "open", "closed", "cancelled"]),
    cart_items=maybe(st.lists(ITEMS, max_size=5)),
    additional_costs=maybe(COSTS),
    identifiers=maybe(st.lists(TEXTS, max_size=5)),
    attributes=maybe(ATTRIBUTES),
)


def with_lines(count: int) -> SessionUpdate:
    items = [
        CartItemUpdate(
            sku=f"sku-{n * 7919}", quantity=1 + n % 5, price=Decimal(n) + Decimal("0.99")
        )
        for n in range(count)
    ]
    return SessionUpdate(cart_items=items)


@given(DRAFTS)
def test_what_was_packed_unpacks_to_the_same_draft(draft: SessionUpdate):
    assert unpacked(packed(draft)) == draft


@given(DRAFTS)
def test_a_packed_draft_needs_no_escaping_in_an_address(draft: SessionUpdate):
    text = packed(draft)
    assert text.isascii()
    assert text.replace("-", "").replace("_", "").isalnum()


def test_a_cart_of_two_lines_takes_little_more_than_a_hundred_characters():
    assert len(packed(with_lines(2))) < 120


def test_a_cart_of_1000_lines_comes_back_whole():
    assert unpacked(packed(with_lines(1000))) == with_lines(1000)


@given(st.text(max_size=80))
def test_garbage_is_refused_or_is_a_draft_but_never_an_error(text: str):
    with suppress(Refused):
        assert isinstance(unpacked(f"1{text}"), SessionUpdate)


@given(DRAFTS, st.integers(1, 40))
def test_a_cut_text_is_refused(draft: SessionUpdate, length: int):
    text = packed(draft)
    with pytest.raises(Refused):
        unpacked(text[: max(0, len(text) - length)])


def test_a_form_that_is_not_known_is_refused():
    with pytest.raises(Refused, match="does not begin"):
        unpacked("9" + packed(SessionUpdate())[1:])


def test_a_text_that_would_grow_without_bound_is_refused():
    deflating = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflating.compress(b" " * (50 * MAX_UNPACKED)) + deflating.flush()
    bomb = "1" + urlsafe_b64encode(body).decode().rstrip("=")
    with pytest.raises(Refused, match="too large"):
        unpacked(bomb)


def test_json_that_is_no_session_is_refused_naming_the_field():
    text = packed(SessionUpdate(attributes={"cartItems": 1}))
    assert unpacked(text).attributes == {"cartItems": 1}
    deflating = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflating.compress(b'{"cartItems": 1}') + deflating.flush()
    with pytest.raises(Refused, match="/cartItems"):
        unpacked("1" + urlsafe_b64encode(body).decode().rstrip("="))
