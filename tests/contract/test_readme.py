"""The README's tests in five lines do what it says, to the letter; only the port is another one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.emulator.server import BackgroundServer
from tests.blocks import code_blocks
from tests.process import ROOT

README = (ROOT / "README.md").read_text()
SECTION = README.partition("\n## A passing test in five lines\n")[2].partition("\n## ")[0]


@pytest.fixture
def shell(server: BackgroundServer) -> str:
    """What the README has its reader type first, with the address of this server."""
    if shutil.which("curl") is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs curl")
        pytest.skip("curl is not installed")
    setup = code_blocks(SECTION, "sh")[0]
    assert "http://127.0.0.1:8765\n" in setup
    return setup.replace("http://127.0.0.1:8765", server.running.base_url)


def run(shell: str, command: str) -> str:
    """Run a command in the shell that the README has set up, and return what it prints."""
    ended = subprocess.run(
        ["sh", "-c", f"{shell}\n{command}"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended
    return ended.stdout


def test_no_language_needs_more_than_five_lines():
    setup, curl = code_blocks(SECTION, "sh")
    (python,) = code_blocks(SECTION, "python")
    (javascript,) = code_blocks(SECTION, "javascript")
    assert [text.count("\n") for text in (python, javascript, setup + curl)] == [5, 5, 5]


def test_python(shell: str, tmp_path: Path):
    (tmp_path / "test_shop.py").write_text(code_blocks(SECTION, "python")[0])
    printed = run(shell, f"cd {tmp_path} && {sys.executable} -m pytest -q")
    assert "1 passed" in printed


def test_javascript(
    shell: str, tmp_path: Path, javascript_sdk: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NODE_PATH", str(javascript_sdk.parent))
    (tmp_path / "shop.test.js").write_text(code_blocks(SECTION, "javascript")[0])
    printed = run(
        shell, f"cd {tmp_path} && NODE_PATH={javascript_sdk.parent} node --test shop.test.js"
    )
    assert "pass 1" in printed


def test_curl(shell: str):
    assert run(shell, code_blocks(SECTION, "sh")[1]) == "passed\n"


def test_a_reset_gives_the_same_start(shell: str):
    close = (
        'curl -s -o /dev/null -w "%{http_code} " -X PUT $HOST/v2/customer_sessions/1 '
        """-H "Authorization: ApiKey-v1 $KEY" -d '{"customerSession": {"state": "closed"}}'"""
    )
    reset = (
        "curl -s -X POST $HOST/sandbox/v1/workspaces/mine/reset -H 'Content-Type: application/json'"
    )
    assert run(shell, f"{close}; {close}; {reset}; {close}") == "200 400 200 "
