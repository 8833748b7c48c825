"""Bindings of V1 rulesets: filters, bundles, balances and parameters, in the order of the array.

Each sees those before it, and a rule those of its ruleset and its own. V2 has one list for all, so
a name that is bound twice gets a number from the second time on.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sandbox.rules.model import Bundle, BundleList, Parameter, Selector
from sandbox.rules.reading import Reader
from sandbox.rules.v1.filters import lower_filter
from sandbox.rules.v1.functions import constant_of
from sandbox.rules.v1.shapes import read_expression
from sandbox.rules.v1.terms import ITEM_COUNT, TOTAL_PRICE, is_value, names_read, renamed
from sandbox.talang.ast import Call, Expression, Literal, Path


class Bindings:
    """Collects what the bindings of one ruleset and of its rules amount to."""

    def __init__(self, declared: Iterable[str]) -> None:
        self.selectors: list[Selector] = []
        self.bundles: list[Bundle] = []
        self.parameters: list[Parameter] = []
        self._declared = frozenset(declared)
        self._taken: set[str] = set()

    def bind(self, bindings: Iterable[Reader], outer: Names) -> Names:
        """Add bindings; returns what is seen after them. `outer` is what is seen before them."""
        names = dict(outer)
        for binding in bindings:
            name, kind = binding.text("name"), binding.text("type", "")
            expression = read_expression(binding, "expression")
            if expression is None:
                continue
            if kind == "bundle":
                expression = _with_named_lists(expression)
            unique = self._unique(name)
            self._add(unique, kind, self.seen(expression, names))
            names[name] = unique
        return names

    def seen(self, expression: Expression, names: Names) -> Expression:
        """Return an expression with its names as the model has them, where `names` are seen.

        A binding that is not seen there becomes a name that nothing has.
        """
        changed = {}
        for name in names_read(expression) if self._declared else ():
            filter_name = name if name in self._declared else _filter_of(name)
            if filter_name in self._declared:
                called = names.get(filter_name, f"{filter_name} (not bound here)")
                changed[name] = called + name.removeprefix(filter_name)
        return renamed(expression, changed)

    def _unique(self, name: str) -> str:
        unique, number = name, 1
        while unique in self._taken:
            number += 1
            unique = f"{name} ({number})"
        self._taken.add(unique)
        return unique

    def _add(self, name: str, kind: str, expression: Expression) -> None:
        if kind == "bundle":
            bundle = _bundle(name, expression)
            if bundle is not None:
                self.bundles.append(bundle)
                return
        elif kind == "subledgerBalance":
            expression = _balance(expression) or expression
        elif kind != "cartItemFilter":
            value = constant_of(expression)
            if isinstance(value, str | Decimal | bool) and is_value(Literal(value)):
                self.parameters.append(Parameter(name, value))
                return
        self.selectors.append(lower_filter(name, expression))


def _filter_of(name: str) -> str:
    """Return the filter that a derived number belongs to: of “shoes item count”, “shoes”."""
    return name.removesuffix(ITEM_COUNT).removesuffix(TOTAL_PRICE)


# What names of a V1 ruleset are called in the model, where they are seen.
Names = dict[str, str]


def _with_named_lists(expression: Expression) -> Expression:
    """Return a bundle with the names of its filters, which may stand there as texts."""
    match expression:
        case Call(function, (Call("list", lists), *more)):
            named = tuple(
                Path((part.value,))
                if isinstance(part, Literal) and isinstance(part.value, str)
                else part
                for part in lists
            )
            return Call(function, (Call("list", named), *more))
    return expression


def _bundle(name: str, expression: Expression) -> Bundle | None:
    """Read ``["bundle", lists, counts, matchers]``: filters, numbers, and names of items."""
    match expression:
        case Call(function, (lists, counts, *more)) if (
            function.lower() == "bundle" and len(more) <= 1
        ):
            selectors, numbers = _members(lists), _members(counts)
            matchers = _members(more[0]) if more else ()
        case _:
            return None
    if not selectors or numbers is None or matchers is None or len(selectors) != len(numbers):
        return None
    parts = []
    for selector, number in zip(selectors, numbers, strict=True):
        match selector, number:
            case (Path((filter_name,)), Literal(Decimal())):
                parts.append(BundleList(filter_name, number))
            case _:
                return None
    names = [_matcher(matcher) for matcher in matchers]
    if None in names:
        return None
    return Bundle(name, tuple(parts), tuple(matcher for matcher in names if matcher))


def _members(expression: Expression) -> tuple[Expression, ...] | None:
    match expression:
        case Call(function, members) if function.lower() == "list":
            return members
    return None


def _matcher(expression: Expression) -> Expression | None:
    """Return what items of a bundle have in common: a name, or that of an attribute."""
    match expression:
        case Path(("Item", _, *_)):
            return expression
        case Literal(str(name)) if is_value(expression):
            return Path(("Item", "Attributes", name))
    return None


def _balance(expression: Expression) -> Path | None:
    """Return the name of the balance that a call reads: program id first, then the subledger."""
    match expression:
        case Call(function, (Literal(Decimal() as program), *rest)) if (
            not function.startswith("?") and program == int(program) and len(rest) <= 1
        ):
            match rest:
                case [] | [Literal("")]:
                    return Path(("Loyalty", str(int(program)), "Balance"))
                case [Literal(str(subledger))]:
                    return Path(("Loyalty", str(int(program)), subledger, "Balance"))
    return None
