"""Rulesets as immutable trees: the one model that every published form is read into.

Blocks are those of the Management API's RulesetV2. Conditions and effects stand in the same list;
their order matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from sandbox.talang.ast import Expression, Path

GroupOperator = Literal["all", "atLeastOne", "none"]
NotificationType = Literal["Info", "Offer", "Error", "Misc"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A template parameter of a ruleset, with its value."""

    name: str
    value: str | Decimal | bool


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    operator: GroupOperator
    blocks: tuple[Block, ...]
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class NoOperand:
    """For operators that look at the attribute alone: exists, empty, isTrue, …"""


@dataclass(frozen=True, slots=True)
class OneOperand:
    value: Expression


@dataclass(frozen=True, slots=True)
class Between:
    minimum: Expression
    maximum: Expression


@dataclass(frozen=True, slots=True)
class Within:
    """A span of time. A bound is inclusive or not; `wall_clock` compares without zones."""

    start: Expression
    end: Expression
    start_inclusive: bool
    end_inclusive: bool
    wall_clock: bool


@dataclass(frozen=True, slots=True)
class ValueList:
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class CountedList:
    values: tuple[Expression, ...]
    count: int


Operand: TypeAlias = NoOperand | OneOperand | Between | Within | ValueList | CountedList


@dataclass(frozen=True, slots=True)
class CheckAttribute:
    """Compare what `attribute` gives with `operand`; `negated` turns the outcome round."""

    id: str
    operator: str
    negated: bool
    attribute: Expression
    operand: Operand
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckCoupon:
    id: str
    redeem: bool
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CartTarget:
    """The session as a whole."""


@dataclass(frozen=True, slots=True)
class ItemsTarget:
    """Units of the cart: all of them, or those of the selector named `selector`."""

    selector: str | None
    prorated: bool


@dataclass(frozen=True, slots=True)
class CostTarget:
    """An additional cost, of the session (`items` None) or of units."""

    cost_id: int
    cost_name: str
    items: ItemsTarget | None


@dataclass(frozen=True, slots=True)
class AwardDiscount:
    """`partial` None means the Application's setting (decision F20)."""

    id: str
    name: Expression
    value: Expression
    partial: bool | None
    target: CartTarget | ItemsTarget | CostTarget


@dataclass(frozen=True, slots=True)
class AwardItem:
    id: str
    sku: Expression
    name: Expression
    quantity: Expression
    partial: bool | None


@dataclass(frozen=True, slots=True)
class ShowNotification:
    id: str
    notification_type: NotificationType
    title: Expression
    body: Expression


@dataclass(frozen=True, slots=True)
class TriggerCustomEffect:
    id: str
    effect_id: int
    effect_name: str
    params: tuple[tuple[str, Expression], ...]
    target: CartTarget | ItemsTarget


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A block that this engine cannot evaluate; `reason` is a sentence. Its rule never fires."""

    id: str
    type: str
    reason: str


Condition: TypeAlias = Group | CheckAttribute | CheckCoupon
EffectBlock: TypeAlias = AwardDiscount | AwardItem | ShowNotification | TriggerCustomEffect
Block: TypeAlias = Condition | EffectBlock | Unsupported


@dataclass(frozen=True, slots=True)
class FilterStep:
    predicate: Condition | Unsupported


@dataclass(frozen=True, slots=True)
class SortField:
    expression: Expression
    descending: bool


@dataclass(frozen=True, slots=True)
class SortStep:
    fields: tuple[SortField, ...]


@dataclass(frozen=True, slots=True)
class SelectManyStep:
    """The first or last `count` members; fewer are an error unless `partial`."""

    count: Expression
    from_end: bool
    partial: bool


@dataclass(frozen=True, slots=True)
class SelectBetweenStep:
    """Members `start` (from 0) up to, not including, `end`."""

    start: Expression
    end: Expression
    partial: bool


@dataclass(frozen=True, slots=True)
class SelectOneStep:
    """The member at `index` (from 0); out of range is an error, always."""

    index: Expression


@dataclass(frozen=True, slots=True)
class MapStep:
    expression: Expression


@dataclass(frozen=True, slots=True)
class ReduceStep:
    operator: Literal["sum", "count", "max", "min", "empty"]


@dataclass(frozen=True, slots=True)
class ReverseStep:
    pass


Step: TypeAlias = (
    FilterStep
    | SortStep
    | SelectManyStep
    | SelectBetweenStep
    | SelectOneStep
    | MapStep
    | ReduceStep
    | ReverseStep
    | Unsupported
)


@dataclass(frozen=True, slots=True)
class Selector:
    """A cart item filter: `source` seen through `steps`."""

    name: str
    source: Path
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    id: int
    rules: tuple[Rule, ...]
    selectors: tuple[Selector, ...]
    parameters: tuple[Parameter, ...]
