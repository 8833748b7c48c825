"""A history that a customer is pretended to have: orders, spending, points, tier.

It is stored in the visitor's own workspace, and “Start over” undoes it. Points come and go through
the API; for orders the API has no call but to place them, so those are set in process.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from sandbox.engine.loyalty.programs import LoyaltyProgram
from sandbox.insight.customers import Standing, standings
from sandbox.insight.money import exact, money
from sandbox.numbers import ZERO
from sandbox.targets.customers import Customers
from sandbox.targets.errors import TargetError
from sandbox.ui.acts import act
from sandbox.ui.amounts import amount_input
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit
from sandbox.workspace.operations.history import set_history

_PRETENDED = "pretended"
_REASON = "Pretended"
_MAX_ORDERS = 100_000
_BY_POINTS = "by points"


def pretend(here: Visit, profile_id: str) -> None:
    """Offer to change what a customer has behind them; asks for it only once it is opened."""
    with st.popover(
        "Pretend", icon=":material/history:", key="pretend", on_change="rerun"
    ) as popover:
        if not popover.open:
            return
        st.caption(
            "What if this customer had come more often, or had more points? "
            "Only your own workspace changes, and “Start over” undoes it."
        )
        workspace = here.workspace
        profile = workspace.records.profile(workspace.reading, profile_id)
        currency = workspace.application.settings.currency
        programs = [
            program.settings
            for program in workspace.application.programs.values()
            if not program.settings.card_based
        ]
        try:
            has = _standings(here, profile_id) if programs else []
        except TargetError as error:
            st.error(escaped(str(error)), icon=":material/error:")
            return
        with st.form(f"pretend-{profile_id}", border=False):
            orders = st.number_input(
                "Orders so far",
                min_value=0,
                max_value=_MAX_ORDERS,
                value=profile.closed_sessions if profile else 0,
                help="The next order is one more.",
                key=f"pretend-orders-{profile_id}",
            )
            spent = amount_input(
                f"Spent so far, in {currency}",
                profile.total_sales if profile else ZERO,
                min_value=0.0,
                step=10.0,
                key=f"pretend-spent-{profile_id}",
            )
            wanted = {program.id: _wanted_points(program, has, profile_id) for program in programs}
            is_set = st.form_submit_button("Pretend this", icon=":material/check:")
        if is_set:
            _pretend(here, profile_id, int(orders), spent, wanted)
            st.rerun()


def pretended(here: Visit, profile_id: str) -> str:
    """Say what a customer is pretended to have; "" for nothing, and on a live target."""
    if here.live is not None:
        return ""
    noted: dict[tuple[str, str], dict[str, str]] = st.session_state.get(_PRETENDED, {})
    return ", ".join(noted.get((here.name, profile_id), {}).values())


def stop_pretending() -> None:
    """Forget what was pretended: the workspace has been reset."""
    st.session_state.pop(_PRETENDED, None)


def _standings(here: Visit, profile_id: str) -> Sequence[Standing]:
    inventory = _customers(here).inventory(profile_id)
    return [] if inventory is None else standings(inventory)


def _customers(here: Visit) -> Customers:
    return Customers(here.connection, here.workspace.application.settings.id)


def _wanted_points(
    program: LoyaltyProgram, has: Sequence[Standing], profile_id: str
) -> tuple[Decimal, Decimal, str]:
    """Return the points that a customer has, those wanted, and what to call these."""
    title = program.title or program.name
    standing = next((one for one in has if one.program_id == program.id), None)
    points = standing.points if standing else ZERO
    key = f"{program.id}-{profile_id}"
    wanted = amount_input(
        f"Points in {escaped(title)}",
        points,
        min_value=0.0,
        step=10.0,
        format="%g",
        key=f"pretend-points-{key}",
    )
    tiers = {tier.name: tier.min_points for tier in program.tiers}
    tier = _BY_POINTS
    if tiers:
        tier = st.selectbox(
            f"Tier in {escaped(title)}",
            [_BY_POINTS, *tiers],
            help="Tiers follow points: choosing one gives the points that it takes.",
            key=f"pretend-tier-{key}",
        )
    if tier in tiers:
        return points, tiers[tier], f"{tier} with {exact(tiers[tier])} points"
    return points, wanted, f"{exact(wanted)} points"


def _pretend(
    here: Visit,
    profile_id: str,
    orders: int,
    spent: Decimal,
    wanted: dict[int, tuple[Decimal, Decimal, str]],
) -> None:
    workspace = here.workspace
    before = workspace.records.profile(workspace.reading, profile_id)
    noted: dict[str, str] = {}

    def change() -> None:
        set_history(workspace, profile_id, orders, spent)
        if orders != (before.closed_sessions if before else 0):
            noted["orders"] = f"{orders} orders"
        if spent != (before.total_sales if before else 0):
            noted["spent"] = f"{money(spent, workspace.application.settings.currency)} spent"
        customers = _customers(here)
        for program_id, (has, wants, words) in wanted.items():
            if wants > has:
                customers.add_points(program_id, profile_id, wants - has, _REASON)
            elif wants < has:
                customers.deduct_points(program_id, profile_id, has - wants, _REASON)
            if wants != has:
                noted[f"points {program_id}"] = words

    act("Pretended; “Start over” undoes it.", change)
    everybody = st.session_state.setdefault(_PRETENDED, {})
    everybody.setdefault((here.name, profile_id), {}).update(noted)
