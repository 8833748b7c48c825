"""One deployment of Talon.One, or the embedded emulator, called through the official SDK.

An answer is read as bytes first, because the SDK raises on answers that are newer than itself, even
after a real write. For the same reason requests are made with `model_construct`: what is allowed is
for the target to say, not for the SDK's copy of the rules.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import msgspec
import talon_one
import urllib3

from sandbox.engine.model import Cost
from sandbox.errors import Fault
from sandbox.numbers import decode_json
from sandbox.targets.errors import (
    RefusedCallError,
    TimedOutError,
    UnreachableError,
    UnreadableAnswerError,
)
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate

TIMEOUT = 10.0

# What the Workbench needs to know beside the effects.
CONTENT = ("customerSession", "customerProfile", "coupons", "campaignEligibility")


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
    """Calls one host with one Integration API key; reuses its connections."""

    def __init__(self, host: str, key: str) -> None:
        configuration = talon_one.Configuration(
            host=host,
            api_key_prefix={"api_key_v1": "ApiKey-v1"},
            api_key={"api_key_v1": key},
            retries=0,
        )
        self.host = host
        self._api = talon_one.IntegrationApi(talon_one.ApiClient(configuration))

    def preview_session(
        self, session_id: str, draft: SessionUpdate, content: Sequence[str] = CONTENT
    ) -> Answer:
        """Fire a dry update of a customer session. Raises TargetError."""
        body = talon_one.IntegrationRequest.model_construct(
            customer_session=sdk_session(draft), response_content=list(content)
        )
        started = time.perf_counter()
        try:
            response = self._api.update_customer_session_v2_without_preload_content(
                session_id, body, dry=True, _request_timeout=TIMEOUT
            )
            raw = response.data.decode(errors="replace")
        except urllib3.exceptions.HTTPError as error:
            if _is_timeout(error):
                raise TimedOutError(self.host, TIMEOUT) from None
            raise UnreachableError(self.host) from None
        milliseconds = (time.perf_counter() - started) * 1000
        answered = _content(response.status, raw)
        return Answer(
            method="PUT",
            path=f"/v2/customer_sessions/{quote(session_id, safe='')}?dry=true",
            status=response.status,
            request=body.to_dict(),
            content=answered,
            raw=raw,
            milliseconds=milliseconds,
        )


def _is_timeout(error: urllib3.exceptions.HTTPError) -> bool:
    """Tell a slow server from one that is not there, which urllib3 derives from time-outs."""
    cause = getattr(error, "reason", None) or error
    return isinstance(cause, urllib3.exceptions.TimeoutError) and not isinstance(
        cause, urllib3.exceptions.NewConnectionError
    )


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
        attributes=_floats(draft.attributes),
    )


def _sdk_item(item: CartItemUpdate) -> talon_one.CartItem:
    fields = {
        "name": item.name,
        "sku": item.sku,
        "quantity": item.quantity,
        "price": _floats(item.price),
        "category": item.category,
        "product": talon_one.Product.model_construct(name=item.product.name)
        if item.product
        else None,
        "weight": _floats(item.weight),
        "height": _floats(item.height),
        "width": _floats(item.width),
        "length": _floats(item.length),
        "attributes": _floats(item.attributes),
        "additional_costs": _sdk_costs(item.additional_costs),
    }
    return talon_one.CartItem.model_construct(**fields)


def _sdk_costs(costs: dict[str, Cost] | None) -> dict[str, talon_one.AdditionalCost] | None:
    if costs is None:
        return None
    return {
        name: talon_one.AdditionalCost.model_construct(price=_floats(cost.price))
        for name, cost in costs.items()
    }


def _floats(value: Any) -> Any:
    """Return JSON values with the SDK's numbers: float, or int where that is exact."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_floats(member) for member in value]
    if isinstance(value, dict):
        return {name: _floats(member) for name, member in value.items()}
    return value


def _content(status: int, raw: str) -> dict[str, Any]:
    """Return a successful answer; raises RefusedCallError or UnreadableAnswerError."""
    try:
        content = decode_json(raw)
    except (msgspec.DecodeError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise UnreadableAnswerError(status, raw)
    if 200 <= status < 300:
        return content
    faults = tuple(
        Fault(
            str(error.get("title", "")),
            str(error.get("details") or error.get("title", "")),
            str((error.get("source") or {}).get("pointer", "")),
            str((error.get("source") or {}).get("parameter", "")),
        )
        for error in content.get("errors") or []
        if isinstance(error, dict)
    )
    message = str(content.get("message") or f"The call was refused with status {status}.")
    raise RefusedCallError(status, message, faults, raw)


def draft_json(draft: SessionUpdate) -> str:
    """Return a draft as indented JSON, the way the API takes it."""
    return json.dumps(sdk_session(draft).to_dict(), indent=2, ensure_ascii=False)
