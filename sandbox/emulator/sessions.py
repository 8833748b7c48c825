"""The Integration API: customer sessions.

Each function answers one operation for the workspace that the key opened, at once or when its turn
has come; what they raise becomes an error answer in `sandbox.emulator.app`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.content import outcome_content
from sandbox.emulator.http import Incoming
from sandbox.emulator.idempotency import Once
from sandbox.emulator.turns import Turn
from sandbox.emulator.wire import RETURN, SESSION, ReturnEnvelope, SessionEnvelope
from sandbox.engine.model import CartItem
from sandbox.errors import Fault, Refused
from sandbox.workspace.clock import refuse_no_present
from sandbox.workspace.sessions import pieces
from sandbox.workspace.updates import CartItemUpdate
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.workspace import Workspace

# Carts with more pieces than this take some milliseconds to evaluate.
MANY_PIECES = 1000


def update_session(workspace: Workspace, incoming: Incoming) -> Turn:
    """PUT /v2/customer_sessions/{customerSessionId}"""
    dry = incoming.flag("dry")
    now = _preview_time(workspace, incoming, dry)
    once = None if dry else Once(workspace, incoming)
    envelope: SessionEnvelope = SESSION.read(incoming.body)
    session_id = incoming.ids["customerSessionId"]
    update, wanted = envelope.customer_session, envelope.response_content

    def answer(outcome: Outcome) -> Answer:
        return ok(outcome_content(workspace, outcome, wanted, dry=dry))

    def work() -> Answer:
        if once is None:
            return answer(workspace.preview_session(session_id, update, now))
        return once.answer(
            lambda remember: workspace.update_session(session_id, update, remember), answer
        )

    items, profile_id = update.cart_items, update.profile_id
    if dry or (items is not None and profile_id is not None):
        return Turn(work, session_id, profile_id or "", stores=not dry, is_heavy=is_large(items))
    return _turn_of_stored(workspace, session_id, work, profile_id, items)


def get_session(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v2/customer_sessions/{customerSessionId}"""
    session, effects = workspace.session(incoming.ids["customerSessionId"])
    return ok({"customerSession": session, "effects": effects})


def return_items(workspace: Workspace, incoming: Incoming) -> Turn:
    """POST /v2/customer_sessions/{customerSessionId}/returns"""
    dry = incoming.flag("dry")
    runs_rules = incoming.flag("runRuleEngine")
    once = None if dry else Once(workspace, incoming)
    envelope: ReturnEnvelope = RETURN.read(incoming.body)
    session_id = incoming.ids["customerSessionId"]
    items = envelope.return_.returned_cart_items

    def answer(outcome: Outcome) -> Answer:
        content = outcome_content(workspace, outcome, envelope.response_content, dry=dry)
        return ok(content | {"return": outcome.item_return})

    def work() -> Answer:
        if once is None:
            outcome = workspace.preview_return(session_id, items, runs_rules=runs_rules)
            return answer(outcome)
        return once.answer(
            lambda remember: workspace.return_items(
                session_id, items, remember, runs_rules=runs_rules
            ),
            answer,
        )

    # Also a dry return writes, into a transaction that is taken back.
    return _turn_of_stored(workspace, session_id, work)


def reopen_session(workspace: Workspace, incoming: Incoming) -> Turn:
    """PUT /v2/customer_sessions/{customerSessionId}/reopen"""
    once = Once(workspace, incoming)
    session_id = incoming.ids["customerSessionId"]

    def answer(outcome: Outcome) -> Answer:
        return ok({"effects": outcome.effects})

    def work() -> Answer:
        return once.answer(lambda remember: workspace.reopen_session(session_id, remember), answer)

    return _turn_of_stored(workspace, session_id, work)


def is_large(items: Sequence[CartItemUpdate] | Sequence[CartItem] | None) -> bool:
    """Tell whether a cart takes long to evaluate."""
    return items is not None and pieces(items) > MANY_PIECES


def _turn_of_stored(
    workspace: Workspace,
    session_id: str,
    work: Callable[[], Answer],
    profile_id: str | None = None,
    items: Sequence[CartItemUpdate] | None = None,
) -> Turn:
    """Return the turn of a request that leaves it to the stored session whose it is, or how large.

    What `profile_id` and `items` do not say, the stored session does.
    """
    stored = workspace.stored_session(session_id)
    if stored is None:
        return Turn(work, session_id, profile_id or "", is_heavy=is_large(items))
    return Turn(
        work,
        session_id,
        stored.profile_id if profile_id is None else profile_id,
        is_heavy=is_large(stored.cart_items if items is None else items),
    )


def _preview_time(workspace: Workspace, incoming: Incoming, dry: bool) -> datetime | None:
    """Return the time to pretend: a future one, and only for dry requests (decision A4)."""
    now = incoming.time("now")
    if now is None:
        return None
    if not dry:
        details = "“now” works only together with dry=true"
        raise Refused([Fault("Invalid value", details, parameter="now")])
    if now < workspace.clock.now():
        details = "“now” must lie in the future"
        raise Refused([Fault("Invalid value", details, parameter="now")])
    refuse_no_present(now, parameter="now")
    return now
