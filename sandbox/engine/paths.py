"""The names that rules can read, and how each is read.

Source: conformance README, section 2 (paths), and talang/entities.md, section 3. Custom attributes
stand under ``Attributes`` with their own spelling. A name that is known but has no value raises
MissingValueError when it is read; an unknown one raises UnknownNameError when a rule is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from sandbox.engine.definitions import Attribute
from sandbox.engine.model import CustomerSession
from sandbox.engine.readers import read_attribute, read_cost, read_field
from sandbox.engine.scope import Scope
from sandbox.engine.totals import Totals
from sandbox.engine.units import Unit
from sandbox.numbers import ZERO
from sandbox.rules.v1.terms import ITEM_COUNT, TOTAL_PRICE
from sandbox.talang.ast import Path, Value
from sandbox.talang.compile import Closure, Resolver
from sandbox.talang.errors import EvaluationError, MissingValueError, UnknownNameError

Read: TypeAlias = Callable[[Scope], Any]

# Return units, in the order in which a block is for them.
FindUnits: TypeAlias = Callable[[Scope], list[Unit]]

# Where the objects that hold fields hang on a scope; any of them may be None.
_ROOTS = {
    "Session": "context.shown",
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

# Roots whose attributes are also read without ``Attributes``: nobody knows where the built-in ones
# of a profile stand, such as its name (talang/entities.md, section 3).
_PROFILES = ("Profile", "AdvocateProfile", "Advocate")

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

ITEM_FIELDS = {
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
    "CatalogItemId": "catalog_item_id",
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
    "Item": ITEM_FIELDS,
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
    "Store": {"IntegrationId": "integration_id", "Name": "name", "Description": "description"},
    "Campaign": {
        "Id": "id",
        "Name": "name",
        "StartTime": "start_time",
        "EndTime": "end_time",
    },
    "Event": {},
    "Application": {"Name": "name", "Currency": "currency", "Timezone": "timezone"},
}


def read_cart(scope: Scope) -> list[Unit]:
    return scope.context.units


# Names that are computed and always have a value.
_COMPUTED: dict[str, Read] = {
    "Session.CartItems": read_cart,
    "Session.DiscountedTotal": lambda scope: scope.context.remaining.session_total(),
    "Session.DiscountedCartTotal": lambda scope: scope.context.remaining.discounted_cart_total(),
    "Item.Quantity": lambda scope: Decimal(_unit(scope).quantity),
    "Item.DiscountedPrice": lambda scope: scope.context.remaining.price(_unit(scope)),
}

# Names that are computed, None where they have no value.
_OPTIONAL: dict[str, Read] = {
    "Item.MappedValue": lambda scope: _unit(scope).mapped,
    "Event.Type": lambda scope: scope.context.request.event_type,
    "Event.Created": lambda scope: scope.context.now,
    "Event.SessionId": lambda scope: _session_id(scope),
    "Item.Product": lambda scope: _product(scope),
    "Item.Product.Name": lambda scope: _product(scope),
    "Coupon.DiscountRemainder": lambda scope: _discount_remainder(scope),
}

# The two numbers that V1 has for every cart item filter, by the endings of their names.
DERIVED = {ITEM_COUNT: "ItemCount", TOTAL_PRICE: "TotalPrice"}

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
    selectors: Mapping[str, Selection],
    bundles: Mapping[str, Read],
    *,
    loyalty: Resolver,
    cascading: bool,
) -> Resolver:
    """Return the function that finds the reader of a path.

    `selectors` are cart item filters, `bundles` read those of a bundle definition from a scope,
    `loyalty` finds the readers below ``$Loyalty``. With `cascading`, amounts are those that earlier
    discounts left.
    """
    types: dict[tuple[str, str], str] = {
        (attribute.entity, attribute.name): attribute.type for attribute in attributes
    }

    def attribute(root: str, name: str, path: str) -> Closure:
        is_time = types.get((_ENTITIES[root], name)) == "time"
        get = attrgetter(f"{_ROOTS[root]}.attributes")
        return read_attribute(get, name, path, zone if is_time else None)

    def resolve(path: Path) -> Closure:
        root, *rest = path.names
        if not rest and root in parameters:
            value = parameters[root]
            return lambda scope: value
        if root in selectors:
            return _selector_reader(selectors[root], path, built_in)
        return built_in(path)

    def built_in(path: Path) -> Closure:
        text = str(path)
        root, *rest = path.names
        if cascading and text in _CASCADING:
            return _CASCADING[text]
        if text in _COMPUTED:
            return _COMPUTED[text]
        if text in _OPTIONAL:
            return _present(_OPTIONAL[text], text)
        if root == "Bundle" and len(rest) == 2 and rest[1] == "Count" and rest[0] in bundles:
            return _bundle_counter(bundles[rest[0]])
        if root == "Loyalty":
            return loyalty(path)
        if not rest and root in bundles:
            return bundles[root]
        if not rest and root.endswith(tuple(DERIVED)):
            return _derived_reader(root, selectors, built_in)
        if root not in _ROOTS:
            raise UnknownNameError(text)
        if rest[0:1] == ["Attributes"] and len(rest) == 2:
            return attribute(root, rest[1], text)
        if rest[0:1] == ["AdditionalCosts"] and root in ("Session", "Item"):
            return read_cost(attrgetter(f"{_ROOTS[root]}.additional_costs"), path)
        if len(rest) != 1:
            raise UnknownNameError(text)
        if rest[0] not in _FIELDS[root]:
            if root in _PROFILES and (_ENTITIES[root], rest[0]) in types:
                return attribute(root, rest[0], text)
            raise UnknownNameError(text)
        field = _FIELDS[root][rest[0]]
        get = attrgetter(f"{_ROOTS[root]}.{field}")
        return get if root == "Session" and field in _TOTALS else read_field(get, text)

    return resolve


class Selection(NamedTuple):
    """A compiled cart item filter.

    `read` gives its result; `gives_units` tells that this can only be a list of units.
    """

    read: Read
    gives_units: bool

    @property
    def units(self) -> FindUnits:
        """What finds its result as units; raises EvaluationError when it is something else."""
        if self.gives_units:
            return self.read
        return lambda scope: selected_units(self.read(scope))


def selected_units(value: Value) -> list[Unit]:
    """Return a selector's result as units; raises EvaluationError when it is something else.

    The steps of a selector keep lists of one kind, so the first member speaks for all.
    """
    if isinstance(value, list):
        if not value or isinstance(value[0], Unit):
            return value
    elif isinstance(value, Unit):
        return [value]
    raise EvaluationError("The cart item filter does not give items")


def _selector_reader(selection: Selection, path: Path, resolve: Resolver) -> Closure:
    """Read a filter's result, its two numbers, or a field of the one item that it gives (S152).

    `resolve` finds fields of items. Raises UnknownNameError.
    """
    find_units = selection.units
    match path.names[1:]:
        case ():
            return selection.read
        case ("ItemCount",):
            return _pieces(find_units)
        case ("TotalPrice",):
            return lambda scope: sum([unit.amount for unit in find_units(scope)], ZERO)
        case rest:
            try:
                field = resolve(Path(("Item", *rest)))
            except UnknownNameError:
                raise UnknownNameError(str(path)) from None
            return _field_of_item(selection.read, str(path), field)


def _field_of_item(read: Read, text: str, field: Closure) -> Closure:
    def read_field(scope: Scope) -> Value:
        unit = read(scope)
        if not isinstance(unit, Unit):
            raise EvaluationError(f"${text} needs a cart item filter that gives one item")
        outer, scope.unit = scope.unit, unit
        try:
            return field(scope)
        finally:
            scope.unit = outer

    return read_field


def _derived_reader(name: str, selectors: Mapping[str, Selection], resolve: Resolver) -> Closure:
    """Read what every filter offers in V1: ``<name> item count``, ``<name> total price``."""
    for ending, field in DERIVED.items():
        selector = name.removesuffix(ending)
        if selector != name and selector in selectors:
            return _selector_reader(selectors[selector], Path((selector, field)), resolve)
    raise UnknownNameError(name)


def _pieces(find_units: FindUnits) -> Closure:
    """Return what counts the pieces of units; without flattening a unit is a line of several."""

    def count(scope: Scope) -> Value:
        units = find_units(scope)
        if not units or units[0].sub_position is not None:
            return Decimal(len(units))
        return Decimal(sum([unit.quantity for unit in units]))

    return count


def _bundle_counter(find: Read) -> Closure:
    return lambda scope: Decimal(len(find(scope)))


def _present(read: Read, text: str) -> Closure:
    def present(scope: Scope) -> Value:
        value: Value | None = read(scope)
        if value is None:
            raise MissingValueError(text)
        return value

    return present


def _unit(scope: Scope) -> Unit:
    if scope.unit is None:
        raise EvaluationError("There is no item here")
    return scope.unit


def _session_id(scope: Scope) -> str | None:
    """Return the id of the event's session; without one, None."""
    shown = scope.context.shown
    return shown.integration_id if isinstance(shown, CustomerSession) else None


def _product(scope: Scope) -> str | None:
    product = _unit(scope).item.product
    return product.name if product else None


def _discount_remainder(scope: Scope) -> Decimal | None:
    coupon = scope.coupon
    if coupon is None or coupon.discount_limit is None:
        return None
    return coupon.discount_limit - (coupon.discount_counter or ZERO)
