"""Acts that may be refused: what a button's callback does, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from sandbox.targets.errors import RefusedCallError, TargetError
from sandbox.ui.text import escaped

_REFUSED = "act-refused"
_MOST = 10


def act(done: str, change: Callable[[], object]) -> bool:
    """Change something through a target; says `done`, or keeps the refusal to be shown.

    Returns whether it was done.
    """
    try:
        change()
    except TargetError as error:
        st.session_state[_REFUSED] = error
        return False
    st.toast(done, icon=":material/check:")
    return True


def show_refusal() -> None:
    """Show once why the last act was refused: what is wrong and where, or what to try."""
    error: TargetError | None = st.session_state.pop(_REFUSED, None)
    if error is None:
        return
    lines = [escaped(str(error))]
    if isinstance(error, RefusedCallError) and error.faults:
        lines = [
            f"- {escaped(fault.pointer.strip('/') or fault.parameter)}: {escaped(fault.details)}"
            for fault in error.faults[:_MOST]
        ]
        if len(error.faults) > _MOST:
            lines.append(f"- and {len(error.faults) - _MOST} more")
    st.error(
        "\n".join(lines), title="That was refused; nothing has changed", icon=":material/error:"
    )
