"""The list of the vendor's operations, and what is known of each."""

from __future__ import annotations

from pathlib import Path

from sandbox.__main__ import main
from sandbox.emulator.app import INTEGRATION
from sandbox.emulator.coverage import calls_in, report, routed
from sandbox.emulator.operations import Finder, Operation, listed_operations, read_operations

GET = Operation("GET", "/v1/things/{thingId}", "getThing")
MAKE = Operation("POST", "/v1/things", "makeThingV2")


def test_the_list_is_that_of_the_vendors_file(shared: Path):
    text = (shared / "openapi" / "integration-api.yml").read_text()
    assert read_operations(text) == listed_operations()
    assert len(listed_operations()) > 30


def test_every_route_is_an_operation_of_the_vendor():
    finder = Finder(listed_operations())
    for path, methods in INTEGRATION.items():
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
        'def fetched(client): return client.call("GET", f"{BASE}/{1}?x=2")\n'
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
    lines = list(report([GET, MAKE], routed({GET.path: ["GET"]}), {GET: list("abcde")}))
    assert lines == [
        "emulated  GET    /v1/things/{thingId}  getThing: a, b, c, and 2 more",
        "missing   POST   /v1/things  makeThingV2: no test",
        "1 of 2 operations are emulated.",
    ]


def test_the_command_prints_every_operation(capsys):
    assert main(["coverage"]) == 0
    printed = capsys.readouterr().out
    assert all(operation.operation_id in printed for operation in listed_operations())
