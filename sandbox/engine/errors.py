"""Why an effect does not fire."""

from __future__ import annotations


class EffectFailed(Exception):
    """An effect cannot be applied; it takes its rule with it.

    Never leaves the engine: it becomes the `details` of a rule failure.
    """
