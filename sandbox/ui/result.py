"""The answer to a cart as a page shows it first: price, verdicts, lines, or a refusal."""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sandbox.errors import Fault
from sandbox.insight.changes import Changes
from sandbox.insight.conditions import Reasons
from sandbox.insight.frames import points_frame, totals_frame
from sandbox.insight.money import MINUS, exact, money
from sandbox.insight.points import points_rows
from sandbox.insight.totals import Totals
from sandbox.insight.verdicts import Verdict, rejected_by_condition, verdicts
from sandbox.targets.errors import RefusedCallError, TargetError
from sandbox.targets.target import Answer
from sandbox.ui.explained import reasons_of_codes
from sandbox.ui.failures import show_failure, show_raw
from sandbox.ui.last_run import changes_words, compare
from sandbox.ui.pricing import Pricing, totals_of
from sandbox.ui.tables import show_table
from sandbox.ui.text import MOST_ROWS, bullets, code, escaped
from sandbox.ui.visit import Visit

# A browser shows a price within this time, while what comes next keeps it busy for longer.
FIRST_GLANCE = 0.3


def let_it_show() -> None:
    """Give a browser that has just opened the page the time to show what it was sent."""
    time.sleep(FIRST_GLANCE)


@dataclass(frozen=True, slots=True)
class View:
    """An answer as people read it; `changes` are those since the run before, if there was one."""

    pricing: Pricing
    answer: Answer
    totals: Totals
    verdicts: list[Verdict]
    changes: Changes | None


def read(here: Visit, pricing: Pricing, start: str | None) -> View | TargetError:
    """Return what an answer says, or what kept it from being one.

    `start` is the saved cart that the draft came from: another one is compared with nothing, and so
    is the answer of another target.
    """
    answer = pricing.answer
    if isinstance(answer, TargetError):
        return answer
    effects = answer.content["effects"]
    why: Reasons = {}
    if rejected_by_condition(effects):
        foresight = pricing.foresight
        why = reasons_of_codes(here, pricing) if foresight is None else foresight.reasons
    found = verdicts(pricing.draft.coupon_codes or [], effects, pricing.facts, why)
    totals = totals_of(pricing, answer)
    where = f"{pricing.target}, {start}"
    return View(pricing, answer, totals, found, compare(pricing, answer, totals, found, where))


def show_headline(view: View | TargetError) -> DeltaGenerator:
    """Show the price, a verdict on each code, and notifications; or why there is no answer.

    Returns the place beside the price, for what can be done with the cart.
    """
    if isinstance(view, TargetError):
        show_refusal(view)
        return st.container()
    currency = view.pricing.facts.currency
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="top", key="glance"
    ):
        _show_price(view, currency)
        beside = st.container(width="content")
    for warning in view.totals.warnings:
        st.warning(escaped(warning), icon=":material/warning:")
    show_verdicts(view)
    show_notifications(view)
    return beside


def show_lines(view: View) -> None:
    """Show what each row costs; rows sum to the total."""
    st.subheader("What the customer pays")
    show_rows(view.totals, view.pricing.facts.currency)
    ledgers = points_rows(view.answer.content)
    # An order has changed them already, and says so itself.
    if ledgers and view.pricing.foresight is None:
        show_table(
            points_frame(ledgers), "Points and tier of each loyalty program, before and after"
        )


def _show_price(view: View, currency: str) -> None:
    """Show what the cart costs before and after, what is saved, and what that changed."""
    totals = view.totals
    with st.container(
        horizontal=True, vertical_alignment="top", gap="large", width="content", key="price"
    ):
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
        if view.changes is not None and view.changes.is_any:
            words = changes_words(view.changes, currency)
            st.caption(f"Since the last run: {escaped(words)}", width=220)


def show_verdicts(view: View) -> None:
    """Show one row a code: it worked, or why not; and whether that is new."""
    for verdict in view.verdicts:
        icon = ":green[:material/check_circle:]" if verdict.accepted else ":red[:material/cancel:]"
        mark = view.changes.verdicts.get(verdict.code) if view.changes is not None else None
        badge = f" :blue-badge[{mark}]" if mark else ""
        st.markdown(
            f"{icon} {code(verdict.code)} {escaped(verdict.words)}{badge}",
            help=f"The API's reason: {verdict.reason}" if verdict.reason else None,
        )


def show_notifications(view: View) -> None:
    """Show notifications as the shopper would see them."""
    for effect in view.answer.content["effects"]:
        if effect["effectType"] == "showNotification":
            props = effect["props"]
            show = st.error if props["notificationType"] == "Error" else st.info
            show(
                escaped(props["body"] or props["title"]),
                title=escaped(props["title"]) if props["body"] else None,
                icon=":material/notifications:",
            )


def show_rows(totals: Totals, currency: str) -> None:
    """Show each row of the cart with its discounts, and the sum."""
    frame = totals_frame(totals, currency, MOST_ROWS)

    def amount(value: Decimal) -> str:
        return escaped(money(value, currency))

    show_table(
        frame,
        "Each row of the cart with its list price, its discounts and what it costs",
        List=amount,
        Pays=amount,
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


def show_status(view: View, clock: str) -> None:
    """Show where the answer came from and how long it took."""
    answer = view.answer
    call = code(f"{answer.method} {answer.path}")
    took = f"{answer.status} · {answer.milliseconds:.0f} ms"
    st.caption(f"{escaped(view.pricing.target)} · {call} · {took} · {clock}")


def show_refusal(error: TargetError) -> None:
    """Show why there is no answer: what is wrong and where, or what to try."""
    if isinstance(error, RefusedCallError) and error.faults:
        lines = [f"{escaped(_place(fault))}: {escaped(fault.details)}" for fault in error.faults]
        st.error(
            bullets(lines),
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
