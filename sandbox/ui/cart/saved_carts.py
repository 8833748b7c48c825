"""The saved carts: one click shows one, with a sentence on what to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import streamlit as st
from msgspec.structs import replace

from sandbox.engine.model import Cost
from sandbox.numbers import decode_json
from sandbox.ui.cart import state
from sandbox.ui.cart.offers import Offers
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate

Scenario: TypeAlias = Mapping[str, Any]

_SCENARIOS = Path(__file__).parents[3] / "fixtures" / "scenarios.json"
# The widget's key; what is chosen is `state.saved_cart`, also while another group is open.
_PILLS = "scenario"
_OTHERS = "More"
_TABS = "groups"
# The group of the cart that was shown last, until its tab is opened.
_TO_OPEN = "group-to-open"


@cache
def scenarios() -> Sequence[Scenario]:
    """Return the saved carts as they are kept: see `scenario_draft`, and `title` and `hint`."""
    listed: list[Scenario] = decode_json(_SCENARIOS.read_bytes())
    return listed


def show(offers: Offers, scenario_id: str) -> bool:
    """Show a saved cart, just as it was saved; tells whether there is one to show."""
    for scenario in offered(offers):
        if scenario["id"] == scenario_id:
            state.show_saved(scenario_draft(scenario, offers.products()), scenario_id)
            st.session_state[_TO_OPEN] = _group(scenario)
            return True
    return False


def show_first(offers: Offers) -> None:
    """Show what everybody starts with: the first saved cart, or else an empty one."""
    there = offered(offers)
    if not there or not show(offers, there[0]["id"]):
        state.show(SessionUpdate(cart_items=[]))


def scenario_draft(scenario: Scenario, catalog: Mapping[str, CartItemUpdate]) -> SessionUpdate:
    """Return a saved cart as a draft; its items name SKUs of the catalog and quantities.

    `attributes`, where it has them, are the session's. What it says beside that (`referralCode`,
    `storeIntegrationId`, `loyaltyCards`, `identifiers`) is the session's too; other keys are for
    whoever shows saved carts: `id`, `title`, `hint` and `group`.
    """
    return SessionUpdate(
        profile_id=scenario["profileId"],
        coupon_codes=list(scenario["couponCodes"]),
        cart_items=[replace(catalog[sku], quantity=count) for sku, count in scenario["items"]],
        additional_costs={
            name: Cost(price=Decimal(price)) for name, price in scenario["additionalCosts"].items()
        },
        attributes=scenario.get("attributes"),
        referral_code=scenario.get("referralCode"),
        store_integration_id=scenario.get("storeIntegrationId"),
        loyalty_cards=scenario.get("loyaltyCards"),
        identifiers=scenario.get("identifiers"),
    )


def choose(offers: Offers) -> None:
    """Offer the saved carts, those of one group at a time where they have groups."""
    groups = _groups(offers)
    if len(groups) < 2:
        for ids in groups.values():
            _choose_one(offers, ids)
        return
    to_open = st.session_state.pop(_TO_OPEN, None)
    if to_open in groups:
        st.session_state[_TABS] = to_open
    tabs = st.tabs(list(groups), key=_TABS, on_change="rerun")
    for ids, tab in zip(groups.values(), tabs, strict=True):
        if tab.open:
            with tab:
                _choose_one(offers, ids)


def show_hint() -> None:
    """Show the sentence on what to look at in the chosen cart."""
    hint = next((one["hint"] for one in scenarios() if one["id"] == state.saved_cart()), None)
    if hint:
        st.caption(hint)


def offered(offers: Offers) -> Sequence[Scenario]:
    """Return the saved carts whose products the workspace has."""
    return [one for one in scenarios() if all(sku in offers.catalog for sku, _ in one["items"])]


def _groups(offers: Offers) -> Mapping[str, Sequence[str]]:
    """Return the ids of the saved carts, by group."""
    groups: dict[str, list[str]] = {}
    for scenario in offered(offers):
        groups.setdefault(_group(scenario), []).append(scenario["id"])
    return groups


def _group(scenario: Scenario) -> str:
    return str(scenario.get("group") or _OTHERS)


def _choose_one(offers: Offers, ids: Sequence[str]) -> None:
    titles = {scenario["id"]: scenario["title"] for scenario in scenarios()}
    chosen = state.saved_cart()
    st.session_state[_PILLS] = chosen if chosen in ids else None
    st.pills(
        "Try a saved cart",
        ids,
        format_func=lambda scenario_id: titles[scenario_id],
        key=_PILLS,
        on_change=_chosen,
        args=(offers,),
    )


def _chosen(offers: Offers) -> None:
    """Show the cart that was clicked; a second click shows it anew."""
    clicked = st.session_state[_PILLS] or state.saved_cart()
    if clicked:
        show(offers, clicked)
