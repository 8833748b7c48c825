"""The address of the page: reloading it, sharing it, going back and forward show the same cart.

`saved` is a saved cart that nobody has touched; any other cart is packed into `cart`. `at` is the
time of “Evaluate at” in the Application's zone, `now`, or left out where the workspace's clock is
as it began; `content` what is asked for beside what the page needs. Each change is a step that the
browser's buttons go back to.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from sandbox.errors import Refused
from sandbox.ui.cart import saved_carts, state
from sandbox.ui.cart.answer_parts import extra_parts, set_extra_parts
from sandbox.ui.cart.evaluate_at import (
    chosen_time,
    go_to_first_time,
    is_first_time,
    set_time,
)
from sandbox.ui.cart.offers import Offers
from sandbox.ui.cart.packing import packed, unpacked
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit
from sandbox.workspace.updates import SessionUpdate

# Proxies and chat programs shorten or refuse what is longer (decision S291).
MAX_CART = 6_000
# For how long the browser may still send the address before the last one: an act that was on its
# way when the last run changed the address.
ON_ITS_WAY = 2.0
_NOTED = "address"
_NOW = "now"
_FORMAT = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Address:
    """What the address says beside the workspace; "" for nothing."""

    saved: str = ""
    cart: str = ""
    at: str = ""
    content: str = ""

    @property
    def has_cart(self) -> bool:
        return bool(self.saved or self.cart)


@dataclass(frozen=True, slots=True)
class _Noted:
    """An address that a run wrote, with the one it replaced and the moment on a steady clock."""

    address: Address
    before: Address
    since: float


_NAMES = ("saved", "cart", "at", "content")


def packed_cart(draft: SessionUpdate) -> str | None:
    """Return a draft as the address can have it; None if it is too long, or could not be read.

    A draft that the API would refuse in its form (a quantity of 0, say) could not.
    """
    text = packed(draft)
    if len(text) > MAX_CART:
        return None
    try:
        return text if unpacked(text) == draft else None
    except Refused:
        return None


def open_address(here: Visit) -> None:
    """Show what the address says when the page is opened or loaded again.

    Raises nothing: what cannot be read is said, and the first saved cart is shown instead.
    """
    if _noted() is None:
        _show(here, _present())
        st.session_state[_NOTED] = _Noted(_present(), _present(), 0.0)


def follow_address(here: Visit, draft: SessionUpdate) -> bool:
    """Bring the address up to date with what the page shows, or the page with the address.

    The address wins where the visitor did nothing but go back or forward in the browser; returns
    whether that was so, and the page has to run again.
    """
    noted, present = _noted(), _present()
    assert noted is not None, "the page was opened"
    shown = _shown(here, draft)
    is_stale = present == noted.before and time.monotonic() - noted.since < ON_ITS_WAY
    if shown == noted.address and present.has_cart and present != shown and not is_stale:
        st.session_state[_NOTED] = _Noted(present, present, 0.0)
        _show(here, present, is_step=True)
        return True
    if present != shown:
        _write(shown)
        st.session_state[_NOTED] = _Noted(shown, present, time.monotonic())
    elif present != noted.address:
        st.session_state[_NOTED] = _Noted(shown, noted.address, noted.since)
    return False


def tell_about_address(draft: SessionUpdate) -> None:
    """Say so where the address does not have the cart, once it is up to date."""
    if draft.cart_items and not _present().has_cart:
        st.caption(
            "This cart is too long for the page's address, or is none that the API takes: a reload "
            "or a link does not keep it. Its JSON does."
        )


def _noted() -> _Noted | None:
    noted: _Noted | None = st.session_state.get(_NOTED)
    return noted


def _present() -> Address:
    return Address(*(st.query_params.get(name, "") for name in _NAMES))


def _shown(here: Visit, draft: SessionUpdate) -> Address:
    saved = state.untouched_saved_cart(draft)
    cart = None if saved else packed_cart(draft)
    return Address(
        saved or "",
        cart or "",
        "" if is_first_time(here) else _time_text(here),
        ",".join(extra_parts()),
    )


def _time_text(here: Visit) -> str:
    at = chosen_time(here)
    return _NOW if at is None else at.strftime(_FORMAT)


def _write(address: Address) -> None:
    """Change the address in one step."""
    values = {name: getattr(address, name) for name in _NAMES}
    others = {name: v for name, v in st.query_params.to_dict().items() if name not in values}
    st.query_params.from_dict(others | {name: value for name, value in values.items() if value})


def _show(here: Visit, address: Address, *, is_step: bool = False) -> None:
    """Show what an address says; a step in the browser's history says it all."""
    if address.at or is_step:
        _show_time(here, address.at)
    if address.content or is_step:
        set_extra_parts(address.content.split(","))
    offers = Offers(here)
    if address.cart:
        try:
            draft = unpacked(address.cart)
        except Refused as refused:
            st.toast(
                f"The cart in this address cannot be used, so here is the first one. "
                f"{escaped(str(refused))}",
                icon=":material/link_off:",
            )
        else:
            state.show(draft)
            return
    if saved_carts.show(offers, address.saved):
        return
    # A live target has no saved carts: what the visitor came with is priced there.
    if here.live is None or state.editing() is None:
        saved_carts.show_first(offers)


def _show_time(here: Visit, text: str) -> None:
    if not text:
        go_to_first_time(here)
        return
    try:
        local = None if text == _NOW else datetime.strptime(text, _FORMAT)
    except ValueError:
        return
    if text != _time_text(here):
        set_time(here, local)
