"""Find what serves a path: templates such as ``/v2/customer_sessions/{customerSessionId}``.

Paths are raw, as they came over the wire, and ids are unquoted after they were found, so that every
id an SDK can send works: ``a/b`` (sent as ``a%2Fb``), ``../x``, ``%``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Generic, TypeVar
from urllib.parse import unquote

from sandbox.errors import Fault, Refused

T = TypeVar("T")

_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


class Router(Generic[T]):
    """Templates with what serves them. A template without an id wins over one with it.

    Other paths are looked up once for each set of positions that ids have in templates of their
    length.
    """

    def __init__(self, templates: Mapping[str, T]) -> None:
        self._without_ids = {path: served for path, served in templates.items() if "{" not in path}
        self._routes: dict[tuple[str, ...], tuple[T, tuple[str, ...]]] = {}
        self._positions: dict[int, list[tuple[int, ...]]] = {}
        for template, served in templates.items():
            if template in self._without_ids:
                continue
            segments = template.split("/")
            ids = tuple(i for i, segment in enumerate(segments) if segment.startswith("{"))
            self._routes[_shape(segments, ids)] = served, tuple(segments[i][1:-1] for i in ids)
            positions = self._positions.setdefault(len(segments), [])
            if ids not in positions:
                positions.append(ids)
                positions.sort(key=len)

    def find(self, path: str) -> tuple[T, dict[str, str]] | None:
        """Return what serves a path, with the ids in it, or None. Ids are never empty.

        Raises Refused for an id that is not percent-encoded UTF-8.
        """
        found = self._without_ids.get(path)
        if found is not None:
            return found, {}
        segments = path.split("/")
        for ids in self._positions.get(len(segments), ()):
            route = self._routes.get(_shape(segments, ids))
            if route is not None:
                served, names = route
                if all(segments[i] for i in ids):
                    pairs = zip(names, ids, strict=True)
                    return served, {name: _unquoted(name, segments[i]) for name, i in pairs}
        return None


def _unquoted(name: str, segment: str) -> str:
    """Return an id; two that are sent differently never become one (decision S230)."""
    if "%" not in segment:
        return segment
    try:
        if not _BROKEN_ESCAPE.search(segment):
            return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        pass
    details = f"“{name}” is not percent-encoded UTF-8: “{segment}”"
    raise Refused([Fault("Malformed", details, parameter=name)])


def _shape(segments: list[str], ids: tuple[int, ...]) -> tuple[str, ...]:
    """Return a path with every id at these positions made the same, and like no segment."""
    shape = segments.copy()
    for i in ids:
        shape[i] = "/"
    return tuple(shape)
