"""How the compiler meets its surroundings: resolvers, host functions, records, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.talang.arrays import read_arrays
from sandbox.talang.ast import Call, Literal, Path, Value
from sandbox.talang.compile import Options, compile_expression
from sandbox.talang.errors import (
    EvaluationError,
    FunctionNotFoundError,
    LimitError,
    MissingValueError,
    TemplateNotFoundError,
    UnknownFunctionError,
    UnknownNameError,
)
from sandbox.talang.library import TALANG
from sandbox.talang.limits import MAX_DEPTH
from sandbox.talang.scope import resolve_binding
from sandbox.talang.table import host_function


def compiled(json: Any, *functions: Any, **options: Any) -> Callable[[Any], Value]:
    table = TALANG.extended(functions)
    return compile_expression(read_arrays(json), resolve_binding, Options(table, **options))


def value_of(json: Any, **bindings: Value) -> Value:
    return compiled(json)(bindings)


class TestUnknownFunctions:
    def test_they_are_refused_by_name_when_the_expression_is_compiled(self):
        with pytest.raises(UnknownFunctionError, match="redeemStars") as refused:
            compiled(["catch", False, ["or", True, ["redeemStars", 1]]])
        assert refused.value.function == "redeemStars"

    def test_so_is_a_wrong_number_of_arguments(self):
        with pytest.raises(FunctionNotFoundError, match=r"not\(Boolean\)Boolean"):
            compiled(["not", True, False])

    def test_so_is_a_template_that_nothing_defines(self):
        with pytest.raises(UnknownFunctionError, match="!callApi12"):
            compiled(["!", "callApi12", "a"])

    def test_asked_to_wait_they_fail_only_where_they_are_evaluated(self):
        unreached = ["or", True, ["catch", False, ["redeemStars"]]]
        assert compiled(unreached, late_failures=True)({}) is True
        assert compiled(["catch", 1, ["redeemStars"]], late_failures=True)({}) == 1
        with pytest.raises(UnknownFunctionError, match="redeemStars"):
            compiled(["redeemStars"], late_failures=True)({})

    def test_asked_to_wait_a_template_that_nothing_defines_is_not_found(self):
        with pytest.raises(TemplateNotFoundError, match="callApi12"):
            compiled(["!", "callApi12"], late_failures=True)({})


class TestHostFunctions:
    def test_they_get_the_environment_and_the_evaluated_arguments(self):
        seen = []
        setter = host_function(
            "setDiscount(String, Decimal)Any", lambda *given: seen.append(given) or None
        )
        environment = {"Session": {"Total": Decimal(250)}}
        run = compiled(
            ["SetDiscount", "10% off", ["*", [".", "Session", "Total"], ["/", 10, 100]]], setter
        )
        assert run(environment) is None
        assert seen == [(environment, "10% off", Decimal("25.0"))]

    def test_they_get_the_environment_inside_blocks_too(self):
        tag = host_function("tag(String)String", lambda env, text: env["Prefix"] + text)
        run = compiled(["map", ["list", "a", "b"], [["x"], ["tag", [".", "x"]]]], tag)
        assert run({"Prefix": "#"}) == ["#a", "#b"]

    def test_their_arguments_are_checked(self):
        run = compiled(["tag", [".", "A"]], host_function("tag(String)Any", lambda env, text: text))
        with pytest.raises(FunctionNotFoundError, match=r"tag\(1\)"):
            run({"A": Decimal(1)})

    def test_a_block_reaches_them_as_a_function_of_the_member(self):
        per_item = host_function(
            "setDiscountPerItem(String, List, Token)Any",
            lambda env, name, members, amount: [amount(member) for member in members],
        )
        json = ["setDiscountPerItem", "x", ["list", 10, 20], [["Item"], ["/", [".", "Item"], 2]]]
        assert compiled(json, per_item)({}) == [5, 10]

    def test_a_call_reaches_them_as_a_function_of_nothing(self):
        twice = host_function("twice(Token)Any", lambda env, run: [run(), run()])
        assert compiled(["twice", ["+", [".", "A"], 1]], twice)({"A": Decimal(1)}) == [2, 2]

    def test_one_named_like_a_template_is_called_by_it(self):
        hook = host_function("!callApi12(Decimal)Any", lambda env, number: number + 1)
        assert compiled(["!", "CallApi12", ["+", 1, 1]], hook)({}) == 3

    def test_the_language_comes_first(self):
        mine = host_function("+(Decimal, Decimal)Decimal", lambda env, left, right: Decimal(0))
        assert compiled(["+", 1, 2], mine)({}) == 3

    def test_they_are_never_evaluated_beforehand(self):
        calls = []
        compiled(["count"], host_function("count()Any", lambda env: calls.append(1)))
        assert calls == []


@dataclass(frozen=True)
class Item:
    price: Decimal


class TestNames:
    def test_the_resolver_reads_what_no_block_binds(self):
        def resolve(path: Path) -> Callable[[Any], Value]:
            if path.names[0] != "Session":
                raise UnknownNameError(str(path))
            return lambda scope: scope[path.names[1]]

        expression = read_arrays(["map", ["list", 1], [["x"], [".", "Session", "Total"]]])
        run = compile_expression(expression, resolve, Options(TALANG))
        assert run({"Total": 5}) == [5]
        with pytest.raises(UnknownNameError, match="Basket"):
            compile_expression(Path(("Basket",)), resolve, Options(TALANG))

    def test_records_of_the_host_are_read_below_a_blocks_parameter(self):
        def records(names: tuple[str, ...]) -> Callable[[Any], Value]:
            return lambda item: getattr(item, names[0].lower())

        json = ["sum", [".", "Items"], [["Item"], [".", "Item", "Price"]]]
        items = [Item(Decimal(3)), Item(Decimal(4))]
        assert compiled(json, records=records)({"Items": items}) == 7

    def test_blocks_inside_blocks_see_both_parameters(self):
        inner = ["map", ["list", 10, 20], [["b"], ["+", [".", "a"], [".", "b"]]]]
        assert value_of(["map", ["list", 1, 2], [["a"], inner]]) == [[11, 21], [12, 22]]

    def test_the_innermost_parameter_of_a_name_counts(self):
        inner = ["do", 5, "x", [".", "x"]]
        assert value_of(["map", ["list", 1], "x", ["+", [".", "x"], inner]]) == [6]

    def test_names_are_case_sensitive_and_functions_are_not(self):
        assert value_of(["SUM", ["LIST", 1, 2], "x", [".", "x"]]) == 3
        with pytest.raises(MissingValueError):
            value_of([".", "session"], Session=1)

    @pytest.mark.parametrize("json", [[".", "x"], [".", [".", "K"]]])
    def test_nothing_and_null_are_both_missing(self, json):
        with pytest.raises(MissingValueError, match=r"\$x has no value"):
            value_of(json, x=None, K="x")

    def test_computed_names_see_parameters(self):
        assert value_of(["do", 7, "x", [".", [".", "K"]]], K="x") == 7


class TestWriting:
    def test_maps_are_copied_never_changed(self):
        session = {"Total": Decimal(1)}
        json = [["set", "Session", "New", 2], [".", "Session"]]
        assert value_of(json, Session=session) == {"Total": 1, "New": 2}
        assert session == {"Total": 1}

    def test_what_one_member_writes_the_next_does_not_see(self):
        body = [["catch", ["set", "seen", 1], ["+", [".", "seen"], 1]], ["catch", 0, [".", "seen"]]]
        assert value_of(["map", ["list", 1, 2], [["x"], body]]) == [0, 0]

    def test_a_written_name_hides_a_parameter_of_its_block(self):
        assert value_of(["do", 1, "x", [["set", "x", 2], [".", "x"]]]) == 2

    def test_an_inner_block_sees_what_the_outer_wrote(self):
        body = [["set", "y", 3], ["map", ["list", 1], "z", ["+", [".", "y"], [".", "z"]]]]
        assert value_of(["do", 0, "x", body]) == [4]

    def test_evaluations_do_not_see_each_other(self):
        run = compiled([["catch", ["set", "A", 1], [".", "A"]], ["catch", 0, [".", "A"]]])
        assert [run({}), run({})] == [0, 0]


class TestTemplates:
    def test_arguments_are_pasted_where_the_call_stands(self):
        define = ["setTemplate", "priceOf(Token)Any", [".", "x", "Price"]]
        json = [define, ["map", [".", "L"], [["x"], ["!", "priceOf", ["noop"]]]]]
        assert value_of(json, L=[{"Price": 1}, {"Price": 2}]) == [1, 2]

    def test_the_latest_that_fits_is_called(self):
        json = [
            ["setTemplate", "t(Decimal)Any", ["identity", 1]],
            ["setTemplate", "t(String)Any", ["identity", 2]],
            ["setTemplate", "t(Decimal)Any", ["identity", 3]],
            ["list", ["!", "t", 0], ["!", "t", "x"]],
        ]
        assert value_of(json) == [3, 2]

    def test_a_result_of_another_kind_than_declared_is_an_error(self):
        with pytest.raises(EvaluationError, match="template t gives"):
            value_of([["setTemplate", "t()Decimal", ["toString", 1]], ["!", "t"]])

    def test_one_that_calls_itself_ends_at_the_bound_of_nesting(self):
        with pytest.raises(LimitError, match=f"at most {MAX_DEPTH} deep"):
            value_of([["setTemplate", "t()Any", ["!", "t"]], ["!", "t"]])

    def test_a_signature_that_is_none_is_an_error(self):
        with pytest.raises(EvaluationError, match="no kind of value"):
            value_of(["setTemplate", "t(Money)Any", ["noop"]])


def test_a_limit_is_not_caught():
    loop = ["map", [".", "L"], [["x"], ["sort", [".", "L"]]]]
    with pytest.raises(LimitError):
        value_of(["catch", 1, loop], L=["x"] * 5000)


def test_now_is_the_callers():
    now = datetime(2026, 6, 15, tzinfo=UTC)
    json = ["days", {"$time": "2026-06-17T12:00:00Z"}]
    assert compiled(json, clock=lambda env: now)({}) == Decimal("2.5")
    with pytest.raises(EvaluationError, match="no current time"):
        compiled(json)({})


def test_a_tree_that_is_nested_too_deep_is_refused():
    tree: Any = Literal(True)
    for _ in range(MAX_DEPTH + 1):
        tree = Call("not", (tree,))
    with pytest.raises(LimitError, match=f"at most {MAX_DEPTH} deep"):
        compile_expression(tree, resolve_binding, Options(TALANG))


def test_is_one_of_asks_for_a_field_of_an_item():
    kitchen = ["or", *(["=", [".", "Item", "Category"], name] for name in ("Kitchen", "Bath"))]
    json = ["exists", [".", "Items"], [["Item"], kitchen]]
    assert value_of(json, Items=[{"Category": "Gift"}, {"Category": "Bath"}]) is True
    assert value_of(json, Items=[{"Category": "Gift"}, {"Category": Decimal(1)}]) is False
    for item in ({}, {"Category": None}, "no map"):
        with pytest.raises(MissingValueError, match=r"\$Item.Category"):
            value_of(json, Items=[item])


@pytest.mark.parametrize(
    "last", [["=", "a", [".", "x"]], ["=", [".", "y"], "a"], ["=", [".", "x"], 1], True]
)
def test_what_only_looks_like_is_one_of_is_evaluated_term_by_term(last):
    json = ["or", ["=", [".", "x"], "b"], last]
    assert value_of(json, x="a", y="a") is (last != ["=", [".", "x"], 1])


def test_is_one_of_reads_its_name_once_and_agrees_with_single_comparisons():
    json = ["or", ["=", [".", "x"], "a"], ["=", [".", "x"], "10"]]
    values = ["a", "b", Decimal(10), Decimal("10.0"), True]
    assert [value_of(json, x=value) for value in values] == [True, False, True, False, False]
    with pytest.raises(FunctionNotFoundError, match="a list of 1"):
        value_of(json, x=["a"])
