"""Read a ruleset's JSON into the model of `sandbox.rules.model`."""

from __future__ import annotations

from decimal import Decimal

from sandbox.errors import Fault
from sandbox.rules.blocks import read_block, read_blocks
from sandbox.rules.model import (
    Bundle,
    BundleList,
    CheckAttribute,
    FilterStep,
    Group,
    MapStep,
    MapValuesStep,
    Parameter,
    Passthrough,
    ReduceStep,
    ReverseStep,
    Rule,
    Ruleset,
    SelectBetweenStep,
    SelectManyStep,
    SelectOneStep,
    Selector,
    SortField,
    SortStep,
    Step,
    Unsupported,
)
from sandbox.rules.reading import Reader
from sandbox.rules.v1.filters import lower_filter
from sandbox.rules.v1.ruleset import read_v1_ruleset
from sandbox.rules.v1.shapes import read_expression
from sandbox.rules.v1.terms import CART_ITEMS
from sandbox.talang.ast import Expression, Literal, Path


def parse_ruleset(raw: object, pointer: str, faults: list[Fault]) -> Ruleset:
    """Read a V2 ruleset, or a V1 one, which has `rules`.

    Faults are added to `faults` with pointers below `pointer`; the ruleset is usable only when
    none were added.
    """
    reader = Reader(raw, pointer, faults)
    if reader.has("rules"):
        return read_v1_ruleset(reader)
    return Ruleset(
        id=reader.integer("id"),
        rules=tuple(
            Rule(rule.text("title", ""), read_blocks(rule, "blocks"))
            for rule in reader.objects("promotionRules")
        ),
        selectors=tuple(read_selector(selector) for selector in reader.objects("selectors")),
        bundles=tuple(_bundle(bundle) for bundle in reader.objects("bundles")),
        parameters=tuple(_parameter(parameter) for parameter in reader.objects("parameters")),
    )


def read_selector(reader: Reader) -> Selector:
    """Read a cart item filter of a ruleset or of the Application.

    Those of the Application may be in Talang: ``{"expr": […]}``, alone or as `expression`.
    """
    name, stored = reader.text("name"), reader
    if isinstance(reader.raw.get("expression"), dict):
        stored = reader.inner("expression")
    for field in ("expr", "expression"):
        if stored.has(field):
            return lower_filter(name, read_expression(stored, field) or CART_ITEMS)
    return Selector(name, _source(reader), tuple(_step(step) for step in reader.objects("steps")))


def _source(reader: Reader) -> Expression:
    """Read where a filter starts: at a name, or at an expression in Talang."""
    if isinstance(reader.raw.get("source"), list):
        return read_expression(reader, "source") or CART_ITEMS
    return reader.path("source")


def _bundle(reader: Reader) -> Bundle:
    if reader.has("sources"):
        return _bundle_of_sources(reader)
    lists = tuple(
        BundleList(part.text("selector").strip("{}$ "), part.amount("count"))
        for part in reader.objects("lists")
    )
    if not lists:
        reader.fault("Missing", "A bundle needs at least one list of items", "lists")
    matchers = tuple(reader.formulas("matchers"))
    return Bundle(reader.text("name"), lists, matchers)


def _bundle_of_sources(reader: Reader) -> Bundle:
    """Read the form that the vendor's example has: lists, counts, and names of item attributes."""
    sources, counts = reader.texts("sources"), reader.list("counts")
    if len(sources) != len(counts):
        reader.fault("Invalid value", "A bundle needs one count for each source", "counts")
    lists = tuple(
        BundleList(source.strip("{}$ "), reader.member(count, f"counts/{index}"))
        for index, (source, count) in enumerate(zip(sources, counts, strict=False))
    )
    matchers = reader.texts("matchers") if reader.has("matchers") else ()
    attributes = tuple(Path(("Item", "Attributes", matcher)) for matcher in matchers)
    return Bundle(reader.text("name"), lists, attributes)


def _parameter(reader: Reader) -> Parameter:
    is_number = reader.raw.get("valueType") == "number"
    value = reader.amount("value") if is_number else reader.expression("value")
    if isinstance(value, Literal) and isinstance(value.value, str | Decimal | bool):
        return Parameter(reader.text("name"), value.value)
    reader.fault("Invalid type", "The value of a parameter must be a constant", "value")
    return Parameter("", "")


def _step(reader: Reader) -> Step:
    kind = reader.text("type")
    match kind:
        case "filter":
            predicate = read_block(reader.inner("predicate"))
            if isinstance(predicate, Group | CheckAttribute | Passthrough | Unsupported):
                return FilterStep(predicate)
            reader.fault("Invalid type", "A filter needs a condition on the item", "predicate")
        case "sort":
            return SortStep(tuple(_sort_field(field) for field in reader.objects("fields")))
        case "select":
            return _select(reader)
        case "map":
            return MapStep(reader.formula("expression"))
        case "reduce":
            return ReduceStep(reader.choice("operator", ("sum", "count", "max", "min", "empty")))
        case "reverse":
            return ReverseStep()
        case "filterAndMapValues":
            return MapValuesStep(reader.inner("valueMap").integer("id"))
    return Unsupported("", kind, f"Selector steps of type {kind} are not known", reader.raw)


def _sort_field(reader: Reader) -> SortField:
    direction = reader.choice("direction", ("asc", "desc")) if reader.has("direction") else "asc"
    return SortField(reader.formula("expression"), direction == "desc")


def _select(reader: Reader) -> Step:
    partial = reader.flag("partial", True)
    operator = reader.choice("operator", ("many", "between", "one"))
    if operator == "many":
        from_end = reader.has("from") and reader.choice("from", ("start", "end")) == "end"
        return SelectManyStep(reader.amount("count"), from_end, partial)
    if operator == "between":
        return SelectBetweenStep(reader.amount("from"), reader.amount("to"), partial)
    return SelectOneStep(reader.amount("index"))
