"""The answer of a dry run as a page shows it: price, verdicts, tables, the call."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from sandbox.errors import Fault
from sandbox.insight.call import as_curl, as_javascript, as_python
from sandbox.insight.campaigns import campaign_rows
from sandbox.insight.effects import effect_rows
from sandbox.insight.facts import WorkspaceFacts
from sandbox.insight.frames import campaigns_frame, effects_frame, totals_frame
from sandbox.insight.money import MINUS, exact, money
from sandbox.insight.totals import Totals
from sandbox.insight.verdicts import Verdict, verdicts
from sandbox.targets.errors import RefusedCallError, TargetError
from sandbox.targets.target import Answer
from sandbox.ui.failures import show_failure, show_raw
from sandbox.ui.pricing import Pricing, totals_of
from sandbox.ui.text import code, escaped, shown_table

# A browser shows a price within this time, while what comes next keeps it busy for longer.
FIRST_GLANCE = 0.3


def let_it_show() -> None:
    """Give a browser that has just opened the page the time to show what it was sent."""
    time.sleep(FIRST_GLANCE)


def show_headline(pricing: Pricing) -> None:
    """Show the price, a verdict on each code, and notifications; or why there is no answer."""
    if isinstance(pricing.answer, TargetError):
        _show_refusal(pricing.answer)
        return
    effects = pricing.answer.content["effects"]
    _show_price(totals_of(pricing, pricing.answer), pricing.facts.currency)
    _show_verdicts(verdicts(pricing.draft.coupon_codes or [], effects, pricing.facts))
    _show_notifications(effects)


def show_result(pricing: Pricing, host: str, key: str) -> None:
    """Show what each row costs, and everything about the call; nothing without an answer."""
    if isinstance(pricing.answer, TargetError):
        return
    st.subheader("What the customer pays")
    _show_lines(totals_of(pricing, pricing.answer), pricing.facts.currency)
    _show_details(pricing.answer, pricing.facts, host, pricing.session_id, key)


def _show_price(totals: Totals, currency: str) -> None:
    """Show what the cart costs before and after, and what is saved."""
    with st.container(horizontal=True, vertical_alignment="top", gap="large", key="price"):
        st.metric(
            "To pay",
            money(totals.pays, currency),
            delta=f"You save {totals.percent} %" if totals.discount else None,
            delta_arrow="off",
            width="content",
        )
        if totals.discount:
            st.metric("Before", money(totals.price, currency), width="content")
            st.metric(
                "Discounts",
                f"{MINUS}{money(totals.discount, currency)}",
                help=f"Exactly {exact(totals.exact_discount)}",
                width="content",
            )
    for warning in totals.warnings:
        st.warning(escaped(warning), icon=":material/warning:")


def _show_verdicts(found: Sequence[Verdict]) -> None:
    """Show one row a code: it worked, or why not."""
    for verdict in found:
        icon = ":green[:material/check_circle:]" if verdict.accepted else ":red[:material/cancel:]"
        st.markdown(
            f"{icon} {code(verdict.code)} {escaped(verdict.words)}",
            help=f"The API's reason: {verdict.reason}" if verdict.reason else None,
        )


def _show_notifications(effects: Sequence[dict[str, Any]]) -> None:
    """Show notifications as the shopper would see them."""
    for effect in effects:
        if effect["effectType"] == "showNotification":
            props = effect["props"]
            show = st.error if props["notificationType"] == "Error" else st.info
            show(
                escaped(props["body"] or props["title"]),
                title=escaped(props["title"]) if props["body"] else None,
                icon=":material/notifications:",
            )


def _show_lines(totals: Totals, currency: str) -> None:
    """Show what each row costs; rows sum to the total."""
    frame = totals_frame(totals, currency)

    def amount(value: Decimal) -> str:
        return escaped(money(value, currency))

    st.table(
        shown_table(frame, List=amount, Pays=amount),
        border="horizontal",
        hide_index=True,
        alt="Each row of the cart with its list price, its discounts and what it costs",
    )
    if totals.spreads:
        st.caption(
            "How a discount on the whole session is spread over rows is a reading aid; "
            "the total is what counts."
        )
    if totals.exact_discount != totals.discount:
        st.caption(
            f"Rounded for reading; the discounts are exactly {exact(totals.exact_discount)}."
        )


@st.fragment
def _show_details(
    answer: Answer, facts: WorkspaceFacts, host: str, session_id: str, key: str
) -> None:
    """Show effects, campaigns, request and answer, and the call for other tools.

    Only the open tab is made: the others would have the browser load two megabytes of code before
    it shows the price. Opening one runs this function again, and asks the API nothing.
    """
    effects_tab, campaigns_tab, raw_tab, code_tab = st.tabs(
        ["Effects", "Campaigns", "Request and answer", "Use it in code"],
        key="details",
        on_change="rerun",
    )
    if effects_tab.open:
        with effects_tab:
            _show_effects(answer, facts)
    if campaigns_tab.open:
        with campaigns_tab:
            _show_campaigns(answer, facts)
    if raw_tab.open:
        with raw_tab:
            _show_raw(answer)
    if code_tab.open:
        with code_tab:
            st.markdown("The same dry run with cURL:")
            st.code(as_curl(host, answer.method, answer.path, key, answer.request), language="bash")
            st.markdown("and with the official Python SDK (`pip install talon-one-sdk`):")
            script = as_python(host, session_id, key, answer.request, dry=True)
            st.code(script, language="python")
            st.markdown("and with the official JavaScript SDK (`npm install talon_one`):")
            script = as_javascript(host, session_id, key, answer.request, dry=True)
            st.code(script, language="javascript")


def _show_effects(answer: Answer, facts: WorkspaceFacts) -> None:
    items = answer.request["customerSession"]["cartItems"]
    rows = effect_rows(answer.content["effects"], items, facts)
    if not rows:
        st.info("This cart triggers no effects.", icon=":material/info:")
        return
    st.table(
        shown_table(effects_frame(rows), Value=exact),
        border="horizontal",
        hide_index=True,
        alt="The effects of the answer",
    )


def _show_campaigns(answer: Answer, facts: WorkspaceFacts) -> None:
    def minus(value: Decimal) -> str:
        return f"{MINUS}{escaped(money(value, facts.currency))}"

    st.table(
        shown_table(campaigns_frame(campaign_rows(answer.content, facts)), Discount=minus),
        border="horizontal",
        hide_index=True,
        alt="Which campaigns applied, and where the others stopped",
    )


def _show_raw(answer: Answer) -> None:
    request, response = st.columns(2)
    with request:
        st.markdown(f"**Request** {code(f'{answer.method} {answer.path}')}")
        st.json(answer.request, expanded=3)
    with response:
        st.markdown(f"**Answer** {code(str(answer.status))}")
        st.json(answer.raw, expanded=2)


def show_status(pricing: Pricing, clock: str) -> None:
    """Show where the answer came from and how long it took; nothing without an answer."""
    answer = pricing.answer
    if isinstance(answer, TargetError):
        return
    call = code(f"{answer.method} {answer.path}")
    took = f"{answer.status} · {answer.milliseconds:.0f} ms"
    st.caption(f"{escaped(pricing.target)} · {call} · {took} · {clock}")


def _show_refusal(error: TargetError) -> None:
    """Show why there is no answer: what is wrong and where, or what to try."""
    if isinstance(error, RefusedCallError) and error.faults:
        lines = [
            f"- {escaped(_place(fault))}: {escaped(fault.details)}" for fault in error.faults[:10]
        ]
        if len(error.faults) > 10:
            lines.append(f"- and {len(error.faults) - 10} more")
        st.error(
            "\n".join(lines),
            title="This cart was refused",
            icon=":material/production_quantity_limits:",
        )
        show_raw(error)
    else:
        show_failure(error)
    st.caption("Your cart is unchanged; correct it or try again.")


def _place(fault: Fault) -> str:
    """Say in words where a fault is: “Line 2, price” for /customerSession/cartItems/1/price."""
    names = [name for name in fault.pointer.split("/") if name and name != "customerSession"]
    if not names:
        return fault.parameter or "The request"
    if names[0] == "cartItems" and len(names) > 1 and names[1].isdigit():
        names[:2] = [f"line {int(names[1]) + 1}"]
    words = ", ".join(_WORDS.get(name, name) for name in names)
    return words[0].upper() + words[1:]


_WORDS = {
    "cartItems": "cart",
    "couponCodes": "codes",
    "additionalCosts": "additional costs",
    "sku": "SKU",
}
