"""Customer sessions of one deployment of Talon.One, or of the embedded emulator.

Requests are made with `model_construct`: what is allowed is for the target to say, not for the
SDK's copy of the rules.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import talon_one
from msgspec.structs import replace

from sandbox.engine.model import Cost
from sandbox.targets.connection import Connection, floats
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate

# What the Workbench needs to know beside the effects.
CONTENT = ("customerSession", "customerProfile", "coupons", "loyalty", "campaignEligibility")
# What is known of a return: the API refuses to say more.
_RETURN_CONTENT = ("customerSession", "customerProfile", "coupons", "loyalty")


@dataclass(frozen=True, slots=True)
class Answer:
    """A call that was answered with success.

    `request` is the body as sent; `content` the answer with `Decimal` numbers, `raw` its text.
    """

    method: str
    path: str
    status: int
    request: dict[str, Any]
    content: dict[str, Any]
    raw: str
    milliseconds: float


class Target:
    """The sessions of one deployment, and its connection for everything else."""

    def __init__(self, connection: Connection) -> None:
        self.host = connection.host
        self._connection = connection

    def preview_session(
        self,
        session_id: str,
        draft: SessionUpdate,
        content: Sequence[str] = CONTENT,
        now: datetime | None = None,
    ) -> Answer:
        """Fire a dry update of a customer session. Raises TargetError.

        `now` is the time to evaluate at, which the vendor lets be in the future only.
        """
        options: dict[str, Any] = {"dry": True}
        if now is not None:
            options["now"] = now.astimezone(UTC)
        return self._update(session_id, draft, content, options)

    def place_order(self, session_id: str, draft: SessionUpdate) -> Answer:
        """Close a customer session with what a draft holds. Raises TargetError."""
        return self._update(session_id, replace(draft, state="closed"), CONTENT, {})

    def cancel(self, session_id: str) -> Answer:
        """Cancel a customer session that is there. Raises TargetError."""
        return self._update(session_id, SessionUpdate(state="cancelled"), CONTENT, {})

    def return_items(self, session_id: str, quantities: Mapping[int, int]) -> Answer:
        """Return so many of a closed session's lines, by their positions. Raises TargetError."""
        items = [
            talon_one.ReturnedCartItem.model_construct(position=position, quantity=quantity)
            for position, quantity in quantities.items()
        ]
        body = talon_one.ReturnIntegrationRequest.model_construct(
            var_return=talon_one.NewReturn.model_construct(returned_cart_items=items),
            response_content=list(_RETURN_CONTENT),
        )
        return self._sent(
            "POST",
            f"{session_path(session_id)}/returns",
            body.to_dict(),
            self._connection.integration.return_cart_items_without_preload_content,
            session_id,
            body,
        )

    def reopen(self, session_id: str) -> Answer:
        """Make a closed customer session an open one again. Raises TargetError."""
        return self._sent(
            "PUT",
            f"{session_path(session_id)}/reopen",
            {},
            self._connection.integration.reopen_customer_session_without_preload_content,
            session_id,
        )

    def _update(
        self,
        session_id: str,
        draft: SessionUpdate,
        content: Sequence[str],
        options: Mapping[str, Any],
    ) -> Answer:
        body = talon_one.IntegrationRequest.model_construct(
            customer_session=sdk_session(draft), response_content=list(content)
        )
        return self._sent(
            "PUT",
            session_path(session_id, dry="dry" in options),
            body.to_dict(),
            self._connection.integration.update_customer_session_v2_without_preload_content,
            session_id,
            body,
            **options,
        )

    def _sent(
        self,
        method: str,
        path: str,
        request: dict[str, Any],
        operation: Callable[..., Any],
        *arguments: Any,
        **options: Any,
    ) -> Answer:
        started = time.perf_counter()
        reply = self._connection.call(operation, *arguments, **options)
        milliseconds = (time.perf_counter() - started) * 1000
        return Answer(method, path, reply.status, request, reply.object(), reply.raw, milliseconds)


def session_path(session_id: str, *, dry: bool = False) -> str:
    """Return the path of a customer session, with the query of a dry update."""
    path = f"/v2/customer_sessions/{quote(session_id, safe='')}"
    return f"{path}?dry=true" if dry else path


def sdk_session(draft: SessionUpdate) -> talon_one.NewCustomerSessionV2:
    """Return a draft as the SDK's model, whose numbers are float."""
    items = None if draft.cart_items is None else [_sdk_item(item) for item in draft.cart_items]
    return talon_one.NewCustomerSessionV2.model_construct(
        profile_id=draft.profile_id,
        store_integration_id=draft.store_integration_id,
        evaluable_campaign_ids=draft.evaluable_campaign_ids,
        coupon_codes=draft.coupon_codes,
        referral_code=draft.referral_code,
        loyalty_cards=draft.loyalty_cards,
        state=draft.state or "open",
        cart_items=items,
        additional_costs=_sdk_costs(draft.additional_costs),
        identifiers=draft.identifiers,
        attributes=floats(draft.attributes),
    )


def _sdk_item(item: CartItemUpdate) -> talon_one.CartItem:
    fields = {
        "name": item.name,
        "sku": item.sku,
        "quantity": item.quantity,
        "price": floats(item.price),
        "category": item.category,
        "product": talon_one.Product.model_construct(name=item.product.name)
        if item.product
        else None,
        "weight": floats(item.weight),
        "height": floats(item.height),
        "width": floats(item.width),
        "length": floats(item.length),
        "attributes": floats(item.attributes),
        "additional_costs": _sdk_costs(item.additional_costs),
    }
    return talon_one.CartItem.model_construct(**fields)


def _sdk_costs(costs: dict[str, Cost] | None) -> dict[str, talon_one.AdditionalCost] | None:
    if costs is None:
        return None
    return {
        name: talon_one.AdditionalCost.model_construct(price=floats(cost.price))
        for name, cost in costs.items()
    }


def draft_json(draft: SessionUpdate) -> str:
    """Return a draft as indented JSON, the way the API takes it."""
    return json.dumps(sdk_session(draft).to_dict(), indent=2, ensure_ascii=False)
