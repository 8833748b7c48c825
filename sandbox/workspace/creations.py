"""Codes that rules create: they must be new, and a session keeps the ones that it is to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from secrets import token_hex

from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.changes import AddCoupon, AddReferral, Change
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.evaluate import evaluate
from sandbox.engine.evaluation import Evaluation, Facts, Request
from sandbox.workspace.entities import KeptCode
from sandbox.workspace.records import Records


def evaluate_with_new_codes(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    facts: Facts,
    request: Request,
    now: datetime,
) -> Evaluation:
    """Evaluate; if a rule happens to make a code that is there already, evaluate once more.

    The second time all codes that are there are known, so that no other one can be met.
    """
    evaluation = evaluate(application, facts, request, now)
    if not application.wanted.created_codes or not any(
        _exists(records, connection, change) for change in evaluation.changes
    ):
        return evaluation
    taken = [("coupon", code) for code in records.coupons.codes(connection)]
    taken += [("referral", code) for code in records.referrals.codes(connection)]
    return evaluate(
        application,
        replace(facts, taken_codes=frozenset(taken)),
        replace(request, seed=token_hex(16)),
        now,
    )


def kept_codes(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    session_id: str,
    changes: Iterable[Change],
) -> list[KeptCode]:
    """Return the codes that a session keeps after an update: those of before, and new ones."""
    if not application.wanted.kept_codes:
        return []
    kept = [*records.history(connection, session_id).kept_codes]
    for change in changes:
        match change:
            case AddCoupon(coupon=coupon, kept_as=creation) if creation is not None:
                kept.append(KeptCode(creation=creation, code=coupon.value))
            case AddReferral(referral=referral, kept_as=creation) if creation is not None:
                kept.append(KeptCode(creation=creation, code=referral.code))
    return kept


def _exists(records: Records, connection: Connection, change: Change) -> bool:
    match change:
        case AddCoupon(coupon=coupon):
            return records.coupon(connection, coupon.value) is not None
        case AddReferral(referral=referral):
            return records.referrals.get(connection, referral.code) is not None
    return False
