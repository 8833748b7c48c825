"""The rest of a session: its attributes, store, identifiers, loyalty card."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sandbox.engine.model import Attributes
from sandbox.ui.attributes import attribute_inputs
from sandbox.ui.cart.offers import Offers
from sandbox.ui.cart.sections import section
from sandbox.ui.drafts import DraftState

_MAX_IDENTIFIERS = 5


def choose_attributes(offers: Offers, current: DraftState) -> Attributes:
    """Show the session's attributes that have a widget; others stay as JSON set them."""
    started = dict(current.started.attributes or {})
    attributes = offers.attributes("CustomerSession")
    if not attributes:
        return started
    with section("Session attributes", ":material/label:", "attributes"):
        key = f"attribute-{current.version}"
        return attribute_inputs(attributes, started, key, offers.timezone)


def choose_origin(offers: Offers, current: DraftState) -> dict[str, Any]:
    """Show where the session comes from; returns fields of `SessionUpdate`."""
    with section("Store, identifiers, loyalty card", ":material/storefront:", "origin"):
        return {
            "store_integration_id": _choose_store(offers, current),
            "identifiers": _choose_identifiers(current),
            "loyalty_cards": _choose_card(offers, current),
        }


def _choose_store(offers: Offers, current: DraftState) -> str | None:
    before = current.started.store_integration_id
    stores = offers.stores
    if not stores and not before:
        st.caption("This Application has no stores.")
        return None
    options = list(dict.fromkeys([*stores, *([before] if before else [])]))
    chosen = st.selectbox(
        "Store",
        options,
        index=options.index(before) if before else None,
        format_func=lambda store_id: stores.get(store_id) or store_id,
        accept_new_options=True,
        placeholder="none",
        key=f"store-{current.version}",
    )
    return str(chosen).strip() or None if chosen else None


def _choose_identifiers(current: DraftState) -> list[str] | None:
    before = current.started.identifiers
    chosen = st.multiselect(
        "Identifiers",
        list(dict.fromkeys(before or [])),
        default=list(dict.fromkeys(before or [])),
        accept_new_options=True,
        max_selections=_MAX_IDENTIFIERS,
        placeholder="Type a device, an address, …",
        help="Campaigns can limit what one identifier gets, whoever the customer is.",
        key=f"identifiers-{current.version}",
    )
    return list(chosen) if chosen or before is not None else None


def _choose_card(offers: Offers, current: DraftState) -> list[str] | None:
    before = current.started.loyalty_cards
    if not offers.has_cards and not before:
        return before
    options = list(dict.fromkeys([*offers.cards(), *(before or [])]))
    chosen = st.selectbox(
        "Loyalty card",
        options,
        index=options.index(before[0]) if before else None,
        accept_new_options=True,
        placeholder="none",
        key=f"card-{current.version}",
    )
    return [str(chosen)] if chosen else ([] if before is not None else None)
