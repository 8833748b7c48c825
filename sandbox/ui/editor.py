"""The left side of the Workbench: everything that makes up a draft.

Widgets only; what they hold becomes a draft in `sandbox.ui.drafts`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from msgspec.structs import replace

from sandbox.emulator.server import running
from sandbox.engine.model import Attributes, Cost, CustomerProfile
from sandbox.errors import Refused
from sandbox.insight.money import minor_unit, money
from sandbox.numbers import decode_json
from sandbox.shapes import convert, parse_json
from sandbox.targets.target import draft_json
from sandbox.ui.attributes import attribute_inputs, editable
from sandbox.ui.drafts import (
    DraftState,
    grid_frame,
    read_grid,
    restart,
    scenario_draft,
    untouched,
    with_item,
)
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate
from sandbox.workspace.workspace import Workspace

_SCENARIOS = Path(__file__).parents[2] / "fixtures" / "scenarios.json"
_GUEST = ""
_MAX_OFFERED = 50
_MAX_PERSONAS = 5
_MAX_FAULTS = 10


@cache
def _all_scenarios() -> list[dict[str, Any]]:
    scenarios: list[dict[str, Any]] = decode_json(_SCENARIOS.read_bytes())
    return scenarios


def _scenarios(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Return the saved carts of products that the workspace has, by id."""
    return {
        scenario["id"]: scenario
        for scenario in _all_scenarios()
        if all(sku in workspace.catalog for sku, _ in scenario["items"])
    }


def _first_scenario(workspace: Workspace) -> str | None:
    return next(iter(_scenarios(workspace)), None)


def state(workspace: Workspace) -> DraftState:
    """Return what this visitor edits; the first saved cart at the start, an empty one without."""
    if "draft" not in st.session_state:
        st.session_state.draft = restart(_scenario(workspace, _first_scenario(workspace)), 0)
    current: DraftState = st.session_state.draft
    return current


def come_back() -> None:
    """Show again what was on the page before the visitor left it: widgets forget it meanwhile."""
    entered: SessionUpdate | None = st.session_state.get("entered")
    if entered is not None:
        st.session_state["scenario"] = st.session_state.get("saved-cart")
        _show(entered)


def start_over(here: Visit) -> None:
    """Reset the workspace and show the first saved cart again."""
    running().workspaces.reset(here.name)
    first = _first_scenario(here.workspace)
    st.session_state["scenario"] = first
    _show(_scenario(here.workspace, first))


def choose_scenario(workspace: Workspace) -> None:
    """Offer the saved carts, where there are any."""
    titles = {name: scenario["title"] for name, scenario in _scenarios(workspace).items()}
    if not titles:
        return
    st.session_state.setdefault("scenario", next(iter(titles)))
    st.session_state["saved-cart"] = st.pills(
        "Try a saved cart",
        list(titles),
        format_func=lambda scenario_id: titles[scenario_id],
        key="scenario",
        on_change=_scenario_chosen,
        args=(workspace,),
    )


def show_hint(workspace: Workspace) -> None:
    """Show the sentence on what to look at in the chosen cart."""
    scenario = _scenarios(workspace).get(st.session_state.get("scenario") or "")
    if scenario is not None:
        st.caption(scenario["hint"])


def edit(workspace: Workspace, current: DraftState) -> SessionUpdate:
    """Show the widgets and return the draft that they hold."""
    version = current.version
    frame = st.data_editor(
        grid_frame(current.base),
        key=f"cart-{version}",
        num_rows="dynamic",
        hide_index=True,
        column_order=["name", "quantity", "price", "category", "sku"],
        column_config={
            "name": st.column_config.TextColumn("Item", width=170),
            "quantity": st.column_config.NumberColumn("Qty", step=1, width=50),
            "price": st.column_config.NumberColumn(
                "Price", format=price_format(workspace.application.settings.currency), width=70
            ),
            "category": st.column_config.TextColumn("Category", width=90),
            "sku": st.column_config.TextColumn("SKU", width=90),
        },
        alt="The cart: one row an item; edit cells, or add and remove rows",
    )
    current.items, incomplete = read_grid(frame, current.base)
    if incomplete:
        st.caption("Rows without an item, a quantity or a price are left out for now.")
    _add_product(workspace, current)
    profile_id = _choose_customer(workspace, current)
    codes = _choose_codes(workspace, current)
    costs = _choose_costs(workspace, current)
    attributes = _choose_attributes(workspace, current)
    draft = replace(
        current.kept,
        profile_id=profile_id,
        coupon_codes=codes,
        cart_items=list(current.items),
        additional_costs=costs,
        attributes=attributes,
    )
    st.session_state.entered = draft
    current.drawn = True
    return draft


