"""Short ways to say what a test evaluates: campaigns as blocks, carts as prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.engine.changes import CounterKey
from sandbox.engine.compile import compile_application
from sandbox.engine.definitions import (
    Application,
    Attribute,
    Campaign,
    CampaignGroup,
    CampaignLeaf,
    Definition,
)
from sandbox.engine.evaluate import evaluate
from sandbox.engine.evaluation import Evaluation, Event, Facts, Request
from sandbox.engine.model import (
    CartItem,
    Cost,
    Coupon,
    CustomerProfile,
    CustomerSession,
    Limit,
    Referral,
)
from sandbox.engine.totals import session_totals

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def block(type_: str, **fields: Any) -> dict[str, Any]:
    return {"id": type_, "type": type_, **fields}


def check(attribute: str, operator: str, **operand: Any) -> dict[str, Any]:
    return block("checkAttribute", attribute=attribute, operator=operator, **operand)


def discount(value: Any, name: str = "off", **fields: Any) -> dict[str, Any]:
    return block(
        "awardDiscount", **{"name": name, "value": value, "target": {"type": "cart"}} | fields
    )


def notify(title: str) -> dict[str, Any]:
    return block("showNotification", notificationType="Info", title=title, body="")


def rule(*blocks: Mapping[str, Any], title: str = "rule") -> dict[str, Any]:
    return {"title": title, "blocks": list(blocks)}


def campaign(
    *rules: Mapping[str, Any],
    id: int = 1,
    selectors: Iterable[Mapping[str, Any]] = (),
    bundles: Iterable[Mapping[str, Any]] = (),
    limits: Iterable[Limit] = (),
    **fields: Any,
) -> Campaign:
    ruleset = {
        "id": id * 10,
        "promotionRules": list(rules),
        "selectors": list(selectors),
        "bundles": list(bundles),
    }
    return Campaign(id=id, name=f"Campaign {id}", ruleset=ruleset, limits=list(limits), **fields)


def group(mode: Any, *members: int | CampaignGroup, id: int = 7) -> CampaignGroup:
    elements = [CampaignLeaf(campaign_id=m) if isinstance(m, int) else m for m in members]
    return CampaignGroup(elements=elements, group_id=id, name=mode, evaluation_mode=mode)


def item(
    sku: str = "A", price: str | int = 100, quantity: int = 1, position: int = 0, **fields: Any
) -> CartItem:
    return CartItem(
        sku=sku,
        price=Decimal(price),
        quantity=quantity,
        position=position,
        remaining_quantity=quantity,
        attributes=fields.pop("attributes", {}),
        **fields,
    )


def cart(*prices: str | int) -> list[CartItem]:
    return [item(f"SKU-{n}", price, position=n) for n, price in enumerate(prices)]


def session(items: list[CartItem] | None = None, **fields: Any) -> CustomerSession:
    items = cart(100) if items is None else items
    costs = {name: Cost(price=Decimal(p)) for name, p in fields.pop("additional_costs", {}).items()}
    totals = session_totals(items, costs)._asdict()
    defaults: dict[str, Any] = {
        "id": 1,
        "created": NOW,
        "integration_id": "order-1",
        "application_id": 1,
        "profile_id": "",
        "coupon_codes": [],
        "referral_code": "",
        "state": "open",
        "attributes": {},
        "first_session": True,
        "update_count": 1,
        "updated": NOW,
        "identifiers": [],
    }
    return CustomerSession(cart_items=items, additional_costs=costs, **(defaults | totals | fields))


def profile(integration_id: str = "cust-1", **fields: Any) -> CustomerProfile:
    defaults: dict[str, Any] = {
        "id": 1,
        "created": NOW,
        "attributes": {},
        "account_id": 1,
        "closed_sessions": 0,
        "total_sales": Decimal(0),
        "last_activity": NOW,
    }
    return CustomerProfile(integration_id=integration_id, **(defaults | fields))


def coupon(value: str = "CODE", campaign_id: int = 1, **fields: Any) -> Coupon:
    defaults: dict[str, Any] = {"id": 100, "created": NOW, "usage_limit": 0, "usage_counter": 0}
    return Coupon(value=value, campaign_id=campaign_id, **(defaults | fields))


def referral(code: str = "REF", campaign_id: int = 1, **fields: Any) -> Referral:
    defaults: dict[str, Any] = {
        "id": 12,
        "created": NOW,
        "advocate_profile_integration_id": "advocate",
        "usage_limit": 0,
        "usage_counter": 0,
    }
    return Referral(code=code, campaign_id=campaign_id, **(defaults | fields))


def limit(action: Any, amount: int, *entities: Any, period: Any = None) -> Limit:
    return Limit(action=action, limit=Decimal(amount), entities=list(entities), period=period)


def run(
    *campaigns: Campaign,
    items: list[CartItem] | None = None,
    coupons: Iterable[Coupon] = (),
    who: CustomerProfile | None = None,
    counters: Mapping[CounterKey, Decimal] | None = None,
    settings: Mapping[str, Any] | None = None,
    attributes: Iterable[Attribute] = (),
    tree: CampaignGroup | None = None,
    closing: bool = False,
    record: bool = False,
    only: Iterable[int] | None = None,
    now: datetime = NOW,
    events: Iterable[Any] = ("sessionCreated",),
    event: Event | None = None,
    define: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    seed: str = "",
    dry: bool = False,
    **fields: Any,
) -> Evaluation:
    """Evaluate a session: its cart is `items`, its codes those of `coupons` unless given.

    `define` holds further parts of the definition, `facts` further facts.
    """
    definition = Definition(
        application=Application(**(settings or {})),
        campaigns=list(campaigns),
        evaluation_tree=tree,
        attributes=list(attributes),
        **(define or {}),
    )
    known = list(coupons)
    fields.setdefault("coupon_codes", [c.value for c in known])
    if who is not None:
        fields.setdefault("profile_id", who.integration_id)
    state = "closed" if closing else "open"
    return evaluate(
        compile_application(definition, record=record),
        Facts(
            profile=who,
            coupons={c.value: c for c in known},
            counters=counters or {},
            **(facts or {}),
        ),
        Request(
            session(items, state=state, **fields),
            frozenset({*events, "sessionClosed"} if closing else events),
            frozenset(only) if only is not None else None,
            event=event,
            seed=seed,
            dry=dry,
        ),
        now,
    )


def kinds(evaluation: Evaluation) -> list[str]:
    return [effect.effect_type for effect in evaluation.effects]


def values(evaluation: Evaluation) -> list[Decimal]:
    """The values of all discounts, in the order of the answer."""
    return [e.props["value"] for e in evaluation.effects if e.effect_type.startswith("setDiscount")]


def rejection(evaluation: Evaluation) -> str | None:
    """The reason of the only rejected code."""
    reasons = [e.props for e in evaluation.effects if e.effect_type == "rejectCoupon"]
    return reasons[0]["rejectionReason"] if reasons else None


def by_category(name: str, category: str, *steps: Mapping[str, Any]) -> dict[str, Any]:
    """A cart item filter by category."""
    predicate = check("$Item.Category", "equals", value=category)
    first = {"type": "filter", "predicate": predicate}
    return {"name": name, "source": "$Session.CartItems", "steps": [first, *steps]}
