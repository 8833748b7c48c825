"""Experiments: which variant of a campaign a profile sees.

Source: reference/engine/01-evaluation-order.md, section 1.7.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from itertools import accumulate

from sandbox.engine.definitions import Experiment
from sandbox.engine.model import CustomerSession

_SHARES = 10_000


def variant_of(experiment: Experiment, session: CustomerSession) -> int | None:
    """Return the id of the variant of this session's profile; None when it takes no part.

    External assignment is what the session says. Internal assignment is a stable hash of
    experiment and profile, spread over the weights. Both need a profile (decision S24).
    """
    if not session.profile_id:
        return None
    if experiment.is_variant_assignment_external:
        return _allocated(experiment, session)
    text = f"{experiment.id}:{session.profile_id}".encode()
    share = int.from_bytes(hashlib.sha256(text).digest()[:8], "big") % _SHARES
    percent = Decimal(share) * 100 / _SHARES
    bounds = accumulate(variant.weight for variant in experiment.variants)
    for variant, bound in zip(experiment.variants, bounds, strict=True):
        if percent < bound:
            return variant.id
    return None


def _allocated(experiment: Experiment, session: CustomerSession) -> int | None:
    known = {variant.id for variant in experiment.variants}
    for allocation in session.experiment_variant_allocations or []:
        if allocation.experiment_id == experiment.id:
            return allocation.variant_id if allocation.variant_id in known else None
    return None
