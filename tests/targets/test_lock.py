"""Nothing is written to a live deployment while its lock is closed, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
import talon_one

from sandbox.targets import lock as lock_module
from sandbox.targets.campaigns import Campaigns
from sandbox.targets.connection import Connection, SentCall
from sandbox.targets.coupons import Coupons, NewCoupons
from sandbox.targets.customers import Customers
from sandbox.targets.errors import CutOffError, LockedError, RefusedCallError
from sandbox.targets.lock import WriteLock, changes_something
from sandbox.targets.target import Target
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate
from tests.deployment import LiveShop, SpoiltLine, answering, http_answer

CART = SessionUpdate(cart_items=[CartItemUpdate(sku="A", quantity=1, price=Decimal(10))])
CAMPAIGN = {"id": 1, "name": "A", "limits": [], "tags": [], "features": []}
COUPON = {"id": "1", "value": "x"}

WRITES: dict[str, Callable[[Connection], object]] = {
    "save attributes": lambda to: Customers(to, 1).save_attributes("vera-vip", {"city": "Ulm"}),
    "join an audience": lambda to: Customers(to, 1).change_memberships("vera-vip", [1], []),
    "add points": lambda to: Customers(to, 1).add_points(1, "vera-vip", Decimal(1), "why"),
    "deduct points": lambda to: Customers(to, 1).deduct_points(1, "vera-vip", Decimal(1), "why"),
    "reserve": lambda to: Customers(to, 1).reserve("vera-vip", "xmas20"),
    "take a reservation back": lambda to: Customers(to, 1).unreserve("vera-vip", "xmas20"),
    "update a campaign": lambda to: Campaigns(to, 1).update(CAMPAIGN, {}),
    "create codes": lambda to: Coupons(to, 1, 1).create(NewCoupons("A-####", 1, 1)),
    "update a code": lambda to: Coupons(to, 1, 1).update(COUPON, {"usage_limit": 1}),
    "delete a code": lambda to: Coupons(to, 1, 1).delete(COUPON),
    "import codes": lambda to: Coupons(to, 1, 1).import_csv("value\nA\n"),
    "store a session": lambda to: to.call(
        to.integration.update_customer_session_v2_without_preload_content,
        "s",
        talon_one.IntegrationRequest.model_construct(
            customer_session=talon_one.NewCustomerSessionV2.model_construct(state="closed")
        ),
    ),
    "send by hand": lambda to: to.management.api_client.rest_client.pool_manager.request(
        "DELETE", f"{to.host}/v1/customer_data/vera-vip"
    ),
}


@pytest.fixture
def lock() -> WriteLock:
    return WriteLock()


@pytest.fixture
def connection(line: SpoiltLine, shop: LiveShop, lock: WriteLock) -> Connection:
    return Connection(line.host, shop.key, shop.management_key, lock)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_locked_deployment_is_not_even_called(
    write: Callable[[Connection], object], connection: Connection, line: SpoiltLine
):
    with pytest.raises(LockedError, match=r"writing is locked\. Unlock it on the Connect page"):
        write(connection)
    assert not line.connections


def test_reading_and_dry_runs_need_no_unlocking(connection: Connection, shop: LiveShop):
    answer = Target(connection).preview_session("s", CART)
    assert answer.content["customerSession"]["total"] == 10
    assert Campaigns(connection, 1).listed()
    assert Customers(connection, 1).inventory("vera-vip")
    assert shop.is_untouched


def test_unlocked_it_writes_until_it_is_locked(
    connection: Connection, lock: WriteLock, shop: LiveShop
):
    lock.unlock()
    WRITES["save attributes"](connection)
    assert shop.profile("vera-vip")["city"] == "Ulm"
    lock.lock()
    with pytest.raises(LockedError):
        WRITES["save attributes"](connection)


def test_the_lock_closes_by_itself(
    connection: Connection, lock: WriteLock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lock_module, "UNLOCKED_FOR", 0.0)
    lock.unlock()
    assert lock.seconds_left == 0
    with pytest.raises(LockedError):
        WRITES["reserve"](connection)


def test_unlocking_takes_ten_minutes_back():
    lock = WriteLock()
    lock.unlock()
    assert 590 < lock.seconds_left <= 600


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/applications"),
        ("GET", "/v2/customer_sessions/s"),
        ("PUT", "/v2/customer_sessions/s?dry=true"),
        ("PUT", "/v2/customer_sessions/a%2Fb?dry=true&now=x"),
        ("POST", "/v2/customer_sessions/s/returns?dry=true"),
        ("PUT", "/v2/customer_profiles/p?dry=true"),
        ("PUT", "/v2/customer_profiles/p?runRuleEngine=true&dry=true"),
        ("POST", "/v2/events?dry=true"),
        ("POST", "/v3/events?dry=true"),
    ],
)
def test_what_cannot_change_anything(method: str, path: str):
    assert not changes_something(method, f"https://shop.talon.one{path}")
    assert not changes_something(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v2/customer_sessions/s"),
        ("PUT", "/v2/customer_sessions/s?dry=false"),
        ("PUT", "/v2/customer_sessions/s?runRuleEngine=true"),
        ("PUT", "/v2/customer_sessions/s?dry=true&dry=false"),
        ("PUT", "/v2/customer_sessions/s/reopen?dry=true"),
        ("PUT", "/v2/customer_profiles?dry=true"),
        ("DELETE", "/v1/customer_data/p?dry=true"),
        ("PUT", "/v1/applications/1/campaigns/1?dry=true"),
        ("POST", "/v1/applications"),
        ("PATCH", "/v1/anything"),
    ],
)
def test_what_could_change_something_even_if_it_says_that_it_is_dry(method: str, path: str):
    assert changes_something(method, f"https://shop.talon.one{path}")
    assert changes_something(method, path)


def test_every_call_that_is_sent_is_observed_and_no_other(shop: LiveShop, line: SpoiltLine):
    seen: list[SentCall] = []
    connection = Connection(
        line.host, shop.key, shop.management_key, WriteLock(), observer=seen.append
    )
    Target(connection).preview_session("s", CART)
    with pytest.raises(LockedError):
        WRITES["reserve"](connection)
    Campaigns(connection, 1).listed()
    line.fault = http_answer("503 Unavailable", b"down")
    with pytest.raises(RefusedCallError):
        Campaigns(connection, 1).listed()
    line.fault = answering(b"")
    with pytest.raises(CutOffError):
        Target(connection).preview_session("s", CART)
    assert [(one.method, one.status) for one in seen] == [
        ("PUT", 200),
        ("GET", 200),
        ("GET", 503),
        ("PUT", 0),
    ]
    assert seen[0].path == "/v2/customer_sessions/s?dry=true"
    assert '"sku": "A"' in seen[0].request
    assert (seen[2].answer, "hung up" in seen[3].answer) == ("down", True)
    assert shop.key not in str(seen)
