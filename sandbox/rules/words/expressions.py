"""Expressions in words: “20 % of the session total”, “half of its price, rounded up”.

An expression that nests too deep, or calls what has no words, stands as its formula.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from sandbox.rules.words.constants import number_of
from sandbox.rules.words.english import fraction, listed, quoted, verb, with_article
from sandbox.rules.words.formula import formula
from sandbox.rules.words.glossary import Glossary, Kind, Term
from sandbox.rules.words.names import noun
from sandbox.rules.words.values import constant, moment, money, number, percent
from sandbox.talang.ast import Call, Expression, Literal, Path, Value

MAX_DEPTH = 3
HUNDRED = Decimal(100)


def term(expression: Expression, glossary: Glossary, wanted: Kind = "unknown") -> Term:
    """Return an expression in words; `wanted` is what its constants are: money, time, …"""
    if _depth(expression) > MAX_DEPTH:
        return Term(formula(expression))
    return _term(expression, glossary, wanted)


def text(expression: Expression, glossary: Glossary) -> str:
    """Return what a text expression gives, quoted: “Hello [the customer's name]”."""
    match expression:
        case Call(name, pieces) if name.upper() == "CONCAT":
            return quoted("".join(_piece(piece, glossary) for piece in pieces))
    return quoted(_piece(expression, glossary))


def share_of(expression: Expression, glossary: Glossary) -> tuple[str, Expression] | None:
    """Split what is a share of something: “20 %” and what of; “half”, “a third”."""
    match expression:
        case Call("*", (base, factor)) if number_of(base) is None and number_of(factor) is not None:
            return _share(factor, base, glossary)
        case Call("*", (factor, base)) if number_of(base) is None and number_of(factor) is not None:
            return _share(factor, base, glossary)
        case Call("/", (Call("*", (base, factor)), hundred)) if number_of(hundred) == HUNDRED:
            return _percentage(base, factor, glossary)
        case Call("/", (base, Literal(Decimal() as parts))) if number_of(base) is None:
            whole = int(parts) if parts == parts.to_integral_value() and abs(parts) < 100 else 0
            name = fraction(whole)
            if name is not None:
                return name if whole == 2 else with_article(name), base
    return None


def _percentage(
    base: Expression, factor: Expression, glossary: Glossary
) -> tuple[str, Expression] | None:
    """Return base * factor / 100 as a share; a factor with a name stands in brackets."""
    if number_of(base) is not None:
        base, factor = factor, base
    value = number_of(factor)
    if value is not None:
        return None if value <= 0 else (f"{number(value, glossary.vocabulary)} %", base)
    if isinstance(base, Path) and isinstance(factor, Path):
        return f"{_piece(factor, glossary)} %", base
    return None


def _share(
    factor: Expression, base: Expression, glossary: Glossary
) -> tuple[str, Expression] | None:
    value = number_of(factor)
    is_percent = isinstance(factor, Call)
    if value is None or value <= 0 or (value >= 1 and not is_percent):
        return None
    return percent(value, glossary.vocabulary), base


def _depth(expression: Expression) -> int:
    if isinstance(expression, Call):
        inner = [_depth(argument) for argument in expression.arguments]
        is_percent = number_of(expression) is not None
        return 0 if is_percent else 1 + max(inner, default=0)
    return 0


def _piece(piece: Expression, glossary: Glossary) -> str:
    if isinstance(piece, Literal):
        value = piece.value
        return value if isinstance(value, str) else constant(value, glossary.vocabulary)
    words = term(piece, glossary).text
    return words if words.startswith("[") and words.endswith("]") else f"[{words}]"


def _term(expression: Expression, glossary: Glossary, wanted: Kind) -> Term:
    match expression:
        case Literal(value):
            return _literal(value, glossary, wanted)
        case Path():
            return noun(expression, glossary)
        case Call(name, arguments):
            tell = _CALLS.get(name.upper())
            found = _folded(expression, glossary, wanted)
            if found is None and tell is not None:
                found = tell(arguments, glossary, wanted)
            if found is not None:
                return found
    return Term(formula(expression))


def _literal(value: Value, glossary: Glossary, wanted: Kind) -> Term:
    vocabulary = glossary.vocabulary
    match value:
        case Decimal():
            is_money = wanted == "money"
            return Term(
                constant(value, vocabulary, is_money=is_money), "money" if is_money else "number"
            )
        case bool():
            return Term(constant(value, vocabulary), "flag")
        case datetime():
            return Term(moment(value, vocabulary), "time")
        case str() if wanted == "time":
            return Term(moment(value, vocabulary), "time")
    return Term(constant(value, vocabulary), "text")


def _folded(expression: Call, glossary: Glossary, wanted: Kind) -> Term | None:
    """Compute what has no names: “€14 (2 + 3 * 4)”."""
    value = number_of(expression)
    if value is None:
        return None
    written = formula(expression)
    if written.endswith("%") and expression.function == "/":
        return Term(percent(value, glossary.vocabulary), "number")
    amount = money if wanted == "money" else number
    kind: Kind = "money" if wanted == "money" else "number"
    return Term(f"{amount(value, glossary.vocabulary)} ({written})", kind)


# The arguments of a call, the glossary, and the kind that is wanted.
_Tell = Callable[[tuple[Expression, ...], Glossary, Kind], Term | None]


def _pair(
    arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind
) -> tuple[Term, Term] | None:
    """Return two terms; a constant among them is of the other's kind."""
    if len(arguments) != 2:
        return None
    left, right = (_term(argument, glossary, wanted) for argument in arguments)
    if number_of(arguments[0]) is not None and right.kind in ("money", "number"):
        left = _term(arguments[0], glossary, right.kind)
    if number_of(arguments[1]) is not None and left.kind in ("money", "number"):
        right = _term(arguments[1], glossary, left.kind)
    return left, right


def _plus(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
    pair = _pair(arguments, glossary, wanted)
    if pair is None:
        return None
    left, right = pair
    if "text" in (left.kind, right.kind):
        return Term(text(Call("CONCAT", arguments), glossary), "text")
    return Term(f"{_first(left)} plus {right.inner}", _sum_kind(pair), shape="sum")


def _minus(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
    pair = _pair(arguments, glossary, wanted)
    if pair is None:
        return None
    left, right = pair
    return Term(f"{_first(left)} minus {right.inner}", _sum_kind(pair), shape="sum")


def _first(left: Term) -> str:
    """Sums read from left to right without brackets."""
    return left.text if left.shape == "sum" else left.inner


def _sum_kind(pair: tuple[Term, Term]) -> Kind:
    return "money" if "money" in (pair[0].kind, pair[1].kind) else "number"


def _times(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
    share = share_of(Call("*", arguments), glossary)
    if share is not None:
        return _of(share, glossary)
    if len(arguments) != 2:
        return None
    left, right = (_term(argument, glossary, "number") for argument in arguments)
    kind: Kind = "money" if "money" in (left.kind, right.kind) else "number"
    if number_of(arguments[1]) is not None:
        return Term(f"{right.text} times {left.inner}", kind, shape="compound")
    return Term(f"{left.inner} times {right.inner}", kind, shape="compound")


def _divided(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
    share = share_of(Call("/", arguments), glossary)
    if share is not None:
        return _of(share, glossary)
    if len(arguments) != 2:
        return None
    left, right = (_term(argument, glossary, "number") for argument in arguments)
    return Term(f"{left.inner} divided by {right.inner}", left.kind, shape="compound")


def _of(share: tuple[str, Expression], glossary: Glossary) -> Term:
    part, base = share
    whole = _term(base, glossary, "money")
    return Term(f"{part} of {whole.inner}", whole.kind)


def _rounded(how: str) -> _Tell:
    def tell(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
        suffix = rounding(how, arguments, glossary)
        if suffix is None:
            return None
        inner = _term(arguments[0], glossary, wanted)
        return Term(f"{inner.inner}, {suffix}", inner.kind, shape="compound")

    return tell


def rounding(how: str, arguments: tuple[Expression, ...], glossary: Glossary) -> str | None:
    """Return what a rounding does: “rounded up”, “rounded down to 2 decimals”."""
    match arguments:
        case (_,):
            return how
        case (_, Literal(Decimal() as places)):
            places_text = number(places, glossary.vocabulary)
            return f"{how} to {places_text} {'decimal' if places == 1 else 'decimals'}"
    return None


ROUNDINGS = {"ROUND": "rounded", "ROUND_UP": "rounded up", "ROUND_DOWN": "rounded down"}


def bound(
    name: str, arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind
) -> tuple[Expression, str] | None:
    """Split MIN or MAX with one constant into the other argument and “at most €50”."""
    if len(arguments) != 2:
        return None
    for value, limit in (arguments, arguments[::-1]):
        if number_of(limit) is not None and number_of(value) is None:
            inner = term(value, glossary, wanted)
            kind = inner.kind if inner.kind in ("money", "number") else wanted
            words = "at most" if name == "MIN" else "at least"
            return value, f"{words} {_term(limit, glossary, kind).text}"
    return None


def _extreme(name: str, of_two: str, of_many: str) -> _Tell:
    def tell(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
        split = bound(name, arguments, glossary, wanted)
        if split is not None:
            inner = _term(split[0], glossary, wanted)
            return Term(f"{inner.inner}, but {split[1]}", inner.kind, shape="compound")
        terms = [_term(argument, glossary, wanted) for argument in arguments]
        if len(terms) < 2:
            return None
        word = of_two if len(terms) == 2 else of_many
        return Term(f"the {word} of {listed([t.inner for t in terms], 'and')}", terms[0].kind)

    return tell


def _absolute(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
    if len(arguments) != 1:
        return None
    inner = _term(arguments[0], glossary, wanted)
    return Term(f"the absolute value of {inner.inner}", inner.kind)


def comparison(expression: Expression, glossary: Glossary) -> str | None:
    """Return a comparison as a clause: “the session total is more than €50”."""
    match expression:
        case Call(name, arguments) if name in _COMPARISONS:
            pair = _pair(arguments, glossary, "unknown")
            if pair is not None and _depth(expression) <= MAX_DEPTH:
                left, right = pair
                be = verb("is", left.plural)
                return f"{left.inner} {be} {_COMPARISONS[name]}{right.inner}"
    return None


_COMPARISONS = {
    "=": "",
    "!=": "not ",
    "<": "less than ",
    "<=": "at most ",
    ">": "more than ",
    ">=": "at least ",
}


def _whether(name: str) -> _Tell:
    def tell(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
        clause = comparison(Call(name, arguments), glossary)
        return None if clause is None else Term(f"whether {clause}", "flag", shape="compound")

    return tell


def _list(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
    if not arguments:
        return Term("an empty list", "list")
    terms = [_term(argument, glossary, wanted).inner for argument in arguments]
    return Term(f"the list of {listed(terms, 'and')}", "list")


def _concat(arguments: tuple[Expression, ...], glossary: Glossary, wanted: Kind) -> Term | None:
    return Term(text(Call("CONCAT", arguments), glossary), "text")


_CALLS: dict[str, _Tell] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divided,
    **{name: _rounded(how) for name, how in ROUNDINGS.items()},
    "MIN": _extreme("MIN", "smaller", "smallest"),
    "MAX": _extreme("MAX", "larger", "largest"),
    "ABS": _absolute,
    **{name: _whether(name) for name in _COMPARISONS},
    "LIST": _list,
    "CONCAT": _concat,
}
