"""Acts that may be refused: what a button's callback does, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from sandbox.errors import Fault
from sandbox.targets.errors import RefusedCallError, TargetError
from sandbox.ui.failures import show_raw
from sandbox.ui.text import bullets, escaped

_REFUSED = "act-refused"
_DONE = "act-done"


def act(done: str, change: Callable[[], object]) -> bool:
    """Change something through a target; keeps `done`, or the refusal, for `show_outcome`.

    Returns whether it was done.
    """
    try:
        change()
    except TargetError as error:
        st.session_state[_REFUSED] = error
        return False
    st.session_state[_DONE] = done
    return True


def show_outcome() -> None:
    """Say once what the last act did, or why it was refused: what is wrong and where.

    Not in the act's own run: what is said before a rerun is never seen.
    """
    done: str | None = st.session_state.pop(_DONE, None)
    if done is not None:
        st.toast(escaped(done), icon=":material/check:")
    error: TargetError | None = st.session_state.pop(_REFUSED, None)
    if error is None:
        return
    words = escaped(str(error))
    if isinstance(error, RefusedCallError) and error.faults:
        words = bullets([escaped(_place(fault) + fault.details) for fault in error.faults])
    title = "That was refused; nothing has changed"
    if error.may_be_done:
        title = "It may not have been done"
    st.error(words, title=title, icon=":material/error:")
    show_raw(error)


def _place(fault: Fault) -> str:
    """Say which field is meant, as the page calls it; a file's faults name their lines."""
    names = [name for name in fault.pointer.split("/") if name]
    if names and names[0] == "upFile":
        return ""
    name = names[-1] if names else fault.parameter
    return f"{_FIELDS.get(name, name)}: " if name else ""


_FIELDS = {
    "couponPattern": "Pattern",
    "numberOfCoupons": "How many",
    "usageLimit": "Uses",
    "discountLimit": "Worth in all",
    "recipientIntegrationId": "Only for the customer",
    "expiryDate": "Expires",
    "startTime": "Starts",
    "endTime": "Ends",
    "points": "Points",
}
