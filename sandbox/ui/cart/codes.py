"""Coupon codes and the referral code, those of the workspace offered, the newest first."""

from __future__ import annotations

import streamlit as st

from sandbox.ui.cart.offers import Offers
from sandbox.ui.drafts import DraftState


def choose_codes(offers: Offers, current: DraftState) -> list[str]:
    known = offers.coupon_codes()
    started = list(dict.fromkeys(current.started.coupon_codes or []))
    return st.multiselect(
        "Codes",
        list(dict.fromkeys([*known, *started])),
        default=started,
        accept_new_options=True,
        placeholder="Pick a code or type any",
        key=f"codes-{current.version}",
    )


def choose_referral(offers: Offers, current: DraftState) -> str | None:
    """Return the referral code; "" takes one back that a session has, None says nothing of it."""
    known = offers.referral_codes()
    before = current.started.referral_code
    chosen = st.multiselect(
        "Referral code",
        list(dict.fromkeys([*known, *([before] if before else [])])),
        default=[before] if before else [],
        accept_new_options=True,
        max_selections=1,
        placeholder="Pick a code or type any",
        key=f"referral-{current.version}",
    )
    if chosen:
        return str(chosen[0])
    return None if before is None else ""
