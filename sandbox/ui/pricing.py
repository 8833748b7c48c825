"""One draft and what the API answered to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.insight.conditions import Reasons
from sandbox.insight.facts import WorkspaceFacts
from sandbox.insight.totals import Totals, compute_totals
from sandbox.targets.errors import TargetError
from sandbox.targets.target import CONTENT, Answer
from sandbox.ui.sessions import session_id
from sandbox.ui.visit import Visit, facts
from sandbox.workspace.updates import SessionUpdate


@dataclass(frozen=True, slots=True)
class Foresight:
    """What only the dry run before an order told: how campaigns fared (wire shape), and why."""

    eligibility: Sequence[Mapping[str, Any]]
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Pricing:
    """A draft with the API's answer to it, or with what kept it from answering.

    An order has a `foresight`; a dry run has none.
    """

    draft: SessionUpdate
    session_id: str
    facts: WorkspaceFacts
    answer: Answer | TargetError
    foresight: Foresight | None = None


def price(here: Visit, draft: SessionUpdate, content: Sequence[str] = CONTENT) -> Pricing:
    """Fire a dry run of a draft, through the SDK and over HTTP; `content` are parts of the answer.

    A page that shows lines and campaigns needs those of `CONTENT` at least.
    """
    session = session_id(here)
    answer: Answer | TargetError
    try:
        answer = here.target.preview_session(session, draft, content)
    except TargetError as error:
        answer = error
    return Pricing(draft, session, facts(here.workspace, draft.coupon_codes or []), answer)


def totals_of(pricing: Pricing, answer: Answer) -> Totals:
    """Return what the answer makes of each line."""
    facts, content = pricing.facts, answer.content
    return compute_totals(
        content["customerSession"], content["effects"], facts.currency, facts.cost_titles
    )
