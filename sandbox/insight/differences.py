"""What differs between two bodies of JSON, place by place, and between effects in words.

Members of a list are paired by what they are: effects by type, campaign, rule and what they stand
at, items by SKU, texts by themselves. By their index one new member would make all others differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sandbox.insight.log import body_of, json_path
from sandbox.numbers import encode_json

Kind = Literal["added", "removed", "changed"]
Path: TypeAlias = tuple[str | int, ...]

_MISSING = object()
_MOMENT = re.compile(r'"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)"')
_UUID = re.compile(r'"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"')
_MAX_SHOWN = 200
# What an effect stands at. A text as `value` is a code, an amount is what may have changed.
_PLACES = (
    "position",
    "subPosition",
    "cartItemPosition",
    "cartItemSubPosition",
    "additionalCost",
    "additionalCostId",
    "programId",
    "subLedgerId",
    "sku",
    "achievementId",
    "audienceId",
    "path",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; `before` and `after` are JSON, "" where there is nothing.

    `place` is a JSON path, or an effect in words where `is_effect`.
    """

    kind: Kind
    place: str
    before: str
    after: str
    is_effect: bool = False

    @property
    def is_incidental(self) -> bool:
        """Whether it is only a moment or an id made anew, as any two answers have."""
        both = (self.before, self.after)
        return all(map(_MOMENT.fullmatch, both)) or all(map(_UUID.fullmatch, both))

    @property
    def words(self) -> str:
        """The difference as a sentence: setDiscount “VIP 10 %”: 12.30 → 9.84."""
        if self.kind == "changed":
            return f"{self.place}: {self.before} → {self.after}"
        value = self.after or self.before
        return f"{self.place}: {value}" if value else self.place


def differences(before: str, after: str) -> list[Difference]:
    """Return what differs between two bodies, effects first; bodies that are no JSON as a whole."""
    if before == after:
        return []
    left, right = body_of(before), body_of(after)
    if not isinstance(left, dict | list) or not isinstance(right, dict | list):
        return [Difference("changed", "the whole text", _cut(before), _cut(after))]
    found = list(_compared((), left, right))
    return sorted(found, key=lambda difference: not difference.is_effect)


def _compared(path: Path, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            one, other = before.get(name, _MISSING), after.get(name, _MISSING)
            yield from _compared((*path, name), one, other)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists_compared(path, before, after)
    elif not _is_same(before, after):
        yield Difference(_kind(before, after), json_path(path), _shown(before), _shown(after))


def _lists_compared(
    path: Path, before: Sequence[Any], after: Sequence[Any]
) -> Iterator[Difference]:
    left, right = _keyed(before), _keyed(after)
    for key in dict.fromkeys([*left, *right]):
        index, one = left.get(key, (0, _MISSING))
        new_index, other = right.get(key, (0, _MISSING))
        if _is_effect(one) or _is_effect(other):
            yield from _effects_compared(one, other)
        else:
            yield from _compared((*path, new_index if one is _MISSING else index), one, other)


def _keyed(members: Sequence[Any]) -> dict[Hashable, tuple[int, Any]]:
    """Return members with their indexes, by what they are; the same thing again by a number."""
    seen: Counter[Hashable] = Counter()
    keyed: dict[Hashable, tuple[int, Any]] = {}
    for index, member in enumerate(members):
        identity = _identity(member)
        keyed[identity, seen[identity]] = index, member
        seen[identity] += 1
    return keyed


def _identity(member: Any) -> Hashable:
    if isinstance(member, str):
        return member
    if _is_effect(member):
        return _effect_identity(member)
    if isinstance(member, dict):
        for name in ("sku", "id", "value", "integrationId"):
            if isinstance(member.get(name), str | int):
                return name, member[name]
    return None


def _is_effect(member: Any) -> bool:
    return (
        isinstance(member, dict)
        and isinstance(member.get("effectType"), str)
        and isinstance(member.get("props"), dict)
    )


def _effect_identity(effect: Mapping[str, Any]) -> Hashable:
    props = effect["props"]
    code = props["value"] if isinstance(props.get("value"), str) else None
    places = tuple(str(props.get(name)) for name in _PLACES)
    rule = str(effect.get("ruleName")), str(effect.get("campaignId"))
    return effect["effectType"], rule, code, places


def _effects_compared(before: Any, after: Any) -> Iterator[Difference]:
    if before is _MISSING or after is _MISSING:
        there = after if before is _MISSING else before
        amount = there["props"].get("value", _MISSING)
        shown = "" if isinstance(amount, str) else _shown(amount)
        if before is _MISSING:
            yield Difference("added", _effect_words(there), "", shown, is_effect=True)
        else:
            yield Difference("removed", _effect_words(there), shown, "", is_effect=True)
        return
    words = _effect_words(before)
    for difference in _compared((), _flat(before), _flat(after)):
        place = words if difference.place == "value" else f"{words}, {difference.place}"
        yield Difference(
            difference.kind, place, difference.before, difference.after, is_effect=True
        )


def _flat(effect: Mapping[str, Any]) -> dict[str, Any]:
    """Return an effect with its props among its other fields."""
    return {**{name: value for name, value in effect.items() if name != "props"}, **effect["props"]}


def _effect_words(effect: Mapping[str, Any]) -> str:
    """Return which effect it is: setDiscountPerItem “VIP 10 %”, line 2."""
    props = effect["props"]
    label = next(
        (
            props[field]
            for field in ("name", "value", "title", "achievementName", "poolName")
            if isinstance(props.get(field), str)
        ),
        effect.get("ruleName"),
    )
    words = f"{effect['effectType']} “{label}”" if label else str(effect["effectType"])
    position = props.get("position", props.get("cartItemPosition"))
    unit = props.get("subPosition", props.get("cartItemSubPosition"))
    if isinstance(position, int):
        words += f", line {position + 1}"
    if isinstance(position, int) and isinstance(unit, int):
        words += f", unit {unit + 1}"
    return words


def _is_same(before: Any, after: Any) -> bool:
    """Compare values as JSON has them: 1 and 1.0 are the same, 1 and true are not."""
    return isinstance(before, bool) == isinstance(after, bool) and bool(before == after)


def _kind(before: Any, after: Any) -> Kind:
    if before is _MISSING:
        return "added"
    return "removed" if after is _MISSING else "changed"


def _shown(value: Any) -> str:
    return "" if value is _MISSING else _cut(encode_json(value).decode())


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
