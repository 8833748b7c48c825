"""Attribute checks in words: “the customer's city is Berlin”.

Source: reference/engine/03, section 3.2; both ends of `between` are included (decision F6).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sandbox.rules.model import (
    Between,
    CheckAttribute,
    CountedList,
    NoOperand,
    OneOperand,
    ValueList,
    Within,
)
from sandbox.rules.words.constants import constant_of, number_of
from sandbox.rules.words.counts import how_many
from sandbox.rules.words.english import is_bare, listed, quoted, verb
from sandbox.rules.words.expressions import comparison, term
from sandbox.rules.words.formula import as_written
from sandbox.rules.words.glossary import Glossary, Kind, Selection, Term
from sandbox.rules.words.names import may_be_missing
from sandbox.rules.words.values import is_id, moment
from sandbox.talang.ast import Expression, Literal, Path

_COMPARISONS = {
    "equals": "",
    "lessThan": "less than",
    "lessThanOrEqual": "at most",
    "greaterThan": "more than",
    "greaterThanOrEqual": "at least",
}
_ORDERS_OF_TIMES = {
    "lessThan": "before",
    "lessThanOrEqual": "at or before",
    "greaterThan": "after",
    "greaterThanOrEqual": "at or after",
}
_TEXTS = {"contains": "contains", "startsWith": "starts with", "endsWith": "ends with"}
_LISTS = {
    "containsOneOf": "at least one",
    "containsNoneOf": "none",
    "containsAllOf": "all",
}
_COUNTED = {"containsAtLeast": "at least", "containsExactly": "exactly"}


def attribute_clause(block: CheckAttribute, glossary: Glossary) -> str:
    """Return a check as a clause; one with an operator that has no words as it is written."""
    clause = _special(block, glossary)
    if clause is not None:
        return clause
    subject = term(block.attribute, glossary)
    said = predicate(block, subject, glossary)
    return as_written(block) if said is None else f"{subject.in_clause} {said}"


def predicate(block: CheckAttribute, subject: Term, glossary: Glossary) -> str | None:
    """Return what a check says of its subject: “is at least €100”; None without words.

    No check but `exists` holds for what is not set; where a reader would think so, it is said.
    """
    said = _predicate(block, subject, glossary)
    if said is None or not _seems_to_hold_for_nothing(block, glossary):
        return said
    be = verb("is", subject.plural)
    return f"{be} set and {said.removeprefix(f'{be} ')}"


def _seems_to_hold_for_nothing(block: CheckAttribute, glossary: Glossary) -> bool:
    """Tell whether a check that needs a value says no: it is not, contains none, is empty."""
    match block.operator:
        case "exists":
            return False
        case "empty":
            says_no = not block.negated
        case "containsNoneOf":
            says_no = True
        case _:
            says_no = block.negated
    attribute = block.attribute
    return says_no and isinstance(attribute, Path) and may_be_missing(attribute, glossary)


def _predicate(block: CheckAttribute, subject: Term, glossary: Glossary) -> str | None:
    be = _be(block.negated, subject.plural)
    kind = subject.kind
    operator = block.operator
    match block.operand:
        case NoOperand():
            return _alone(block, be)
        case OneOperand(value) if operator in _COMPARISONS:
            return f"{be} {_compared(block, value, kind, glossary)}"
        case OneOperand(value) if operator in ("after", "before"):
            return f"{be} {operator} {_time(value, glossary)}"
        case OneOperand(value) if operator in _TEXTS:
            said = _do(_TEXTS[operator], block.negated, subject.plural)
            return f"{said} {_operand(value, 'unknown', glossary)}"
        case OneOperand(value) if operator == "matchesRegexp":
            said = _do("matches", block.negated, subject.plural)
            return f"{said} the pattern {_pattern(value, glossary)}"
        case OneOperand(value) if operator == "inCollection":
            return f"{be} in the collection {_collection(value, glossary)}"
        case Between(minimum, maximum, ends_included) if operator == "between":
            least = _operand(minimum, kind, glossary)
            most = _operand(maximum, kind, glossary)
            ends = "both" if ends_included else "neither"
            return f"{be} between {least} and {most} ({ends} included)"
        case Within() if operator == "within":
            return f"{be} {_span(block.operand, glossary)}"
        case ValueList(values) if operator == "oneOf":
            return _one_of(values, block.negated, subject, glossary)
        case ValueList(values) if operator in _LISTS:
            listing = _values(values, "and", "unknown", glossary)
            said = _do("contains", block.negated, subject.plural)
            return f"{said} {_LISTS[operator]} of {listing}"
        case CountedList(values, count) if operator in _COUNTED:
            listing = _values(values, "and", "unknown", glossary)
            said = _do("contains", block.negated, subject.plural)
            wanted = _operand(count, "unknown", glossary)
            return f"{said} {_COUNTED[operator]} {wanted} of {listing}"
    return None


def _compared(block: CheckAttribute, value: Expression, kind: Kind, glossary: Glossary) -> str:
    if kind == "time" and block.operator in _ORDERS_OF_TIMES:
        return f"{_ORDERS_OF_TIMES[block.operator]} {_time(value, glossary)}"
    needed = _operand(value, kind, glossary)
    words = _COMPARISONS[block.operator]
    if not words and not block.negated and number_of(value) is not None:
        words = "exactly"
    return f"{words} {needed}" if words else needed


def _special(block: CheckAttribute, glossary: Glossary) -> str | None:
    """Say what has a better sentence than “its name is …”."""
    if block.operator == "isTrue" and not block.negated:
        clause = comparison(block.attribute, glossary)
        if clause is not None:
            return clause
    if not isinstance(block.attribute, Path):
        return None
    names = block.attribute.names
    selection = glossary.selections.get(names[0])
    if selection is not None:
        return _of_selection(block, names[1:], selection, glossary)
    match names:
        case ("Session", "CartTotal" | "CartItemTotal"):
            return _cart_is_worth(block, glossary)
        case ("Session", "FirstSession") if block.operator in ("isTrue", "isFalse"):
            is_first = (block.operator == "isTrue") is not block.negated
            return f"this is {'' if is_first else 'not '}the customer's first session"
        case ("Profile", "ClosedSessions" | "ClosedSessionsCount"):
            nouns = ("closed session", "closed sessions")
            return _having("the customer has", block, nouns, glossary)
        case ("Bundle", name, "Count"):
            nouns = (f"bundle {quoted(name)}", f"bundles {quoted(name)}")
            return _having("the cart makes", block, nouns, glossary)
    return None


def _of_selection(
    block: CheckAttribute, rest: tuple[str, ...], selection: Selection, glossary: Glossary
) -> str | None:
    if selection.kind == "flag" and rest == () and block.operator in ("isTrue", "isFalse"):
        is_so = (block.operator == "isTrue") is not block.negated
        there_are_none = selection.text.removeprefix("whether ")
        return there_are_none if is_so else there_are_none.replace("are no", "are", 1)
    is_count = rest == ("ItemCount",) or (rest == () and block.operator == "empty")
    if not is_count or selection.plain is None:
        return None
    singular = selection.plain.replace("items", "item", 1)
    return _having("the cart has", block, (singular, selection.plain), glossary)


def _having(
    subject: str, block: CheckAttribute, nouns: tuple[str, str], glossary: Glossary
) -> str | None:
    many = how_many(block.operator, block.negated, block.operand, nouns, glossary)
    return None if many is None else f"{subject} {many}"


def _cart_is_worth(block: CheckAttribute, glossary: Glossary) -> str | None:
    if block.operator not in _COMPARISONS and block.operator != "between":
        return None
    be = _be(block.negated, plural=False)
    said = predicate(block, Term("the cart", "money"), glossary)
    return None if said is None else f"the cart {be} worth{said.removeprefix(be)}"


def _be(negated: bool, plural: bool) -> str:
    return f"{verb('is', plural)} not" if negated else verb("is", plural)


def _do(singular: str, negated: bool, plural: bool) -> str:
    """Return a verb with what follows it, turned round where `negated`: “does not start with”."""
    word, *rest = singular.split(" ")
    said = f"{verb('does', plural)} not {verb(word, True)}" if negated else verb(word, plural)
    return " ".join((said, *rest))


def _alone(block: CheckAttribute, be: str) -> str | None:
    words = {"exists": "set", "empty": "empty", "isTrue": "true", "isFalse": "false"}
    word = words.get(block.operator)
    return None if word is None else f"{be} {word}"


def _operand(value: Expression, kind: Kind, glossary: Glossary) -> str:
    wanted: Kind = "money" if kind == "money" else "unknown"
    return term(value, _inside(glossary), wanted).in_clause


def _inside(glossary: Glossary) -> Glossary:
    """Return the glossary for what stands behind the verb: whose price is more than *its* limit."""
    return glossary.owned_by("its") if glossary.owner == "whose" else glossary


def _time(value: Expression, glossary: Glossary) -> str:
    return term(value, _inside(glossary), "time").text


def _pattern(value: Expression, glossary: Glossary) -> str:
    if isinstance(value, Literal) and isinstance(value.value, str):
        return quoted(value.value)
    return term(value, _inside(glossary)).text


def _collection(value: Expression, glossary: Glossary) -> str:
    match value:
        case Literal(str(name)):
            return quoted(name)
        case Literal(Decimal() as number) if is_id(number):
            return glossary.name_of("collection", int(number))
    return term(value, _inside(glossary)).text


def _span(span: Within, glossary: Glossary) -> str:
    start, end = (_bound(value, span.wall_clock, glossary) for value in (span.start, span.end))
    first = "included" if span.start_inclusive else "not included"
    last = "included" if span.end_inclusive else "not included"
    clock = ", whatever the time zone" if span.wall_clock else ""
    return f"between {start} ({first}) and {end} ({last}){clock}"


def _bound(value: Expression, wall_clock: bool, glossary: Glossary) -> str:
    if isinstance(value, Literal) and isinstance(value.value, str):
        return moment(value.value, glossary.vocabulary, wall_clock=wall_clock)
    return _time(value, glossary)


def _one_of(values: Sequence[Expression], negated: bool, subject: Term, glossary: Glossary) -> str:
    be = verb("is", subject.plural)
    if not values:
        return f"{be} {'any value' if negated else 'one of no values'}"
    if len(values) == 1 and not isinstance(values[0], Literal):
        one = f"{be}{' not' if negated else ''} one of"
        return f"{one} {_values(values, 'or', subject.kind, glossary)}"
    if len(values) == 1:
        return f"{be}{' not' if negated else ''} {_values(values, 'or', subject.kind, glossary)}"
    if negated:
        return f"{be} none of {_values(values, 'and', subject.kind, glossary)}"
    return f"{be} {_values(values, 'or', subject.kind, glossary)}"


def _values(values: Sequence[Expression], word: str, kind: Kind, glossary: Glossary) -> str:
    """Join values; when one text needs quotes, all get them."""
    texts = [constant_of(value) for value in values]
    if any(isinstance(text, str) and not is_bare(text) for text in texts):
        parts = [
            quoted(text) if isinstance(text, str) else _operand(value, kind, glossary)
            for text, value in zip(texts, values, strict=True)
        ]
    else:
        parts = [_operand(value, kind, glossary) for value in values]
    return listed(parts, word) if parts else "no values"
