"""Everything about an answer that is not seen at first: effects, campaigns, the call, the history.

Only the open tab is made: the others would have the browser load two megabytes of code before it
shows the price. Opening one runs this fragment again, and asks the API nothing that it need not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from sandbox.insight.call import as_curl, as_javascript, as_python
from sandbox.insight.campaigns import campaign_rows
from sandbox.insight.changes import Changes
from sandbox.insight.effects import EffectRow, effect_rows
from sandbox.insight.exports import effects_csv, effects_json, lines_csv, lines_json
from sandbox.insight.frames import campaigns_frame, effects_frame
from sandbox.insight.money import MINUS, exact_money, money
from sandbox.targets.target import Answer, session_path
from sandbox.ui import sessions
from sandbox.ui.explained import reasons
from sandbox.ui.orders import Order
from sandbox.ui.result import View
from sandbox.ui.session_history import show_history
from sandbox.ui.tables import show_table
from sandbox.ui.text import MOST_ROWS, code, escaped
from sandbox.ui.visit import Visit

# So many effects are seen at a glance.
_FEW = 3


@st.fragment
def show_details(here: Visit, view: View, order: Order | None) -> None:
    """Show the tabs below the lines; the call is the order's where there is one."""
    effects_tab, campaigns_tab, raw_tab, code_tab, history_tab, export_tab = st.tabs(
        ["Effects", "Campaigns", "Request and answer", "Use it in code", "History", "Export"],
        key="details",
        on_change="rerun",
    )
    if effects_tab.open:
        with effects_tab:
            _show_effects(view)
    if campaigns_tab.open:
        with campaigns_tab:
            _show_campaigns(here, view)
    if raw_tab.open:
        with raw_tab:
            _show_raw(view.answer if order is None else order.done.answer)
    if code_tab.open:
        with code_tab:
            _show_code(here, view)
    if history_tab.open:
        with history_tab:
            show_history(here)
    if export_tab.open:
        with export_tab:
            _offer_files(view)


def _show_effects(view: View) -> None:
    """Show the effects that are looked for; the first of them, where there are many."""
    effects, gone = view.answer.content["effects"], _gone(view)
    number = len(effects) + len(gone)
    if not number:
        st.info("This cart triggers no effects.", icon=":material/info:")
        return
    wanted = ""
    if number > _FEW:
        text = st.text_input(
            "Find effects",
            key="effects-text",
            type="search",
            placeholder="Type, campaign, rule, item",
        )
        wanted = (text or "").strip().casefold()
    # All are put into words only to be searched.
    frame = _effects(view, None if wanted else MOST_ROWS)
    if wanted:
        frame = frame[
            [
                any(wanted in str(cell).casefold() for cell in row)
                for row in frame.itertuples(index=False)
            ]
        ]
        number = len(frame)
    if frame.empty:
        st.info("No effect matches.", icon=":material/search_off:")
        return
    show_table(frame[:MOST_ROWS], "The effects of the answer")
    if number > MOST_ROWS:
        st.caption(
            f"The first {MOST_ROWS} of {number:,} effects. Find others by what they say; "
            "“Export” has all."
        )


def _effects(view: View, most: int | None) -> pd.DataFrame:
    """Return the effects in words, at most so many, with what the last run changed of each."""
    currency, changes = view.pricing.facts.currency, view.changes
    rows = _rows(view, view.answer.content["effects"][:most])
    if changes is None or not changes.is_any:
        return effects_frame(rows, currency)
    marks = _marks(changes, rows, currency)
    gone = _rows(view, changes.gone[: None if most is None else most - len(rows)])
    return effects_frame([*rows, *gone], currency, [*marks, *["gone"] * len(gone)])


def _rows(view: View, effects: Sequence[Mapping[str, Any]]) -> list[EffectRow]:
    items = view.answer.request["customerSession"]["cartItems"]
    return effect_rows(effects, items, view.pricing.facts)


def _gone(view: View) -> Sequence[Mapping[str, Any]]:
    return () if view.changes is None else view.changes.gone


def _marks(found: Changes, rows: list[EffectRow], currency: str) -> list[str]:
    """Say of each of the first effects what is different."""
    marks = []
    for mark, row in zip(found.marks[: len(rows)], rows, strict=True):
        if isinstance(mark, Decimal):
            marks.append(f"was {exact_money(mark, currency) if row.is_money else mark}")
        else:
            marks.append(mark)
    return marks


def _show_campaigns(here: Visit, view: View) -> None:
    facts = view.pricing.facts

    def minus(value: Decimal) -> str:
        return f"{MINUS}{escaped(money(value, facts.currency))}"

    foresight = view.pricing.foresight
    if foresight is None:
        rows = campaign_rows(view.answer.content, facts, reasons(here, view.pricing))
    else:
        content = {**view.answer.content, "campaignEligibility": foresight.eligibility}
        rows = campaign_rows(content, facts, foresight.reasons)
    show_table(
        campaigns_frame(rows),
        "Which campaigns applied, and where the others stopped",
        Discount=minus,
    )


def _show_raw(answer: Answer) -> None:
    request, response = st.columns(2)
    with request:
        st.markdown(f"**Request** {code(f'{answer.method} {answer.path}')}")
        st.json(answer.request, expanded=3)
    with response:
        st.markdown(f"**Answer** {code(str(answer.status))}")
        st.json(answer.raw, expanded=2)


def _show_code(here: Visit, view: View) -> None:
    answer, host, key = view.answer, here.target.host, here.integration_key
    is_dry = view.pricing.foresight is None
    # A session that is an order cannot become one again.
    session_id = view.pricing.session_id if is_dry else sessions.session_id(here)
    path = session_path(session_id, dry=is_dry)
    st.markdown(f"The same {'dry run' if is_dry else 'order in a new session'} with cURL:")
    st.code(as_curl(host, answer.method, path, key, answer.request), language="bash")
    st.markdown("and with the official Python SDK (`pip install talon-one-sdk`):")
    script = as_python(host, session_id, key, answer.request, dry=is_dry)
    st.code(script, language="python")
    st.markdown("and with the official JavaScript SDK (`npm install talon_one`):")
    script = as_javascript(host, session_id, key, answer.request, dry=is_dry)
    st.code(script, language="javascript")


def _offer_files(view: View) -> None:
    """Offer effects, lines and the answer as files, made when they are asked for."""
    facts, content, name = view.pricing.facts, view.answer.content, view.pricing.session_id

    def effects_as_csv() -> str:
        rows = _rows(view, content["effects"])
        return effects_csv(content["effects"], effects_frame(rows, facts.currency))

    files = {
        "Effects": (
            ("CSV", "csv", "text/csv", effects_as_csv),
            ("JSON", "json", "application/json", lambda: effects_json(content["effects"])),
        ),
        "Lines": (
            ("CSV", "csv", "text/csv", lambda: lines_csv(view.totals)),
            ("JSON", "json", "application/json", lambda: lines_json(view.totals)),
        ),
        "Answer": (("JSON", "json", "application/json", lambda: view.answer.raw),),
    }
    for what, forms in files.items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(what, width=80)
            for form, ending, kind, make in forms:
                st.download_button(
                    f"{what} as {form}",
                    make,
                    file_name=f"{name}-{what.lower()}.{ending}",
                    mime=kind,
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"export-{what}-{ending}",
                )
