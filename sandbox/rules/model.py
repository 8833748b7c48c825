"""Rulesets as immutable trees: the one model that every published form is read into.

Blocks are those of the Management API's RulesetV2. Conditions and effects stand in the same list;
their order matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from sandbox.rules.effects import EffectBlock, ProfileRole
from sandbox.talang.ast import Expression

GroupOperator = Literal["all", "atLeastOne", "none"]
NumberOperator = Literal[
    "equals", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"
]
AudienceOperator = Literal["member", "not(member)", "justJoined", "justLeft"]
AchievementOperator = Literal[
    "justCompleted",
    "started",
    "not(started)",
    "inProgress",
    "not(inProgress)",
    "completed",
    "not(completed)",
]
# What budgets limit. Source: reference/engine/07, section 7.1.
LimitAction = Literal[
    "redeemCoupon",
    "redeemReferral",
    "setDiscount",
    "setDiscountEffect",
    "createCoupon",
    "createReferral",
    "createLoyaltyPoints",
    "createLoyaltyPointsEffect",
    "redeemLoyaltyPoints",
    "redeemLoyaltyPointsEffect",
    "customEffect",
    "callApi",
    "awardGiveaway",
    "addFreeItemEffect",
    "reserveCoupon",
]
Balance = Literal["current", "pending", "negative", "tentativeCurrent"]
CardOperator = Literal["valid", "registered"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A template parameter of a ruleset, with its value."""

    name: str
    value: str | Decimal | bool


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks of which all, at least one, or none must hold.

    V1 rules need two things that V2 has no words for. A group that `counts_once` has one index in
    rejections, and what is inside has none: it was one argument of the rule's ``and``. In a
    `strict` one, which counts once too, an error in a member that is looked at is the group's own,
    so that neither the group holds nor its negation: so do Talang's ``and``, ``or`` and ``not``.
    """

    id: str
    operator: GroupOperator
    blocks: tuple[Block, ...]
    on_failure: tuple[Block, ...] = ()
    counts_once: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class NoOperand:
    """For operators that look at the attribute alone: exists, empty, isTrue, …"""


@dataclass(frozen=True, slots=True)
class OneOperand:
    value: Expression


@dataclass(frozen=True, slots=True)
class Between:
    """Two bounds; V1 rules mean what lies between them without `ends_included` (decision F6)."""

    minimum: Expression
    maximum: Expression
    ends_included: bool = True


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
    """Values to look for; a formula that gives a list stands for its members (decision S150)."""

    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class CountedList:
    """Values of which `count` must be there."""

    values: tuple[Expression, ...]
    count: Expression


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
class CheckReferral:
    id: str
    redeem: bool
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckAudience:
    """An audience is meant by its id; `audience_name` is for people."""

    id: str
    operator: AudienceOperator
    profile: ProfileRole
    audience_id: int
    audience_name: str
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckEvent:
    """The event of this evaluation has this type, and all `matchers` hold.

    Built-in types are named without prefix: ``sessionClosed`` (decision E61).
    """

    id: str
    event_type: str
    matchers: tuple[Block, ...]
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckBudget:
    """Something is left of a budget (`value` None), or at least `value`."""

    id: str
    action: str
    value: Expression | None
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckAchievement:
    id: str
    operator: AchievementOperator
    achievement_id: int
    achievement_title: str
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckLoyaltyBalance:
    """Compare a balance of the program's main ledger (`subledger` ""), or of a subledger."""

    id: str
    operator: NumberOperator
    negated: bool
    program_id: int
    subledger: str
    balance: Balance
    value: Expression
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckTier:
    """The profile's tier is one of `tiers`, or, `negated`, none of them."""

    id: str
    negated: bool
    program_id: int
    subledger: str
    tiers: tuple[str, ...]
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckLoyaltyCard:
    """The session's card can be used (`valid`), or is linked to a profile (`registered`)."""

    id: str
    operator: CardOperator
    negated: bool
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckAnniversary:
    """The anniversary of a time lies at most so long before or after the session's time.

    `before` and `after` are durations such as ``3D``.
    """

    id: str
    attribute: Expression
    before: str
    after: str
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Passthrough:
    """A condition in Talang that no other block says; the vendor's block of that name.

    It holds when `expression` gives true, or a list or a map, as an argument of ``and`` does; it is
    evaluated with Talang's functions and 16 digits.
    """

    id: str
    expression: Expression
    on_failure: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A block that this engine cannot evaluate; `reason` is a sentence. Its rule never fires.

    `raw` is the block as it was read.
    """

    id: str
    type: str
    reason: str
    raw: Any = None


Condition: TypeAlias = (
    Group
    | CheckAttribute
    | CheckCoupon
    | CheckReferral
    | CheckAudience
    | CheckEvent
    | CheckBudget
    | CheckAchievement
    | CheckLoyaltyBalance
    | CheckTier
    | CheckLoyaltyCard
    | CheckAnniversary
    | Passthrough
)
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


@dataclass(frozen=True, slots=True)
class MapValuesStep:
    """Keep items whose SKU is in a value map, and give them its value."""

    value_map_id: int


Step: TypeAlias = (
    FilterStep
    | SortStep
    | SelectManyStep
    | SelectBetweenStep
    | SelectOneStep
    | MapStep
    | ReduceStep
    | ReverseStep
    | MapValuesStep
    | Unsupported
)


@dataclass(frozen=True, slots=True)
class Selector:
    """A cart item filter: `source` seen through `steps`.

    The source is a name, or, in V1 rulesets, also a Talang expression that is no chain of steps.
    """

    name: str
    source: Expression
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class BundleList:
    """So many units of a cart item filter."""

    selector: str
    count: Expression


@dataclass(frozen=True, slots=True)
class Bundle:
    """Sets of items that belong together: so many of each list.

    All items of one set have the same value of each expression in `matchers`.
    """

    name: str
    lists: tuple[BundleList, ...]
    matchers: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    id: int
    rules: tuple[Rule, ...]
    selectors: tuple[Selector, ...]
    bundles: tuple[Bundle, ...]
    parameters: tuple[Parameter, ...]
