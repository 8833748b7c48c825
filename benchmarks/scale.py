"""The engine as Applications and carts grow: many campaigns, many lines, many units."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from benchmarks.measure import Finding, medians, table
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.evaluate import evaluate
from sandbox.engine.evaluation import Evaluation, Facts, Request
from sandbox.engine.model import CartItem, CustomerSession
from sandbox.engine.totals import session_totals
from sandbox.workspace.bundle import read_bundle

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
CATEGORIES = ("toys", "books", "kitchen", "home", "garden")


def main() -> list[Finding]:
    """Measure all workloads; returns what is aimed at."""
    return [*campaigns(), *carts(), *loading()]


def discount(value: Any, **target: Any) -> dict[str, Any]:
    target = target or {"type": "cart"}
    return {"type": "awardDiscount", "name": "off", "value": value, "target": target}


def at_least(amount: int) -> dict[str, Any]:
    return {
        "type": "checkAttribute",
        "operator": "greaterThanOrEqual",
        "attribute": "$Session.Total",
        "value": amount,
    }


def campaign(number: int, *blocks: dict[str, Any], **ruleset: Any) -> dict[str, Any]:
    rules = [{"title": f"rule {number}", "blocks": list(blocks)}]
    return {
        "id": number,
        "name": f"Campaign {number}",
        "ruleset": {"id": number, "promotionRules": rules, **ruleset},
    }


def open_to_all(number: int) -> dict[str, Any]:
    """A campaign that any cart of these workloads triggers."""
    return campaign(number, at_least(1), discount("{{$Session.Total * 1%}}"))


def with_code(number: int) -> dict[str, Any]:
    return campaign(number, {"type": "checkCoupon", "redeem": True}, discount(5))


def on_items(number: int) -> dict[str, Any]:
    """A campaign that filters the cart, sorts it, and discounts the first items."""
    category = CATEGORIES[number % len(CATEGORIES)]
    steps = [
        {
            "type": "filter",
            "predicate": {
                "type": "checkAttribute",
                "operator": "equals",
                "attribute": "$Item.Category",
                "value": category,
            },
        },
        {"type": "sort", "fields": [{"expression": "$Item.Price", "direction": "asc"}]},
        {"type": "select", "operator": "many", "from": "start", "count": 5},
    ]
    chosen = {"name": "chosen", "source": "$Session.CartItems", "steps": steps}
    return campaign(
        number,
        at_least(1),
        discount("{{$Item.Price * 10%}}", type="selector", name="chosen"),
        selectors=[chosen],
    )


def compiled(content: Iterable[dict[str, Any]]) -> CompiledApplication:
    return read_bundle(json.dumps({"campaigns": list(content)}).encode()).application


def request(lines: int, quantity: int = 1) -> Request:
    items = [
        CartItem(
            sku=f"SKU-{number}",
            quantity=quantity,
            price=Decimal(number % 90 + 10),
            position=number,
            remaining_quantity=quantity,
            attributes={},
            category=CATEGORIES[number % len(CATEGORIES)],
        )
        for number in range(lines)
    ]
    session = CustomerSession(
        id=1,
        created=NOW,
        integration_id="s",
        application_id=1,
        profile_id="",
        coupon_codes=[],
        referral_code="",
        state="open",
        cart_items=items,
        attributes={},
        first_session=True,
        update_count=1,
        updated=NOW,
        additional_costs={},
        identifiers=[],
        **session_totals(items, {})._asdict(),
    )
    return Request(session, frozenset({"sessionCreated"}))


def evaluation(application: CompiledApplication, asked: Request) -> Callable[[], Evaluation]:
    return lambda: evaluate(application, Facts(), asked, NOW)


def campaigns() -> list[Finding]:
    cart = request(10)
    few = [open_to_all(n) for n in range(5)] + [with_code(n) for n in range(5, 10)]
    many = [open_to_all(n) for n in range(5)] + [with_code(n) for n in range(5, 1000)]
    times = medians(
        {
            "10 campaigns, 5 can apply": evaluation(compiled(few), cart),
            "1,000 campaigns, 5 can apply": evaluation(compiled(many), cart),
            "100 campaigns that all apply": evaluation(
                compiled(open_to_all(n) for n in range(100)), cart
            ),
        },
        rounds=11,
        calls=50,
    )
    small, large, hundred = times.values()
    table(
        "Engine: 10 items, many campaigns (medians)",
        [(name, f"{time:.1f} µs", f"{1e6 / time:,.0f} a second") for name, time in times.items()],
    )
    return [
        Finding("1,000 campaigns to 10, where 5 can apply", large / small, 4, "times"),
        Finding("10 items, 100 campaigns that apply", hundred, 1e6 / 2500, "µs"),
    ]


def carts() -> list[Finding]:
    five = compiled(on_items(n) for n in range(5))
    twenty = compiled(on_items(n) for n in range(20))
    times = medians(
        {
            "100 lines, 5 campaigns": evaluation(five, request(100)),
            "1,000 lines, 5 campaigns": evaluation(five, request(1000)),
            "1,000 units in 100 lines, 20 campaigns": evaluation(twenty, request(100, 10)),
            "10,000 units in 1,000 lines, 20 campaigns": evaluation(twenty, request(1000, 10)),
        },
        rounds=7,
        calls=3,
    )
    hundred, thousand, units, more_units = times.values()
    table(
        "Engine: large carts (medians)",
        [
            (name, f"{time / 1000:.2f} ms", f"{1e6 / time:,.0f} a second")
            for name, time in times.items()
        ],
    )
    return [
        Finding("100 lines, 5 campaigns", hundred, 1e6 / 1500, "µs"),
        Finding("1,000 lines, 5 campaigns", thousand / 1000, 15, "ms"),
        Finding("10,000 units, 20 campaigns", more_units / 1e6, 1, "s"),
        Finding("a unit among 10,000 to one among 1,000", more_units / units / 10, 1.5, "times"),
    ]


def loading() -> list[Finding]:
    content = [on_items(n) for n in range(1000)]
    body = json.dumps({"campaigns": content}).encode()
    first = seconds(lambda: read_bundle(body))
    previous = read_bundle(body).application
    content[500]["ruleset"]["promotionRules"][0]["title"] = "changed"
    changed = json.dumps({"campaigns": content}).encode()
    again = seconds(lambda: read_bundle(changed, previous))
    table(
        "Loading a bundle of 1,000 campaigns (medians)",
        [
            ("read and compiled", f"{first:.2f} s", ""),
            ("again, one campaign changed", f"{again:.2f} s", f"{again / first:.2f} times"),
        ],
    )
    return [Finding("loading 1,000 campaigns", first, 3, "s")]


def seconds(work: Callable[[], object]) -> float:
    """Return the median of three."""
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return sorted(taken)[1]


if __name__ == "__main__":
    main()
