"""``python -m benchmarks`` measures everything, ``python -m benchmarks.engine`` one part."""

from __future__ import annotations

from benchmarks import engine, http, page
from benchmarks.measure import summary

summary([*engine.main(), *http.main(), *page.main()])
