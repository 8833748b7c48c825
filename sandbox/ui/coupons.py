"""The coupon tools of the Campaigns page: search, create by pattern, import, export."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from sandbox.engine.code_patterns import CodePattern, code_pattern
from sandbox.insight.campaign_list import coupons_frame
from sandbox.insight.money import exact, minor_unit, price_format
from sandbox.targets.coupons import Coupons, NewCoupons, Validity
from sandbox.ui.acts import act
from sandbox.ui.amounts import amount_input, shown_amount
from sandbox.ui.editor import take_to_workbench
from sandbox.ui.tables import show_table
from sandbox.ui.text import code, escaped
from sandbox.ui.visit import Visit

Json: TypeAlias = Mapping[str, Any]

TABS = "campaign-details"
CODES = "Codes"
_WANTED_TAB = "campaign-tab"
_PAGE = 20
_EXAMPLES = 5
_MOST_CODES = 20_000
_VALIDITY: dict[str, Validity | None] = {
    "all": None,
    "valid now": "validNow",
    "valid later": "validFuture",
    "expired": "expired",
}


def open_wanted_tab() -> None:
    """Open the tab that shows what the last act did; before the tabs are made."""
    wanted: str | None = st.session_state.pop(_WANTED_TAB, None)
    if wanted is not None:
        st.session_state[TABS] = wanted


class CouponTools:
    """What can be done with the coupons of one campaign."""

    def __init__(self, here: Visit, coupons: Coupons, campaign: Json) -> None:
        self._here = here
        self._coupons = coupons
        self._campaign = campaign
        self._currency = here.application.currency
        self._timezone = here.application.timezone
        self._is_locked = not here.may_write

    def _key(self, name: str) -> str:
        """A key for widgets, new after each act, so that they start anew.

        For buttons too: a click that arrives when another code has taken the place is no act on it.
        """
        return f"{name}-{self._campaign['id']}-{st.session_state.get('coupons-version', 0)}"

    def _act(self, done: str, change: Any) -> None:
        if act(done, change):
            st.session_state["coupons-version"] = st.session_state.get("coupons-version", 0) + 1
            st.session_state[_WANTED_TAB] = CODES
        st.rerun()

    def search(self) -> None:
        """Search codes, and change or delete one of those found."""
        with st.container(horizontal=True, vertical_alignment="bottom", key="coupon-search"):
            text = st.text_input(
                "Code contains",
                type="search",
                key=f"coupon-text-{self._campaign['id']}",
                persist_state="session",
            )
            chosen = st.segmented_control(
                "Which",
                list(_VALIDITY),
                default="all",
                key="coupon-validity",
                required=True,
                persist_state="session",
            )
        # Each search starts at its first page.
        page_key = self._key(f"coupon-page-{chosen}-{text}")
        page = int(st.session_state.get(page_key, 0))
        found = self._coupons.search(
            text.strip(), _VALIDITY[chosen or "all"], most=_PAGE, skip=page * _PAGE
        )
        if page and not found.coupons:  # what was on this page has been deleted meanwhile
            st.session_state[page_key] = 0
            st.rerun()
        if not found.coupons:
            self._show_none(is_searched=bool(text.strip()) or chosen != "all")
            return
        now = self._here.now
        show_table(
            coupons_frame(found.coupons, now, self._timezone, self._currency),
            "Codes of this campaign with their use",
        )
        if page or found.has_more:
            _turn_pages(page_key, page, found.has_more)
        self._edit_one({coupon["value"]: coupon for coupon in found.coupons})

    def _show_none(self, *, is_searched: bool) -> None:
        if is_searched:
            st.info("No code matches.", icon=":material/search_off:")
        else:
            st.info(
                "Make some by a pattern under “Create codes”, or bring your own under “Import”.",
                title="This campaign has no codes yet",
                icon=":material/confirmation_number:",
            )

    def _edit_one(self, by_code: Mapping[str, Json]) -> None:
        with st.expander("Try, change or delete a code", icon=":material/edit:"):
            chosen = st.selectbox("Code", list(by_code), key=self._key("coupon-chosen"))
            coupon = by_code[chosen]

            def key(name: str) -> str:
                return self._key(f"{name}-{chosen}")

            with st.container(horizontal=True, vertical_alignment="bottom"):
                limit = st.number_input(
                    "Uses allowed (0: no limit)",
                    min_value=0,
                    max_value=999_999,
                    value=int(coupon.get("usageLimit") or 0),
                    key=key("limit"),
                )
                if st.button(
                    "Save", icon=":material/save:", key=key("save"), disabled=self._is_locked
                ):
                    self._act(
                        f"Saved {chosen}.",
                        lambda: self._coupons.update(coupon, {"usage_limit": int(limit)}),
                    )
                if st.button("Try it", icon=":material/shopping_cart:", key=key("try")):
                    take_to_workbench(self._here, coupon_codes=[chosen])
                    st.switch_page("workbench.py")
                if st.button(
                    "Delete", icon=":material/delete:", key=key("delete"), disabled=self._is_locked
                ):
                    self._act(f"Deleted {chosen}.", lambda: self._coupons.delete(coupon))

    def create(self) -> None:
        """Create codes of a pattern, with examples of what they will look like."""
        with st.container(horizontal=True, vertical_alignment="bottom"):
            typed = st.text_input(
                "Pattern",
                value="SALE-####",
                max_chars=100,
                help="Each # becomes a letter or digit; all else stays. Empty: eight of them.",
                key=self._key("coupon-pattern"),
                persist_state="session",
            )
            count = st.number_input(
                "How many",
                min_value=1,
                max_value=_MOST_CODES,
                value=10,
                key=self._key("coupon-count"),
                persist_state="session",
                width=130,
            )
        pattern = code_pattern(None, typed.strip() or None)
        _show_examples(pattern, int(count))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            limit = st.number_input(
                "Uses per code (0: no limit)",
                min_value=0,
                max_value=999_999,
                value=1,
                key=self._key("coupon-uses"),
                persist_state="session",
                width=190,
            )
            worth = amount_input(
                f"Worth in all, {self._currency}",
                None,
                min_value=0.0,
                step=shown_amount(minor_unit(self._currency)),
                format=price_format(self._currency),
                placeholder="no limit",
                help="As a gift card: the code gives discounts until this is spent.",
                key=self._key("coupon-worth"),
                persist_state="session",
                width=190,
            )
            recipient = st.text_input(
                "Only for the customer",
                placeholder="anybody",
                key=self._key("coupon-recipient"),
                persist_state="session",
                width=190,
            )
            expiry = st.datetime_input(
                "Expires",
                value=None,
                format="YYYY-MM-DD",
                help=f"In the Application's zone, {self._timezone}.",
                key=self._key("coupon-expiry"),
                persist_state="session",
                width=190,
            )
        new = NewCoupons(
            pattern.text,
            int(count),
            int(limit),
            expiry=_in_zone(expiry, self._timezone),
            recipient=recipient.strip(),
            worth=worth,
        )
        if st.button(
            "Create codes",
            icon=":material/add:",
            type="primary",
            key=self._key("create-coupons"),
            disabled=self._is_locked,
        ):
            with st.spinner("Creating…"):
                self._act(f"Created {int(count)} codes.", lambda: self._coupons.create(new))

    def import_file(self) -> None:
        """Import a CSV file, after a look at what is in it."""
        st.caption(
            "Columns: value, and if you like expirydate, startdate, recipientintegrationid, "
            "limitval, discountlimit, attributes. A file with a mistake is refused whole."
        )
        file = st.file_uploader("CSV file", type="csv", key=self._key("coupon-file"))
        if file is None:
            return
        try:
            text = file.getvalue().decode("utf-8-sig")
        except UnicodeDecodeError:
            st.warning(
                "This file is not UTF-8, so some characters would be lost. Save it as “CSV UTF-8” "
                "and try again.",
                icon=":material/warning:",
            )
            return
        lines = _first_lines(text)
        if lines is None:
            st.warning("This file has no codes.", icon=":material/warning:")
            return
        show_table(lines, "The first lines of the file")
        if st.button(
            "Import",
            icon=":material/upload:",
            type="primary",
            key=self._key("import-coupons"),
            disabled=self._is_locked,
        ):
            with st.spinner("Importing…"):
                self._act("Imported the file.", lambda: self._coupons.import_csv(text))

    def export_file(self) -> None:
        """Offer the campaign's codes as a CSV file."""
        st.caption("Every code of this campaign with its use, as Talon.One exports them.")
        st.download_button(
            "Download CSV",
            self._coupons.export_csv,
            file_name=f"coupons-{self._campaign['id']}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="export-coupons",
        )


