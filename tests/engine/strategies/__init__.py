"""Generated Applications and requests, for the laws that hold for all of them.

`values` has the words, `conditions`, `effects` and `selectors` the blocks, each type of block in
one entry of a table; `applications` puts campaigns together, `situations` adds a request.
"""

from __future__ import annotations

from hypothesis import settings


def examples(times: float = 1) -> settings:
    """Try a law with so many times the examples of the profile (see `tests/conftest.py`)."""
    return settings(max_examples=max(1, round(times * settings.default.max_examples)))
