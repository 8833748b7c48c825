"""A server process that tests may kill."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process import ServerOf


@pytest.fixture
def process(tmp_path: Path) -> Iterator[ServerOf]:
    """A running server over a home of its own."""
    opened = ServerOf(tmp_path)
    opened.open()
    yield opened
    if opened.process is not None:
        opened.end(signal.SIGKILL)