def _turn_pages(key: str, page: int, has_more: bool) -> None:
    def turn(step: int) -> None:
        st.session_state[key] = page + step

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Newer", icon=":material/chevron_left:", disabled=not page, on_click=turn, args=(-1,)
        )
        st.caption(f"Codes {page * _PAGE + 1} and on", width="content")
        st.button(
            "Older",
            icon=":material/chevron_right:",
            disabled=not has_more,
            on_click=turn,
            args=(1,),
        )


def _first_lines(text: str) -> pd.DataFrame | None:
    """Return the first lines of a CSV file for a look at them; None when there is nothing."""
    try:
        head, *lines = islice(csv.reader(io.StringIO(text)), _EXAMPLES + 1)
    except (csv.Error, ValueError):
        return None
    columns = list(dict.fromkeys(head))
    rows = [dict(zip(head, line, strict=False)) for line in lines]
    return pd.DataFrame(rows, columns=columns).fillna("") if rows else None


def _show_examples(pattern: CodePattern, count: int) -> None:
    """Show what codes will look like, and whether the pattern has enough of them."""
    drawn = Random(pattern.text)  # the same examples as long as the pattern stays
    examples = dict.fromkeys(pattern.fill(drawn) for _ in range(_EXAMPLES))
    st.markdown("They will look like " + " ".join(code(example) for example in examples))
    possible = len(pattern.characters) ** pattern.text.count("#")
    if possible < count:
        st.warning(
            f"This pattern gives only {exact(possible)}; add more #.", icon=":material/warning:"
        )
    elif possible < count * 1000:
        st.caption(
            f"{escaped(exact(possible))} codes are possible, so guessing one is easy. "
            "More # make it harder."
        )


def _in_zone(entered: datetime | None, timezone: str) -> datetime | None:
    return None if entered is None else entered.replace(tzinfo=ZoneInfo(timezone))
