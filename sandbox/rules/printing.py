"""Write expressions as templates: the text that `sandbox.rules.templates` reads back as the same.

What no template can say (a text with a quotation mark of each kind, a block of Talang) is printed
as closely as possible: ``sum($kitchen, Item → $Item.Price)``.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sandbox.numbers import plain_text
from sandbox.rules.templates import parse_template
from sandbox.talang.ast import Block, Call, Expression, Literal, Path
from sandbox.talang.kinds import time_text
from sandbox.talang.text import write_text

# So many terms, or characters of Talang, are still short.
_SHORT = 200

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_HUNDRED = Decimal(100)
_SUMS = ("+", "-")
_PRODUCTS = ("*", "/")


def template_text(expression: Expression) -> str:
    """Return a field's text: ``10 % off``, ``{{$Session.Total * 0.1}}``, ``You save {{…}}``."""
    match expression:
        case Literal(str() as text):
            return text
        case Call("CONCAT", arguments):
            text = "".join(map(template_text, arguments))
            if parse_template(text) == expression:
                return text
    return "{{" + formula_text(expression) + "}}"


def formula_text(expression: Expression) -> str:
    """Return what stands between ``{{`` and ``}}``."""
    match expression:
        case Literal(value):
            return _literal(value)
        case Path():
            return f"${expression}"
        case Call(name, (left, right)) if name in _COMPARISONS:
            return f"{_operand(left, _COMPARISONS)} {name} {_operand(right, _COMPARISONS)}"
        case Call(name, (left, right)) if name in _SUMS:
            return f"{_operand(left, _COMPARISONS)} {name} {_operand(right, _COMPARISONS + _SUMS)}"
        case Call("/", (Literal(Decimal() as percent), _)) if _is_percentage(expression):
            return f"{plain_text(percent)}%"
        case Call(name, (left, right)) if name in _PRODUCTS:
            weaker = _COMPARISONS + _SUMS
            return f"{_operand(left, weaker)} {name} {_operand(right, weaker + _PRODUCTS)}"
        case Call(name, arguments):
            return f"{name}({', '.join(map(formula_text, arguments))})"
        case Block((Call(parameter, ()), body)):
            return f"{parameter} → {formula_text(body)}"
        case Block(members):
            return f"({'; '.join(map(formula_text, members))})"


def short_text(expression: Expression) -> str:
    """Return a formula for a trace; one of very many terms in Talang's own notation, cut."""
    terms = [expression]
    for term in terms:  # which grows meanwhile
        if isinstance(term, Call):
            terms += term.arguments
        elif isinstance(term, Block):
            terms += term.members
        if len(terms) > _SHORT:
            return write_text(expression, _SHORT)
    return formula_text(expression)


def _is_percentage(expression: Expression) -> bool:
    match expression:
        case Call("/", (Literal(Decimal() as percent), Literal(Decimal() as hundred))):
            return hundred == _HUNDRED and percent >= 0
    return False


def _operand(expression: Expression, weaker: tuple[str, ...]) -> str:
    """Return an operand, in parentheses where it would be read otherwise without them."""
    text = formula_text(expression)
    is_weaker = isinstance(expression, Call) and expression.function in weaker
    if (is_weaker and not _is_percentage(expression)) or text.startswith("-"):
        return f"({text})"
    return text


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain_text(value)
    if value is None or isinstance(value, list | dict):
        return write_text(Literal(value))
    text = time_text(value) if isinstance(value, datetime) else str(value)
    return f"'{text}'" if '"' in text else f'"{text}"'
