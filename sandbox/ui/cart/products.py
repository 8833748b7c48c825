"""Adding to the cart: a product of the catalog, found by typing, or rows of a spreadsheet."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import streamlit as st
from msgspec.structs import replace

from sandbox.errors import Refused
from sandbox.insight.money import money
from sandbox.ui.cart import state
from sandbox.ui.cart.faults import keep_refusal, show_refusal
from sandbox.ui.cart.offers import Offers
from sandbox.ui.cart.pasted_rows import read_rows
from sandbox.ui.cart.sections import section
from sandbox.ui.drafts import DraftState, with_item

_PASTED = "pasted-rows"
_EXAMPLE = "Item\tQuantity\tPrice\tSKU\nRed Spring Blouse\t2\t49.00\trdbs-1111"


def add_product(offers: Offers, current: DraftState) -> None:
    """Offer the catalog's products; typing finds one by name, SKU, category or price."""
    catalog = offers.catalog
    if not catalog:
        st.caption("No catalog is known here: type items into the grid, or paste them.")
        return
    currency = offers.currency

    def label(sku: str) -> str:
        item = catalog[sku]
        return _label(item.name or sku, item.price, item.category or "", sku, currency)

    with st.container(horizontal=True, vertical_alignment="bottom", key="add"):
        st.selectbox(
            "Product",
            list(catalog),
            format_func=label,
            key="product",
            placeholder="Type a name, an SKU or a category",
        )
        st.number_input(
            "Quantity", min_value=1, max_value=1000, value=1, key="product-quantity", width=110
        )
        st.button(
            "Add",
            icon=":material/add_shopping_cart:",
            key="add-product",
            on_click=_product_added,
            args=(offers, current),
        )


@lru_cache(maxsize=10_000)
def _label(name: str, price: Decimal | None, category: str, sku: str, currency: str) -> str:
    """Return a product as it is listed, with all that it is searched by.

    Kept, because a catalog of 1,000 products is written anew with every run of the page.
    """
    shown = money(price, currency) if price is not None else "no price"
    return " · ".join(filter(None, [name, shown, category, sku if sku != name else ""]))


def _product_added(offers: Offers, current: DraftState) -> None:
    item = offers.products().get(st.session_state["product"])
    if item is not None:
        quantity = int(st.session_state["product-quantity"])
        items = with_item([line.item for line in current.lines], item, quantity)
        state.grow(replace(state.entered(current), cart_items=items))


def paste_rows(offers: Offers, current: DraftState) -> None:
    """Offer to paste rows; what cannot be read is refused whole, and its text stays."""
    with section("Paste rows", ":material/content_paste:", "paste") as box:
        if not box.open:
            return
        st.text_area(
            "Rows of a spreadsheet, with or without column names",
            key=_PASTED,
            height=160,
            placeholder=_EXAMPLE,
            help="Item, quantity, price, category, SKU; in any order if the first row names them. "
            "What the catalog knows of an item may be left out.",
        )
        with st.container(horizontal=True):
            for label, icon, replaces in (
                ("Add to the cart", ":material/add:", False),
                ("Replace the cart", ":material/swap_horiz:", True),
            ):
                st.button(
                    label,
                    icon=icon,
                    key="paste-replace" if replaces else "paste-add",
                    on_click=_pasted,
                    args=(offers, current, replaces),
                )
        show_refusal(_PASTED, "These rows cannot be used")


def _pasted(offers: Offers, current: DraftState, replaces: bool) -> None:
    try:
        pasted = read_rows(st.session_state[_PASTED] or "", offers.products())
    except Refused as refused:
        keep_refusal(_PASTED, refused)
        return
    before = [] if replaces else [line.item for line in current.lines]
    state.show(replace(state.entered(current), cart_items=[*before, *pasted]))
    st.session_state[_PASTED] = ""
