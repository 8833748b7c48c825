"""Regular expressions of rules: RE2, so that no pattern takes more than linear time."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]  # the package ships no types

from sandbox.talang.errors import EvaluationError, LimitError
from sandbox.talang.kinds import shown
from sandbox.talang.limits import MAX_PATTERN

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
# Keeps what a pattern is compiled to, and with it the work for each character, small.
_OPTIONS.max_mem = 1 << 16


@lru_cache(maxsize=1000)
def compiled_pattern(pattern: str) -> Any:
    """Return a compiled pattern; raises EvaluationError when it is none."""
    if len(pattern) > MAX_PATTERN:
        raise LimitError(f"A pattern has at most {MAX_PATTERN} characters")
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise EvaluationError(f"{shown(pattern)} is no regular expression: {text}") from None


def steps_of_search(pattern: Any, text: str) -> int:
    """Return what a search costs at worst."""
    steps: int = len(text) * pattern.programsize // 20
    return steps + 1
