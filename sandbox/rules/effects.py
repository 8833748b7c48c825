"""Effect blocks of a ruleset, and what they aim at. Their names are those of RulesetV2, where it
has one; the loyalty blocks are the ones of the conformance README, section 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from sandbox.talang.ast import Expression

# Whose profile a block means: that of the session, or that of whoever owns the referral code.
ProfileRole = Literal["Current", "Advocate"]
ROLES: tuple[ProfileRole, ...] = get_args(ProfileRole)
# The vendor's types of notifications; its schema takes any text.
NOTIFICATION_TYPES = ("Info", "Offer", "Error", "Misc")
AttributeOperator = Literal[
    "setTo",
    "increaseBy",
    "decreaseBy",
    "multiplyBy",
    "divideBy",
    "toggle",
    "laterBy",
    "earlierBy",
]
AttributeTarget = Literal[
    "session",
    "profile",
    "advocateProfile",
    "coupon",
    "referral",
    "allItems",
    "selector",
    "globalFilter",
]


def notification_type(written: str) -> str:
    """Return the vendor's type that a text means in any case, or the text (decisions A74, S151)."""
    return next((t for t in NOTIFICATION_TYPES if t.lower() == written.lower()), written)


@dataclass(frozen=True, slots=True)
class CartTarget:
    """The session as a whole."""


@dataclass(frozen=True, slots=True)
class ItemsTarget:
    """Units of the cart: all of them, or those of the selector named `selector`.

    A selector is the ruleset's, or, if `is_global`, a cart item filter of the Application.
    """

    selector: str | None
    prorated: bool
    is_global: bool = False


@dataclass(frozen=True, slots=True)
class ItemByIndex:
    """The item at a place of the bundle, in the order of its definition, from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class ItemByAttribute:
    """The item of the bundle with the highest, or lowest, value."""

    attribute: Expression
    highest: bool


@dataclass(frozen=True, slots=True)
class BundleTarget:
    """Every bundle of the definition named `name`.

    With `item`, the discount is computed from that item and spread over the bundle.
    """

    name: str
    item: ItemByIndex | ItemByAttribute | None
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
    target: CartTarget | ItemsTarget | BundleTarget | CostTarget


@dataclass(frozen=True, slots=True)
class AwardItem:
    id: str
    sku: Expression
    name: Expression
    quantity: Expression
    partial: bool | None


@dataclass(frozen=True, slots=True)
class ShowNotification:
    """A message to the customer; `notification_type` is the vendor's, or what was written."""

    id: str
    notification_type: str
    title: Expression
    body: Expression


@dataclass(frozen=True, slots=True)
class TriggerCustomEffect:
    id: str
    effect_id: int
    effect_name: str
    params: tuple[tuple[str, Expression], ...]
    target: CartTarget | ItemsTarget | BundleTarget


@dataclass(frozen=True, slots=True)
class TriggerWebhook:
    id: str
    webhook_id: int
    webhook_title: str
    params: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class AwardGiveaway:
    id: str
    pool_id: int
    pool_name: str
    profile: ProfileRole


@dataclass(frozen=True, slots=True)
class NewCode:
    """The settings of a code that a rule creates; what is None is taken from the campaign.

    `pattern` has a ``#`` for each random character, one of `valid_characters`.
    """

    campaign_id: Expression
    store_in_session: bool
    usage_limit: Expression | None
    start_date: Expression | None
    expiry_date: Expression | None
    attributes: tuple[tuple[str, Expression], ...]
    valid_characters: str | None
    pattern: str | None


@dataclass(frozen=True, slots=True)
class CreateCoupon:
    id: str
    code: NewCode
    recipient_id: Expression
    discount_limit: Expression | None


@dataclass(frozen=True, slots=True)
class CreateReferral:
    id: str
    code: NewCode
    friend_id: Expression


@dataclass(frozen=True, slots=True)
class ReserveCoupon:
    id: str


@dataclass(frozen=True, slots=True)
class UpdateAttribute:
    """Change a custom attribute; `target_name` is the selector of targets that are one."""

    id: str
    operator: AttributeOperator
    entity: str
    name: str
    type: str
    value: Expression | None
    target: AttributeTarget
    target_name: str | None


@dataclass(frozen=True, slots=True)
class UpdateAudience:
    id: str
    add: bool
    profile: ProfileRole
    audience_id: int
    audience_name: str


@dataclass(frozen=True, slots=True)
class UpdateAchievement:
    id: str
    achievement_id: int
    achievement_name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class AddLoyaltyPoints:
    """Points for the session's profile, the advocate, or the session's card.

    On items or bundles, `value` is asked for each unit. Durations are such as ``30D``; where they
    are None the program's hold, which ``unlimited``, ``immediate`` and ``on_action`` override.
    """

    id: str
    name: Expression
    program_id: int
    subledger: str
    value: Expression
    partial: bool | None
    target: CartTarget | ItemsTarget | BundleTarget
    recipient: Literal["Current", "Advocate", "card"]
    start_date: Expression | None
    expiry_date: Expression | None
    validity_duration: str | None
    pending_duration: str | None


@dataclass(frozen=True, slots=True)
class DeductLoyaltyPoints:
    id: str
    name: Expression
    program_id: int
    subledger: str
    value: Expression
    card: bool


@dataclass(frozen=True, slots=True)
class ExtendPointsExpiry:
    id: str
    program_id: int
    subledger: str
    duration: str


@dataclass(frozen=True, slots=True)
class SetPointsExpiry:
    id: str
    program_id: int
    subledger: str
    expiry_date: Expression


@dataclass(frozen=True, slots=True)
class PassthroughEffect:
    """An effect written in Talang, as those of V1 rulesets are; the vendor's block `passthrough`.

    `expression` is what was written; `attempts` are the effects that it amounts to, whose values
    are Talang's too: numbers of 16 digits, its own functions. Of the first attempt that can be
    applied its effects are given; later ones are what ``catch`` falls back to. When none can, the
    rule fails, or, if `quiet`, nothing is given: ``["catch", ["noop"], effect]``.
    """

    id: str
    expression: Expression
    attempts: tuple[EffectBlock, ...]
    quiet: bool


EffectBlock: TypeAlias = (
    AwardDiscount
    | AwardItem
    | ShowNotification
    | TriggerCustomEffect
    | TriggerWebhook
    | AwardGiveaway
    | CreateCoupon
    | CreateReferral
    | ReserveCoupon
    | UpdateAttribute
    | UpdateAudience
    | UpdateAchievement
    | AddLoyaltyPoints
    | DeductLoyaltyPoints
    | ExtendPointsExpiry
    | SetPointsExpiry
    | PassthroughEffect
)
