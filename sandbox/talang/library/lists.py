"""Lists. Source: talang.md, section 5.5; both spellings of blocks are taken everywhere (9.11)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sandbox.numbers import ZERO
from sandbox.talang.ast import Value
from sandbox.talang.calls import failed_arithmetic
from sandbox.talang.errors import EvaluationError
from sandbox.talang.kinds import ATOM, BOOLEAN, kind_of, shown, text_of
from sandbox.talang.library.arithmetic import add
from sandbox.talang.limits import checked_list, spend, weight_of
from sandbox.talang.scope import Closure, Frame
from sandbox.talang.site import Site
from sandbox.talang.table import Library

library = Library()


@library.function("list(Atom...)List")
def _list(*members: Value) -> Value:
    return list(members)


@library.function("head(List)Any")
def _head(members: list[Value]) -> Value:
    return members[0] if members else None


@library.function("tail(List)List", sized=True)
def _tail(members: list[Value]) -> Value:
    return members[1:]


@library.function("drop(List)List", sized=True)
def _drop(members: list[Value]) -> Value:
    return members[:-1]


@library.function("item(List, Decimal)Any")
def _item(members: list[Value], index: Decimal) -> Value:
    """Count from 0; what stands behind the point of the index is cut off."""
    if not -1 < index < len(members):
        raise EvaluationError(f"The list has {len(members)} members, none at {index}")
    return members[int(index)]


@library.function("push(List, Collection|Atom, Collection|Atom...)List", sized=True)
@library.function("append(List, Collection|Atom, Collection|Atom...)List", sized=True)
def _push(members: list[Value], *others: Value) -> Value:
    return checked_list([*members, *others])


@library.function("count(List)Decimal")
def _count(members: list[Value]) -> Value:
    return Decimal(len(members))


@library.function("isEmpty(List)Boolean")
def _is_empty(members: list[Value]) -> Value:
    return not members


@library.function("reverse(List)List", sized=True)
def _reverse(members: list[Value]) -> Value:
    return members[::-1]


@library.function("min(List)Decimal", sized=True)
def _min(members: list[Value]) -> Value:
    return min(_numbers(members))


@library.function("max(List)Decimal", sized=True)
def _max(members: list[Value]) -> Value:
    return max(_numbers(members))


def _numbers(members: list[Value]) -> list[Decimal]:
    numbers = [member for member in members if isinstance(member, Decimal)]
    if not numbers:
        raise EvaluationError("There is no number in the list")
    return numbers


# What sorting costs for each member, in steps.
_SORTING = 10


@library.form("sort(List, Boolean...)List", framed=True)
def _sort(site: Site) -> Closure:
    """Sort by text; a second argument of true sorts down."""
    read, runs = site.run(0), site.runs(1)

    def sort(frame: Frame) -> Value:
        members = read(frame)
        if type(members) is not list:
            raise site.mismatch(members)
        flags = [run(frame) for run in runs]
        if not all(kind_of(flag) & BOOLEAN for flag in flags):
            raise site.mismatch(members, *flags)
        if not all(kind_of(member) & ATOM for member in members):
            raise EvaluationError("sort takes no lists and maps inside the list")
        spend(frame, weight_of([members]) * _SORTING)
        return sorted(members, key=text_of, reverse=flags[:1] == [True])

    return sort


@library.form("map(List, Token)List", "map(List, String, Token)List", framed=True)
def _map(site: Site) -> Closure:
    read, body = site.run(0), site.body(1)
    slot, run, weight = body.slot, body.run, body.weight

    def map_members(frame: Frame) -> Value:
        members = read(frame)
        if type(members) is not list:
            raise site.mismatch(members)
        spend(frame, len(members) * weight)
        results = []
        for frame[slot] in members:
            results.append(run(frame))
        return results

    return map_members


@library.form("filter(List, Token)List", "filter(List, String, Token)List", framed=True)
def _filter(site: Site) -> Closure:
    read, body = site.run(0), site.body(1)
    slot, run, weight = body.slot, body.run, body.weight

    def filter_members(frame: Frame) -> Value:
        members = read(frame)
        if type(members) is not list:
            raise site.mismatch(members)
        spend(frame, len(members) * weight)
        kept = []
        for member in members:
            frame[slot] = member
            holds = run(frame)
            if holds is True:
                kept.append(member)
            elif holds is not False:
                raise _no_boolean(site, holds)
        return kept

    return filter_members


@library.form("exists(List, Token)Boolean", "exists(List, String, Token)Boolean", framed=True)
def _exists(site: Site) -> Closure:
    """Stop at the first member for which the block is true."""
    read, body = site.run(0), site.body(1)
    slot, run, weight = body.slot, body.run, body.weight

    def exists(frame: Frame) -> Value:
        members = read(frame)
        if type(members) is not list:
            raise site.mismatch(members)
        spend(frame, len(members) * weight)
        for frame[slot] in members:
            holds = run(frame)
            if holds is True:
                return True
            if holds is not False:
                raise _no_boolean(site, holds)
        return False

    return exists


@library.form("every(List, Token)Boolean", "every(List, String, Token)Boolean", framed=True)
def _every(site: Site) -> Closure:
    """Stop at the first member for which the block is not true, whatever it is instead."""
    read, body = site.run(0), site.body(1)
    slot, run, weight = body.slot, body.run, body.weight

    def every(frame: Frame) -> Value:
        members = read(frame)
        if type(members) is not list:
            raise site.mismatch(members)
        spend(frame, len(members) * weight)
        return all(run(frame) is True for frame[slot] in members)

    return every


@library.form("sum(List, Token)Decimal", "sum(List, String, Token)Decimal", framed=True)
def _sum(site: Site) -> Closure:
    read, body = site.run(0), site.body(1)
    slot, run, weight = body.slot, body.run, body.weight

    def sum_up(frame: Frame) -> Value:
        members = read(frame)
        if type(members) is not list:
            raise site.mismatch(members)
        spend(frame, len(members) * weight)
        total = ZERO
        for frame[slot] in members:
            value = run(frame)
            if type(value) is not Decimal:
                raise EvaluationError(f"sum adds numbers, not {shown(value)}")
            try:
                total = add(total, value)
            except ArithmeticError as error:
                raise failed_arithmetic(error) from None
        return total

    return sum_up


@library.form(
    "sortByNumber(List, Token, Boolean)List",
    "sortByNumber(List, String, Token, Boolean)List",
    framed=True,
)
def _sort_by_number(site: Site) -> Closure:
    """Sort by a number; where any key is none, pairs with it keep their order."""
    return _sort_by(site, _by_number)


@library.form(
    "sortByString(List, Token, Boolean)List",
    "sortByString(List, String, Token, Boolean)List",
    framed=True,
)
def _sort_by_string(site: Site) -> Closure:
    return _sort_by(site, _by_text)


def _sort_by(site: Site, place: Callable[[list[Value], bool], list[int]]) -> Closure:
    read, body = site.run(0), site.body(1)
    slot, run, weight = body.slot, body.run, body.weight
    run_descending = site.run(len(site.arguments) - 1)

    def sort(frame: Frame) -> Value:
        members = read(frame)
        if type(members) is not list:
            raise site.mismatch(members)
        spend(frame, len(members) * (weight + _SORTING))
        keys = []
        for frame[slot] in members:
            keys.append(run(frame))
        descending = run_descending(frame)
        if type(descending) is not bool:
            raise site.mismatch(members, descending)
        return [members[index] for index in place(keys, descending)]

    return sort


def _by_number(keys: list[Value], descending: bool) -> list[int]:
    """Return places in order of their numbers; keys that are no numbers stay where they are."""
    places = [index for index, key in enumerate(keys) if isinstance(key, Decimal)]
    ordered = iter(sorted(places, key=keys.__getitem__, reverse=descending))  # type: ignore[arg-type]  # they are numbers
    numbers = set(places)
    return [next(ordered) if index in numbers else index for index in range(len(keys))]


def _by_text(keys: list[Value], descending: bool) -> list[int]:
    for key in keys:
        if not kind_of(key) & ATOM:
            raise EvaluationError(f"sortByString sorts by texts, not by {shown(key)}")
    texts = [text_of(key) for key in keys]
    return sorted(range(len(keys)), key=texts.__getitem__, reverse=descending)


def _no_boolean(site: Site, value: Value) -> EvaluationError:
    return EvaluationError(f"The block of {site.name} gives true or false, not {shown(value)}")
