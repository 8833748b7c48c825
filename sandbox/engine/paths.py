"""The names that rules can read, and how each is read.

Source: conformance README, section 2 (paths), and talang/entities.md, section 3. Custom attributes
stand under ``Attributes`` with their own spelling. A name that is known but has no value raises
MissingValueError when it is read; an unknown one raises UnknownNameError when a rule is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sandbox.engine.definitions import Attribute
from sandbox.engine.scope import Scope
from sandbox.engine.times import to_time
from sandbox.engine.totals import Totals
from sandbox.engine.units import Unit
from sandbox.numbers import ZERO
from sandbox.talang.ast import Path, Value
from sandbox.talang.compile import Closure, Resolver
from sandbox.talang.errors import EvaluationError, MissingValueError, UnknownNameError

Read: TypeAlias = Callable[[Scope], Any]

# Where the objects that hold fields hang on a scope; any of them may be None.
_ROOTS = {
    "Session": "context.session",
    "Item": "unit.item",
    "Profile": "context.profile",
    "AdvocateProfile": "advocate",
    "Advocate": "advocate",
    "Coupon": "coupon",
    "Referral": "referral",
    "Store": "context.store",
    "Campaign": "campaign.definition",
    "Application": "context.application.settings",
    "Event": "context.request.event",
}

# Fields of the session that are always there, and numbers.
_TOTALS = frozenset(Totals._fields)

# Entity of the custom attributes under each root.
_ENTITIES = {
    "Session": "CustomerSession",
    "Item": "CartItem",
    "Profile": "CustomerProfile",
    "AdvocateProfile": "CustomerProfile",
    "Advocate": "CustomerProfile",
    "Coupon": "Coupon",
    "Referral": "Referral",
    "Store": "Store",
    "Campaign": "Campaign",
    "Application": "Application",
    "Event": "Event",
}

_PROFILE_FIELDS = {
    "IntegrationId": "integration_id",
    "ClosedSessionsCount": "closed_sessions",
    "ClosedSessions": "closed_sessions",
    "TotalSales": "total_sales",
    "Created": "created",
    "LastActivity": "last_activity",
}

# Fields that are read off the root object under another name than their own in CamelCase.
_FIELDS: dict[str, dict[str, str]] = {
    "Session": {
        "Total": "total",
        "CartTotal": "cart_item_total",
        "CartItemTotal": "cart_item_total",
        "AdditionalCostTotal": "additional_cost_total",
        "CartItemAdditionalCostTotal": "cart_item_additional_cost_total",
        "CouponCodes": "coupon_codes",
        "ReferralCode": "referral_code",
        "LoyaltyCards": "loyalty_cards",
        "Identifiers": "identifiers",
        "State": "state",
        "FirstSession": "first_session",
        "IntegrationId": "integration_id",
        "ProfileId": "profile_id",
        "StoreIntegrationId": "store_integration_id",
        "Created": "created",
        "Updated": "updated",
        "UpdateCount": "update_count",
        "ApplicationId": "application_id",
    },
    "Item": {
        "Price": "price",
        "SKU": "sku",
        "Sku": "sku",
        "Name": "name",
        "Category": "category",
        "Position": "position",
        "Weight": "weight",
        "Height": "height",
        "Width": "width",
        "Length": "length",
        "ReturnedQuantity": "returned_quantity",
        "RemainingQuantity": "remaining_quantity",
    },
    "Profile": _PROFILE_FIELDS,
    "AdvocateProfile": _PROFILE_FIELDS,
    "Advocate": _PROFILE_FIELDS,
    "Coupon": {
        "Value": "value",
        "UsageLimit": "usage_limit",
        "UsageCounter": "usage_counter",
        "DiscountLimit": "discount_limit",
        "DiscountCounter": "discount_counter",
        "StartDate": "start_date",
        "ExpiryDate": "expiry_date",
        "RecipientIntegrationId": "recipient_integration_id",
        "ReferralId": "referral_id",
        "BatchId": "batch_id",
        "Created": "created",
        "ReservationLimit": "reservation_limit",
        "ReservationCounter": "reservation_counter",
    },
    "Referral": {
        "Code": "code",
        "AdvocateProfileIntegrationId": "advocate_profile_integration_id",
        "FriendProfileIntegrationId": "friend_profile_integration_id",
        "UsageLimit": "usage_limit",
        "UsageCounter": "usage_counter",
        "StartDate": "start_date",
        "ExpiryDate": "expiry_date",
        "BatchId": "batch_id",
        "Created": "created",
    },
    "Store": {"IntegrationId": "integration_id", "Name": "name"},
    "Campaign": {
        "Id": "id",
        "Name": "name",
        "StartTime": "start_time",
        "EndTime": "end_time",
    },
    "Event": {},
    "Application": {"Name": "name", "Currency": "currency", "Timezone": "timezone"},
}

# Names that are computed.
_COMPUTED: dict[str, Read] = {
    "Session.CartItems": lambda scope: scope.context.units,
    "Session.DiscountedTotal": lambda scope: scope.context.remaining.session_total(),
    "Session.DiscountedCartTotal": lambda scope: scope.context.remaining.discounted_cart_total(),
    "Item.Quantity": lambda scope: Decimal(_unit(scope).quantity),
    "Item.DiscountedPrice": lambda scope: scope.context.remaining.price(_unit(scope)),
    "Item.MappedValue": lambda scope: _unit(scope).mapped,
    "Event.Type": lambda scope: scope.context.request.event_type,
    "Item.Product": lambda scope: _product(scope),
    "Item.Product.Name": lambda scope: _product(scope),
    "Coupon.DiscountRemainder": lambda scope: _discount_remainder(scope),
}

# What the amounts mean inside discount values of Applications with cascading discounts
# (decision E21): what earlier discounts left.
_CASCADING: dict[str, Read] = {
    "Session.Total": lambda scope: scope.context.remaining.session_total(),
    "Session.CartTotal": lambda scope: scope.context.remaining.cart_total(),
    "Session.CartItemTotal": lambda scope: scope.context.remaining.cart_total(),
    "Item.Price": lambda scope: scope.context.remaining.price(_unit(scope)),
}


def make_resolver(
    attributes: Collection[Attribute],
    zone: ZoneInfo,
    parameters: Mapping[str, Value],
    selectors: Mapping[str, Read],
    bundles: Mapping[str, Read],
    *,
    cascading: bool,
) -> Resolver:
    """Return the function that finds the reader of a path.

    `selectors` read a selector's result from a scope, `bundles` those of a bundle definition. With
    `cascading`, amounts are those that earlier discounts left.
    """
    times = {
        (attribute.entity, attribute.name) for attribute in attributes if attribute.type == "time"
    }

    def resolve(path: Path) -> Closure:
        text = str(path)
        root, *rest = path.names
        if not rest and root in parameters:
            value = parameters[root]
            return lambda scope: value
        if root in selectors:
            return _selector_reader(selectors[root], path)
        if cascading and text in _CASCADING:
            return _CASCADING[text]
        if text in _COMPUTED:
            return _present(_COMPUTED[text], text)
        if root == "Bundle" and len(rest) == 2 and rest[1] == "Count" and rest[0] in bundles:
            return _bundle_counter(bundles[rest[0]])
        if root not in _ROOTS:
            raise UnknownNameError(text)
        if rest[0:1] == ["Attributes"] and len(rest) == 2:
            is_time = (_ENTITIES[root], rest[1]) in times
            return _attribute_reader(root, rest[1], text, zone if is_time else None)
        if rest[0:1] == ["AdditionalCosts"] and root in ("Session", "Item"):
            return _cost_reader(root, path)
        if len(rest) != 1 or rest[0] not in _FIELDS[root]:
            raise UnknownNameError(text)
        return _field_reader(root, _FIELDS[root][rest[0]], text)

    return resolve


def selector_total(units: Value) -> Decimal:
    """Return the sum of the prices of selected units."""
    return sum([unit.amount for unit in selected_units(units)], ZERO)


def selected_units(value: Value) -> list[Unit]:
    """Return a selector's result as units; raises EvaluationError when it is something else.

    The steps of a selector keep lists of one kind, so the first member speaks for all.
    """
    if isinstance(value, Unit):
        return [value]
    if isinstance(value, list) and (not value or isinstance(value[0], Unit)):
        return value
    raise EvaluationError("The cart item filter does not give items")


def _selector_reader(read: Read, path: Path) -> Closure:
    match path.names[1:]:
        case ():
            return read
        case ("ItemCount",):
            return lambda scope: _pieces(selected_units(read(scope)))
        case ("TotalPrice",):
            return lambda scope: selector_total(read(scope))
    raise UnknownNameError(str(path))


def _pieces(units: list[Unit]) -> Decimal:
    """Return how many pieces units are; without flattening a unit is a line of several."""
    if not units or units[0].sub_position is not None:
        return Decimal(len(units))
    return Decimal(sum([unit.quantity for unit in units]))


def _bundle_counter(find: Read) -> Closure:
    return lambda scope: Decimal(len(find(scope)))


def _field_reader(root: str, field: str, text: str) -> Closure:
    get: Read = attrgetter(f"{_ROOTS[root]}.{field}")
    if root == "Session" and field in _TOTALS:
        return get

    def read(scope: Scope) -> Value:
        try:
            value = get(scope)
        except AttributeError:  # an object on the way is None
            value = None
        if value is None:
            raise MissingValueError(text)
        return Decimal(value) if type(value) is int else value

    return read


def _present(read: Read, text: str) -> Closure:
    def present(scope: Scope) -> Value:
        value: Value | None = read(scope)
        if value is None:
            raise MissingValueError(text)
        return value

    return present


def _attribute_reader(root: str, name: str, text: str, zone: ZoneInfo | None) -> Closure:
    get = attrgetter(f"{_ROOTS[root]}.attributes")

    def read(scope: Scope) -> Value:
        try:
            value = get(scope).get(name)
        except AttributeError:  # an object on the way is None
            value = None
        if value is None:
            raise MissingValueError(text)
        if type(value) is int:
            return Decimal(value)
        if isinstance(value, list):
            return [Decimal(member) if type(member) is int else member for member in value]
        if zone is not None:
            return to_time(value, zone)
        return value

    return read


def _cost_reader(root: str, path: Path) -> Closure:
    """Read ``AdditionalCosts.<name>``; a trailing ``.Price`` is accepted and means the same."""
    name = path.names[2] if len(path.names) > 2 else ""
    if path.names[3:] not in ((), ("Price",)):
        raise UnknownNameError(str(path))

    get = attrgetter(f"{_ROOTS[root]}.additional_costs")

    def read(scope: Scope) -> Value:
        try:
            cost = get(scope).get(name)
        except AttributeError:  # an object on the way is None
            cost = None
        if cost is None:
            raise MissingValueError(str(path))
        return cost.price

    return read


def _unit(scope: Scope) -> Unit:
    if scope.unit is None:
        raise EvaluationError("There is no item here")
    return scope.unit


def _product(scope: Scope) -> str | None:
    product = _unit(scope).item.product
    return product.name if product else None


def _discount_remainder(scope: Scope) -> Decimal | None:
    coupon = scope.coupon
    if coupon is None or coupon.discount_limit is None:
        return None
    return coupon.discount_limit - (coupon.discount_counter or ZERO)
