"""A live deployment of its own process for tests of calls."""

from __future__ import annotations

from tests.deployment import line, shop

__all__ = ["line", "shop"]
