"""What a live deployment tells of its Application, with all keys, few rights, or none."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sandbox.targets.application import describe_workspace
from sandbox.targets.connection import Connection
from sandbox.targets.errors import RefusedCallError
from sandbox.targets.lock import WriteLock
from sandbox.targets.reading import check_health, read_application
from sandbox.workspace.service import Workspaces
from tests.conftest import settings
from tests.deployment import LiveShop, SpoiltLine, http_answer
from tests.process import ROOT


def connect(host: str, shop: LiveShop, management_key: str = "") -> Connection:
    return Connection(host, shop.key, management_key, WriteLock())


def test_with_a_management_key_it_is_what_the_workspace_has(shop: LiveShop, tmp_path):
    connection = connect(shop.host, shop, shop.management_key)
    read = read_application(connection, "EUR", "UTC", has_management_key=True)
    assert (read.id, read.name, read.currency) == (1, "Real shop", "CHF")
    assert ZoneInfo(read.timezone) == ZoneInfo("Europe/Berlin")
    assert read.gaps == {}
    workspaces = Workspaces(settings(tmp_path))
    workspaces.load("demo", (ROOT / "fixtures" / "demo.json").read_bytes())
    own = describe_workspace(workspaces.workspace("demo"))
    assert dict(read.campaigns) == dict(own.campaigns)
    assert {one.name for one in read.attributes} == {one.name for one in own.attributes}
    assert {one.name for one in read.additional_costs} == {one.name for one in own.additional_costs}
    assert {*own.customers} <= {*read.customers}
    assert read.programs == own.programs
    workspaces.close()


def test_without_one_the_user_says_currency_and_zone(shop: LiveShop):
    read = read_application(
        connect(shop.host, shop), "CHF", "Europe/Zurich", has_management_key=False
    )
    assert (read.id, read.currency, read.timezone) == (1, "CHF", "Europe/Zurich")
    assert not read.campaigns
    assert "takes a Management API key" in read.gaps["campaigns"]


def test_what_a_key_may_not_read_is_a_gap(shop: LiveShop):
    read = read_application(
        connect(shop.host, shop, "wrong"), "CHF", "UTC", has_management_key=True
    )
    assert "The Management API key was refused" in read.gaps["stores"]
    assert read.id == 1


def test_a_host_that_is_gone_is_asked_once(line: SpoiltLine, shop: LiveShop):
    host = line.host
    line.close()
    read = read_application(
        connect(host, shop, shop.management_key), "CHF", "UTC", has_management_key=True
    )
    assert "Nothing answers" in read.gaps["the Application"]


def test_health_says_how_each_api_answers(line: SpoiltLine, shop: LiveShop):
    connection = connect(line.host, shop, shop.management_key)
    assert [one.error for one in check_health(connection, has_management_key=True)] == [None, None]
    assert [one.api for one in check_health(connection, has_management_key=False)] == [
        "Integration"
    ]
    line.fault = http_answer("503 Unavailable")
    connection = connect(line.host, shop)
    (health,) = check_health(connection, has_management_key=False)
    assert isinstance(health.error, RefusedCallError)
    assert shop.is_untouched
