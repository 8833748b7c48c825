"""``python -m benchmarks`` measures everything, ``python -m benchmarks.engine`` one part."""

from __future__ import annotations

from benchmarks import conditions, engine, http, page, scale, v1
from benchmarks.measure import summary

parts = (conditions, engine, v1, scale, http, page)
summary([finding for part in parts for finding in part.main()])
