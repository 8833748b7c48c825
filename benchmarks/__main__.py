"""``python -m benchmarks`` measures everything, ``python -m benchmarks.engine`` one part."""

from __future__ import annotations

from benchmarks import conditions, engine, http, page, scale
from benchmarks.measure import summary

summary([*conditions.main(), *engine.main(), *scale.main(), *http.main(), *page.main()])
