"""One draft and what the API answered to it."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.insight.facts import WorkspaceFacts
from sandbox.insight.totals import Totals, compute_totals
from sandbox.targets.errors import TargetError
from sandbox.targets.target import Answer
from sandbox.ui.sessions import session_id
from sandbox.ui.visit import Visit, facts
from sandbox.workspace.updates import SessionUpdate


@dataclass(frozen=True, slots=True)
class Pricing:
    """A draft with the API's answer to it, or with what kept it from answering."""

    draft: SessionUpdate
    session_id: str
    facts: WorkspaceFacts
    answer: Answer | TargetError


def price(here: Visit, draft: SessionUpdate) -> Pricing:
    """Fire a dry run of a draft, through the SDK and over HTTP."""
    session = session_id(here)
    answer: Answer | TargetError
    try:
        answer = here.target.preview_session(session, draft)
    except TargetError as error:
        answer = error
    return answered(here, draft, session, answer)


def answered(
    here: Visit, draft: SessionUpdate, session: str, answer: Answer | TargetError
) -> Pricing:
    """Return an answer with what the workspace knows of it."""
    return Pricing(draft, session, facts(here.workspace, draft.coupon_codes or []), answer)


def totals_of(pricing: Pricing, answer: Answer) -> Totals:
    """Return what the answer makes of each line."""
    facts, content = pricing.facts, answer.content
    return compute_totals(
        content["customerSession"], content["effects"], facts.currency, facts.cost_titles
    )