def current_draft(workspace: Workspace) -> SessionUpdate:
    """Return the Workbench's draft as other pages see it: as last shown, or as it starts."""
    return _entered(state(workspace))


def take_to_workbench(workspace: Workspace, **fields: Any) -> None:
    """Change the Workbench's draft from another page; its own page shows it when it runs next."""
    st.session_state.entered = replace(current_draft(workspace), **fields)
    st.session_state["saved-cart"] = None


def foreseen(current: DraftState) -> SessionUpdate | None:
    """Return the draft that `edit` is about to return, if it is known and to be priced at once."""
    if current.drawn or not st.session_state.get("always", True):
        return None
    draft = untouched(current)
    return draft if draft.cart_items else None


def price_format(currency: str) -> str:
    """Return the format of prices in widgets, with the decimals of a currency."""
    decimals = -minor_unit(currency).adjusted()
    return f"%.{decimals}f"


def wants_run() -> bool:
    """Tell whether to fire a dry run now: on every change, or when asked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        always = st.toggle("Dry run on every change", value=True, key="always")
        asked = st.button("Dry run", icon=":material/play_arrow:", disabled=always, key="run")
    return bool(always or asked)


def edit_json(current: DraftState, draft: SessionUpdate) -> None:
    """Offer the draft as JSON, both ways; what cannot be read is refused and nothing is lost."""
    with st.expander(
        "As JSON", icon=":material/data_object:", key="json", on_change="rerun"
    ) as box:
        if not box.open:
            return
        shown = draft_json(draft)
        key = f"json-{current.version}-{hash(shown)}"
        st.text_area(
            "Customer session, as the Integration API takes it", value=shown, height=320, key=key
        )
        st.button(
            "Use this JSON",
            icon=":material/check:",
            key="use-json",
            on_click=_json_entered,
            args=(key,),
        )
        refused: Refused | None = st.session_state.pop("json-refused", None)
        if refused is not None:
            lines = [
                f"- {escaped(fault.pointer or 'JSON')}: {escaped(fault.details)}"
                for fault in refused.faults[:_MAX_FAULTS]
            ]
            st.error("\n".join(lines), title="This JSON cannot be used", icon=":material/error:")
            st.caption("Your cart is unchanged.")


def _json_entered(key: str) -> None:
    try:
        draft = _read_json(st.session_state[key])
    except Refused as refused:
        st.session_state["json-refused"] = refused
    else:
        st.session_state["scenario"] = None
        _show(draft)


def _read_json(text: str) -> SessionUpdate:
    """Read a customer session, bare or in the envelope of a request. Raises Refused."""
    raw = parse_json(text.encode())
    if isinstance(raw, dict) and isinstance(raw.get("customerSession"), dict):
        return convert(raw["customerSession"], SessionUpdate, "/customerSession")
    return convert(raw, SessionUpdate)


def _show(draft: SessionUpdate) -> None:
    """Replace what is edited; every widget starts anew."""
    version = st.session_state.draft.version + 1 if "draft" in st.session_state else 0
    st.session_state.draft = restart(draft, version)


def _scenario_chosen(workspace: Workspace) -> None:
    chosen = st.session_state.get("scenario")
    if chosen:
        _show(_scenario(workspace, chosen))


def _scenario(workspace: Workspace, scenario_id: str | None) -> SessionUpdate:
    if scenario_id is None:
        return SessionUpdate()
    return scenario_draft(_scenarios(workspace)[scenario_id], _catalog(workspace))


def _catalog(workspace: Workspace) -> dict[str, CartItemUpdate]:
    return {
        sku: CartItemUpdate(
            sku=sku, quantity=1, price=item.price, name=item.name, category=item.category
        )
        for sku, item in workspace.catalog.items()
    }


def _add_product(workspace: Workspace, current: DraftState) -> None:
    catalog = _catalog(workspace)
    if not catalog:
        return
    currency = workspace.application.settings.currency
    with st.container(horizontal=True, vertical_alignment="bottom", key="add"):
        st.selectbox(
            "Product",
            list(catalog),
            format_func=lambda sku: _product_label(catalog[sku], currency),
            key="product",
        )
        st.number_input(
            "Quantity", min_value=1, max_value=1000, value=1, key="product-quantity", width=110
        )
        st.button(
            "Add",
            icon=":material/add_shopping_cart:",
            key="add-product",
            on_click=_product_added,
            args=(catalog, current),
        )


def _product_added(catalog: dict[str, CartItemUpdate], current: DraftState) -> None:
    item = catalog[st.session_state["product"]]
    items = with_item(current.items, item, int(st.session_state["product-quantity"]))
    _show(replace(_entered(current), cart_items=items))


def _entered(current: DraftState) -> SessionUpdate:
    """Return what the other widgets hold, so that a new cart keeps it."""
    entered: SessionUpdate = st.session_state.get("entered", current.started)
    return entered


def _product_label(item: CartItemUpdate, currency: str) -> str:
    price = money(item.price, currency) if item.price is not None else "no price"
    return f"{item.name or item.sku} · {price}"


def _choose_customer(workspace: Workspace, current: DraftState) -> str:
    personas = [one["integrationId"] for one in workspace.raw.get("customerProfiles") or []]
    started = current.started.profile_id or _GUEST
    options = list(dict.fromkeys([_GUEST, *personas[:_MAX_PERSONAS], started]))
    profiles = {
        profile_id: workspace.records.profile(workspace.reading, profile_id)
        for profile_id in options
    }
    chosen = st.segmented_control(
        "Customer",
        options,
        format_func=lambda profile_id: _customer_label(profiles.get(profile_id), profile_id),
        default=started,
        required=True,
        key=f"customer-{current.version}",
    )
    about = _about(profiles.get(chosen or ""))
    if about:
        st.caption(escaped(about))
    return chosen or _GUEST


def _customer_label(profile: CustomerProfile | None, profile_id: str) -> str:
    name = profile.attributes.get("name") if profile else None
    return escaped(str(name or profile_id or "Guest"))


def _about(profile: CustomerProfile | None) -> str:
    if profile is None:
        return ""
    parts = [
        f"{name}: {_shown(value)}" for name, value in profile.attributes.items() if name != "name"
    ]
    return " · ".join([*parts, f"orders so far: {profile.closed_sessions}"])


def _shown(value: Any) -> str:
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _choose_codes(workspace: Workspace, current: DraftState) -> list[str]:
    newest = workspace.records.coupons.newest_codes(workspace.reading, _MAX_OFFERED)
    known = reversed(newest)
    started = current.started.coupon_codes or []
    return st.multiselect(
        "Codes",
        list(dict.fromkeys([*known, *started])),
        default=list(dict.fromkeys(started)),
        accept_new_options=True,
        placeholder="Pick a code or type any",
        key=f"codes-{current.version}",
    )


def _choose_costs(workspace: Workspace, current: DraftState) -> dict[str, Cost]:
    definitions = [
        cost for cost in workspace.application.definition.additional_costs if cost.type != "item"
    ]
    started = current.started.additional_costs or {}
    costs = {
        name: cost for name, cost in started.items() if name not in {d.name for d in definitions}
    }
    if not definitions:
        return costs
    with st.container(horizontal=True):
        for definition in definitions:
            before = started.get(definition.name)
            value = st.number_input(
                escaped(definition.title or definition.name),
                value=None if before is None else float(before.price),
                min_value=0.0,
                step=1.0,
                format=price_format(workspace.application.settings.currency),
                placeholder="none",
                key=f"cost-{definition.name}-{current.version}",
                width=150,
            )
            if value is not None:
                costs[definition.name] = Cost(price=Decimal(str(value)))
    return costs


def _choose_attributes(workspace: Workspace, current: DraftState) -> Attributes:
    """Show the session's attributes that have a widget; others stay as JSON set them."""
    started = dict(current.started.attributes or {})
    definition = workspace.application.definition
    attributes = editable(definition.attributes, "CustomerSession")
    if not attributes:
        return started
    shown = {attribute.name for attribute in attributes}
    others = {name: value for name, value in started.items() if name not in shown}
    with st.expander("Session attributes", icon=":material/label:"):
        entered = attribute_inputs(
            attributes,
            started,
            f"attribute-{current.version}",
            definition.application.timezone,
        )
    return others | entered
