"""``python -m benchmarks`` measures everything, ``python -m benchmarks.engine`` one part."""

from __future__ import annotations

from benchmarks import (
    beside,
    carts,
    conditions,
    engine,
    http,
    memory,
    page,
    scale,
    sdk,
    v1,
    visitors,
)
from benchmarks.measure import summary

parts = (conditions, engine, v1, scale, http, sdk, beside, memory, page, carts, visitors)
summary([finding for part in parts for finding in part.main()])
