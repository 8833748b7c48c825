"""The functions of Talang, one module for each section of the reference's table."""

from __future__ import annotations

from sandbox.talang.library import (
    arithmetic,
    comparison,
    language,
    lists,
    strings,
    times,
)
from sandbox.talang.table import Table

TALANG = Table(
    [
        overload
        for module in (comparison, lists, arithmetic, language, strings, times)
        for overload in module.library.overloads
    ]
)
