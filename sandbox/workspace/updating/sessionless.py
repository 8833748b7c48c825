"""What stands for the session of a request that has none."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engine.model import CustomerSession
from sandbox.numbers import ZERO
from sandbox.workspace.updating.work import Work


def carrier(
    work: Work,
    profile_id: str,
    store_integration_id: str | None = None,
    loyalty_cards: Sequence[str] = (),
) -> CustomerSession:
    """Return a session that only says whose request it is, and when; it is never stored."""
    return CustomerSession(
        id=0,
        created=work.now,
        integration_id="",
        application_id=work.application.settings.id,
        profile_id=profile_id,
        coupon_codes=[],
        referral_code="",
        state="open",
        cart_items=[],
        attributes={},
        first_session=False,
        update_count=0,
        total=ZERO,
        cart_item_total=ZERO,
        additional_cost_total=ZERO,
        cart_item_additional_cost_total=ZERO,
        updated=work.now,
        additional_costs={},
        identifiers=[],
        loyalty_cards=list(loyalty_cards),
        store_integration_id=store_integration_id,
    )
