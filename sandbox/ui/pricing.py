"""One draft and what the API answered to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.insight.campaigns import campaign_rows
from sandbox.insight.conditions import Reasons
from sandbox.insight.effects import effect_rows
from sandbox.insight.facts import WorkspaceFacts
from sandbox.insight.points import points_rows
from sandbox.insight.totals import Totals, compute_totals
from sandbox.insight.verdicts import verdicts
from sandbox.targets.errors import NewerAnswerError, TargetError
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

    `target` says in words where the answer comes from. An order has a `foresight`; a dry run has
    none.
    """

    target: str
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
        answer = here.target.preview_session(session, draft, content, here.pretended_now)
    except TargetError as error:
        answer = error
    known = facts(here, draft.coupon_codes or [])
    if here.live is None:
        return Pricing("Embedded emulator", draft, session, known, answer)
    if isinstance(answer, Answer) and not _is_understood(draft, answer, known):
        answer = NewerAnswerError(answer.status, answer.raw)
    return Pricing(f"Live: {here.live.deployment.name}", draft, session, known, answer)


def _is_understood(draft: SessionUpdate, answer: Answer, facts: WorkspaceFacts) -> bool:
    """Tell whether a page can show an answer: that of a live deployment may have a newer form."""
    content = answer.content
    try:
        compute_totals(
            content["customerSession"], content["effects"], facts.currency, facts.cost_titles
        )
        verdicts(draft.coupon_codes or [], content["effects"], facts)
        effect_rows(content["effects"], answer.request["customerSession"]["cartItems"], facts)
        campaign_rows(content, facts)
        points_rows(content)
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError):
        return False
    return True


def totals_of(pricing: Pricing, answer: Answer) -> Totals:
    """Return what the answer makes of each line."""
    facts, content = pricing.facts, answer.content
    return compute_totals(
        content["customerSession"], content["effects"], facts.currency, facts.cost_titles
    )
