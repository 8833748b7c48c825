"""The examples in the READMEs of the official SDKs, unchanged but for host and key.

They are read from the READMEs that are installed with the SDKs, so they are the vendor's to the
letter. One cannot be: the Python SDK's models take no positional arguments, which its own README
gives them, so these get their names. What an example does with the answer is its own: the
JavaScript one raises an error for every effect but a discount.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator.server import BackgroundServer
from sandbox.workspace.service import WorkspaceKeys
from tests.blocks import code_blocks
from tests.contract.conftest import Node
from tests.contract.shop import EXAMPLES

# What the README of the Python SDK gets wrong, before any server is asked.
REPAIRS = (
    (r'NewCustomerSessionV2\(\s+"', 'NewCustomerSessionV2(profile_id="'),
    (
        r"IntegrationRequest\(\s+customer_session,",
        "IntegrationRequest(customer_session=customer_session,",
    ),
)


@pytest.fixture
def keys(server: BackgroundServer) -> Iterator[WorkspaceKeys]:
    workspaces = server.running.workspaces
    yield workspaces.load("examples", EXAMPLES)
    workspaces.delete("examples")


@pytest.fixture
def host(server: BackgroundServer) -> str:
    return server.running.base_url


def addressed(example: str, *replacements: tuple[str, str]) -> str:
    """Replace what the README tells its reader to replace; each is there exactly once."""
    for pattern, text in replacements:
        example, count = re.subn(pattern, text, example)
        assert count == 1, pattern
    return example


class TestPython:
    @pytest.fixture
    def run(self, host: str, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
        """Run the example with this number, and return what it prints."""
        readme = metadata("talon-one-sdk").get_payload()
        examples = code_blocks(str(readme), "python")

        def run(number: int, key: str, *repairs: tuple[str, str]) -> str:
            program = addressed(
                examples[number],
                (r'"https://yourbaseurl\.talon\.one"', f'"{host}"'),
                (r'(?<="api_key_v1": )"[0-9a-f]{60,}"', f'"{key}"'),
                *repairs,
            )
            names: dict[str, Any] = {}
            exec(compile(program, "example.py", "exec"), names)
            return capsys.readouterr().out

        return run

    def test_a_session_update(self, run: Callable[..., str], keys: WorkspaceKeys):
        printed = run(0, keys.integration_key, *REPAIRS)
        assert "acceptCoupon" in printed
        assert printed.splitlines()[-2:] == [
            "Set a discount 'Welcome' of 1",
            "Set a discount 'Summer' of 24.6",
        ]

    def test_an_application_of_the_management_api(
        self, run: Callable[..., str], keys: WorkspaceKeys
    ):
        assert "Example shop" in run(1, keys.management_key)


class TestJavaScript:
    @pytest.fixture
    def examples(self, javascript_sdk: Path) -> list[str]:
        """The examples that need an account: of both versions, and of the Management API."""
        readme = (javascript_sdk / "README.md").read_text()
        blocks = code_blocks(readme, "javascript")
        return [block for block in blocks if "mycompany.talon.one" in block]

    def test_a_session_update(
        self, examples: list[str], node: Node, host: str, keys: WorkspaceKeys
    ):
        ended = node(at(examples[0], host, keys.integration_key))
        assert '"effectType": "acceptCoupon"' in ended.stdout
        assert ended.stdout.splitlines()[-1] == "Set a discount 'Welcome' of 1"
        assert "Unhandled effect type from Talon.One integration: acceptCoupon" in ended.stderr

    def test_an_update_of_the_first_version_is_told_that_it_is_not_emulated(
        self, examples: list[str], node: Node, host: str, keys: WorkspaceKeys
    ):
        """The vendor's API has it no longer (decision S250)."""
        ended = node(at(examples[1], host, keys.integration_key))
        assert ended.returncode == 0
        assert "This operation of Talon.One is not emulated yet" in ended.stderr

    def test_an_application_of_the_management_api(
        self, examples: list[str], node: Node, host: str, keys: WorkspaceKeys
    ):
        key = keys.management_key
        program = addressed(
            examples[2],
            (r'(?<=basePath = )"[^"]+"', f'"{host}"'),
            (r'(?m)^  "\$hhhD0ntT3ll!"$', f'  "{key}"'),
        )
        ended = node(program)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "API called successfully" in ended.stdout
        assert '"name":"Example shop"' in ended.stdout


def at(example: str, host: str, key: str) -> str:
    return addressed(
        example,
        (r'(?<=basePath = )"[^"]+"', f'"{host}"'),
        (r'(?<=apiKey =)\s+"[0-9a-f]{60,}"', f' "{key}"'),
    )
