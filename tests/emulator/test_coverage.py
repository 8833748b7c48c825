"""The list of the vendor's operations, and what is known of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from sandbox.__main__ import main
from sandbox.emulator.app import INTEGRATION
from sandbox.emulator.coverage import calls_in, report, routed
from sandbox.emulator.management.logins import LOGINS
from sandbox.emulator.management.routes import MANAGEMENT
from sandbox.emulator.operations import (
    APIS,
    RELEASE,
    Api,
    Finder,
    Operation,
    listed_operations,
    read_operations,
)

GET = Operation("GET", "/v1/things/{thingId}", "getThing")
Routes: TypeAlias = Mapping[str, Collection[str]]
ROUTES: list[tuple[Api, Routes]] = [
    ("integration", INTEGRATION),
    ("management", {**MANAGEMENT, **LOGINS}),
]
MAKE = Operation("POST", "/v1/things", "makeThingV2")


@pytest.mark.parametrize("api", APIS)
def test_the_list_is_that_of_the_vendors_file(shared: Path, api: Api):
    text = (shared / "openapi" / f"{api}-api.yml").read_text()
    assert read_operations(text) == listed_operations(api)
    assert len(listed_operations(api)) > 30


@pytest.mark.parametrize(("api", "routes"), ROUTES)
def test_every_route_is_an_operation_of_the_vendor(api: Api, routes: Routes):
    finder = Finder(listed_operations(api))
    for path, methods in routes.items():
        for method in methods:
            operation = finder.find(method, path)
            assert operation is not None
            assert operation.path == path


def test_an_operation_is_found_by_method_and_path():
    finder = Finder([GET, MAKE])
    assert finder.find("GET", "/v1/things/a%2Fb?full=true") == GET
    assert finder.find("POST", "/v1/things") == MAKE
    assert finder.find("DELETE", "/v1/things") is None
    assert finder.find("GET", "/v1/other") is None


def test_tests_that_call_an_operation_are_found_however_they_do(tmp_path: Path):
    (tmp_path / "client.py").write_text(
        'class Client:\n    def make(self):\n        return self.call("POST", "/v1/things")\n'
    )
    (tmp_path / "test_things.py").write_text(
        'BASE = "/v1/things"\n'
        'def fetched(client): return client.call("GET", f"{BASE}/{1}{query}")\n'
        "def test_directly(client): fetched(client)\n"
        "def test_by_the_client(client): client.make()\n"
        "def test_by_the_sdk(api): api.make_thing_v2()\n"
        "def test_by_a_fixture(fetched): pass\n"
        "def test_nothing(client): pass\n"
    )
    calls = calls_in(tmp_path, tmp_path, [GET, MAKE])
    assert calls == {
        GET: ["test_things.py::test_directly", "test_things.py::test_by_a_fixture"],
        MAKE: ["test_things.py::test_by_the_client", "test_things.py::test_by_the_sdk"],
    }


def test_cases_name_what_they_call(tmp_path: Path):
    (tmp_path / "things.jsonl").write_text(
        '{"id": "thing-get", "steps": [{"request": {"method": "GET", "path": "/v1/things/1"}}]}\n'
    )
    assert calls_in(tmp_path, tmp_path, [GET, MAKE]) == {GET: ["thing-get"]}


def test_a_report_has_a_line_for_each_operation_and_counts():
    emulated = routed({GET.path: ["GET"]})
    assert list(report([GET, MAKE], emulated, {GET: list("abcde")}, with_missing=True)) == [
        "emulated  GET    /v1/things/{thingId}  getThing: a, b, c, and 2 more",
        "missing   POST   /v1/things  makeThingV2: no test",
        "1 of 2 operations are emulated.",
    ]


def test_a_report_may_leave_out_what_is_missing():
    emulated = routed({GET.path: ["GET"]})
    assert list(report([GET, MAKE], emulated, {}, with_missing=False)) == [
        "emulated  GET    /v1/things/{thingId}  getThing: no test",
        "1 of 2 operations are emulated.",
    ]


def test_the_command_prints_the_release_and_every_operation(capsys):
    assert main(["coverage"]) == 0
    printed = capsys.readouterr().out
    assert RELEASE in printed
    assert all(one.operation_id in printed for one in listed_operations("integration"))
    assert "getApplications" in printed


def test_every_emulated_operation_is_called_by_a_test_of_the_project():
    tests = Path(__file__).parents[1]
    for api, routes in ROUTES:
        emulated = routed(routes)
        operations = [o for o in listed_operations(api) if emulated.find(o.method, o.path)]
        calls = calls_in(tests, tests / "none", operations)
        assert [o.operation_id for o in operations if not calls.get(o)] == []
