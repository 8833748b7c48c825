"""Orders of this visit: placing one, returning items, cancelling and reopening it.

Every act goes through the SDK over HTTP; what it changed is read the same way, before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeAlias

import streamlit as st

from sandbox.insight.tally import Counted, moved
from sandbox.targets.errors import TargetError
from sandbox.targets.tallies import Tallies
from sandbox.targets.target import Answer
from sandbox.ui import sessions
from sandbox.ui.acts import act
from sandbox.ui.cart.answer_parts import wanted_parts
from sandbox.ui.explained import reasons
from sandbox.ui.pricing import Foresight, Pricing, price
from sandbox.ui.visit import Visit
from sandbox.workspace.updates import SessionUpdate

Json: TypeAlias = Mapping[str, Any]
Act: TypeAlias = Literal["placed", "returned", "cancelled", "reopened"]

_ORDER = "order"


@dataclass(frozen=True, slots=True)
class Done:
    """An act's answer, and what it changed; None: that could not be read."""

    answer: Answer
    counted: Sequence[Counted] | None


@dataclass(frozen=True, slots=True)
class Order:
    """An order, as the last act on it left it.

    `pricing` is what it was placed with, `session` the customer session of now (wire shape).
    """

    workspace: str
    pricing: Pricing
    session: Json
    last_act: Act
    done: Done

    @property
    def id(self) -> str:
        return self.pricing.session_id

    @property
    def state(self) -> str:
        return str(self.session["state"])

    @property
    def draft(self) -> SessionUpdate:
        return self.pricing.draft


def of_cart(here: Visit, draft: SessionUpdate) -> Order | None:
    """Return the order that was made of this very cart; another cart is a new order's.

    A live target has none: orders are placed in the visitor's own workspace only (decision S307).
    """
    if here.live is not None:
        return None
    order: Order | None = st.session_state.get(_ORDER)
    if order is not None and (order.workspace != here.name or order.draft != draft):
        forget()
        return None
    return order


def priced(here: Visit, draft: SessionUpdate) -> Pricing:
    """Return what the order of this cart was placed with, or the answer to a dry run."""
    order = of_cart(here, draft)
    if order is None or order.state == "open":
        return price(here, draft, wanted_parts())
    return order.pricing


def place(here: Visit, preview: Pricing, answer: Answer) -> None:
    """Close the session with what a dry run, which had this answer, was for."""
    draft, session_id = preview.draft, preview.session_id
    foresight = Foresight(answer.content.get("campaignEligibility") or [], reasons(here, preview))
    done = _do(
        here, draft, "The order is placed.", lambda: here.target.place_order(session_id, draft)
    )
    if done is None:
        # Somebody else may have made an order of the session; the next one is another then.
        sessions.forget()
    else:
        pricing = replace(preview, answer=done.answer, foresight=foresight)
        session = done.answer.content["customerSession"]
        st.session_state[_ORDER] = Order(here.name, pricing, session, "placed", done)
        sessions.begin_new(here)


def return_items(here: Visit, order: Order, quantities: Mapping[int, int]) -> None:
    """Return so many of each line, by position."""
    send = partial(here.target.return_items, order.id, quantities)
    done = _do(here, order.draft, "The items are returned.", send)
    if done is not None:
        _keep(order, done.answer.content["customerSession"], "returned", done)


def cancel(here: Visit, order: Order) -> None:
    """Cancel the order: what it counted is taken back."""
    done = _do(here, order.draft, "The order is cancelled.", partial(here.target.cancel, order.id))
    if done is not None:
        _keep(order, done.answer.content["customerSession"], "cancelled", done)


def reopen(here: Visit, order: Order) -> None:
    """Make the order a cart again; the Workbench goes on with its session."""
    done = _do(here, order.draft, "The order is open again.", partial(here.target.reopen, order.id))
    if done is not None:
        _keep(order, {**order.session, "state": "open"}, "reopened", done)
        sessions.go_back_to(here, order.id)


def forget() -> None:
    """Put the order aside: the same cart is a new one then."""
    st.session_state.pop(_ORDER, None)


def _keep(order: Order, session: Json, last_act: Act, done: Done) -> None:
    st.session_state[_ORDER] = replace(order, session=session, last_act=last_act, done=done)


def _do(here: Visit, draft: SessionUpdate, words: str, send: Callable[[], Answer]) -> Done | None:
    """Do one act and read what it changed; a refusal is None, and said by the next run."""
    before = _tally(here, draft)
    answers: list[Answer] = []
    if not act(words, lambda: answers.append(send())):
        return None
    after = _tally(here, draft)
    counted = None
    if before is not None and after is not None:
        counted = moved(before, after, here.workspace.application.settings.currency)
    return Done(answers[0], counted)


def _tally(here: Visit, draft: SessionUpdate) -> Json | None:
    """Return what is counted now; None when the target does not tell."""
    tallies = Tallies(here.connection, here.workspace.application.settings.id)
    try:
        return tallies.read(
            draft.profile_id or "", draft.coupon_codes or [], draft.referral_code or ""
        )
    except TargetError:
        return None
