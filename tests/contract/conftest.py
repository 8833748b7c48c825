"""Node with the JavaScript SDK, where it is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

JAVASCRIPT = Path(__file__).parent / "javascript"
Node = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def javascript_sdk() -> Path:
    """The folder of the installed SDK."""
    sdk = JAVASCRIPT / "node_modules" / "talon_one"
    if shutil.which("node") is None or not sdk.exists():
        reason = "the JavaScript SDK is not installed: it needs Node and make test"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return sdk


@pytest.fixture
def node(javascript_sdk: Path, tmp_path: Path) -> Node:
    """Run a program under Node, with the SDK to require and variables of its own."""

    def run(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "program.js"
        file.write_text(program)
        modules = {"NODE_PATH": str(javascript_sdk.parent)}
        return subprocess.run(
            ["node", str(file)],
            env=os.environ | modules | variables,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run
