"""A live deployment of its own process for tests of calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deployment import LiveShop, SpoiltLine, live_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    with live_shop(tmp_path_factory.mktemp("live")) as served:
        yield served


@pytest.fixture
def line(shop: LiveShop) -> Iterator[SpoiltLine]:
    """A way to the deployment that can be spoilt."""
    proxy = SpoiltLine(shop.host)
    yield proxy
    proxy.close()
