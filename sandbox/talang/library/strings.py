"""Texts. Source: talang.md, section 5.4."""

from __future__ import annotations

from typing import Any

from sandbox.talang.ast import Value
from sandbox.talang.errors import EvaluationError, LimitError
from sandbox.talang.kinds import ATOM, STRING, kind_of, text_of
from sandbox.talang.library.patterns import compiled_pattern, steps_of_search
from sandbox.talang.limits import MAX_TEXT, checked_list, checked_text, spend
from sandbox.talang.scope import Closure, Frame
from sandbox.talang.site import Site
from sandbox.talang.table import Library

library = Library()


@library.function("+(String, String, String...)String")
@library.function("concat(String, String, String...)String")
def _concat(*texts: str) -> Value:
    return checked_text("".join(texts))


@library.function("contains(String, String, String...)Boolean", sized=True)
def _contains(text: str, *needles: str) -> Value:
    return all(needle in text for needle in needles)


@library.function("notContains(String, String, String...)Boolean", sized=True)
def _not_contains(text: str, *needles: str) -> Value:
    return not any(needle in text for needle in needles)


@library.function("startsWith(String, String, String...)Boolean")
def _starts_with(text: str, *prefixes: str) -> Value:
    return all(text.startswith(prefix) for prefix in prefixes)


@library.function("endsWith(String, String, String...)Boolean")
def _ends_with(text: str, *suffixes: str) -> Value:
    return all(text.endswith(suffix) for suffix in suffixes)


@library.form("~(String, String, String...)Boolean", framed=True)
def _matches(site: Site) -> Closure:
    """Search texts for a pattern, which comes first and may match anywhere."""
    run_pattern, runs = site.run(0), site.runs(1)

    def search(frame: Frame) -> Value:
        source: Any = run_pattern(frame)
        texts: list[Any] = [run(frame) for run in runs]
        if not all(kind_of(value) & STRING for value in (source, *texts)):
            raise site.mismatch(source, *texts)
        pattern = compiled_pattern(source)
        for text in texts:
            spend(frame, steps_of_search(pattern, text))
            if pattern.search(text) is None:
                return False
        return True

    return search


@library.function("firstName(String)String", sized=True)
def _first_name(text: str) -> Value:
    return text.partition(" ")[0]


@library.function("lastName(String)String", sized=True)
def _last_name(text: str) -> Value:
    return text.rpartition(" ")[2]


@library.function("toString(Decimal|String|Boolean|Time)String")
def _to_string(value: Value) -> Value:
    return text_of(value)


@library.function("split(String, String)List", sized=True)
def _split(text: str, separator: str) -> Value:
    if separator:
        return checked_list(list(text.split(separator)))
    return checked_list(list(text))


@library.function("join(List, String)String", sized=True)
def _join(members: list[Value], separator: str) -> Value:
    """Only the first member must be a text, as in the reference; of the others theirs is taken."""
    if not members or not isinstance(members[0], str):
        raise EvaluationError("join takes a list that starts with a text")
    if not all(kind_of(member) & ATOM for member in members):
        raise EvaluationError("join takes no lists and maps inside the list")
    texts = [text_of(member) for member in members]
    if sum(map(len, texts)) + len(separator) * (len(texts) - 1) > MAX_TEXT:
        raise LimitError(f"A text has at most {MAX_TEXT} characters")
    return separator.join(texts)
