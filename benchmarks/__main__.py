"""``python -m benchmarks`` measures everything, ``python -m benchmarks.engine`` one part."""

from __future__ import annotations

from benchmarks import engine, http, page, scale, v1
from benchmarks.measure import summary

summary([*engine.main(), *v1.main(), *scale.main(), *http.main(), *page.main()])
