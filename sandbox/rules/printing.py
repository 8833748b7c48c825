"""Write expressions as templates: the text that `sandbox.rules.templates` reads back as the same.

What no template can say (a text with a quotation mark of each kind, a block of Talang) is printed
as closely as possible.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.numbers import plain_text
from sandbox.rules.templates import parse_template
from sandbox.talang.ast import Block, Call, Expression, Literal, Path
from sandbox.talang.text import write_text

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
            return f"{formula_text(left)} {name} {formula_text(right)}"
        case Call(name, (left, right)) if name in _SUMS:
            return f"{_operand(left, _COMPARISONS)} {name} {_operand(right, _COMPARISONS + _SUMS)}"
        case Call("/", (Literal(Decimal() as percent), _)) if _is_percentage(expression):
            return f"{plain_text(percent)}%"
        case Call(name, (left, right)) if name in _PRODUCTS:
            weaker = _COMPARISONS + _SUMS
            return f"{_operand(left, weaker)} {name} {_operand(right, weaker + _PRODUCTS)}"
        case Call(name, arguments):
            return f"{name}({', '.join(map(formula_text, arguments))})"
        case Block():
            return write_text(expression)


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
    text = str(value)
    return f"'{text}'" if '"' in text else f'"{text}"'
