"""The names that rules read, as nouns: “the session total”, “the customer's city”.

Source: reference talang/entities.md, section 3; conformance README, section 2 (paths).
"""

from __future__ import annotations

from sandbox.rules.words.english import lower_first, quoted, shown
from sandbox.rules.words.formula import formula
from sandbox.rules.words.glossary import Glossary, Kind, Term
from sandbox.talang.ast import Path

# A field's noun and kind; “{}” stands for whose it is.
_Fields = dict[str, tuple[str, Kind]]

_SESSION: _Fields = {
    "Total": ("the session total", "money"),
    "CartTotal": ("the cart items total", "money"),
    "CartItemTotal": ("the cart items total", "money"),
    "AdditionalCostTotal": ("the total of the session's additional costs", "money"),
    "CartItemAdditionalCostTotal": ("the total of the items' additional costs", "money"),
    "DiscountedTotal": ("the session total after earlier discounts", "money"),
    "DiscountedCartTotal": ("the cart items total after earlier discounts", "money"),
    "CartItems": ("the cart items", "items"),
    "CouponCodes": ("{} coupon codes", "list"),
    "ReferralCode": ("{} referral code", "text"),
    "LoyaltyCards": ("{} loyalty cards", "list"),
    "Identifiers": ("{} identifiers", "list"),
    "State": ("{} state", "text"),
    "FirstSession": ("{} mark as the customer's first", "flag"),
    "IntegrationId": ("{} ID", "text"),
    "ProfileId": ("the customer's ID", "text"),
    "StoreIntegrationId": ("the store's ID", "text"),
    "Created": ("{} creation time", "time"),
    "Updated": ("{} time of the last update", "time"),
    "UpdateCount": ("{} number of updates", "number"),
    "ApplicationId": ("the Application's ID", "number"),
}
_ITEM: _Fields = {
    "Price": ("{} price", "money"),
    "DiscountedPrice": ("{} price after earlier discounts", "money"),
    "SKU": ("{} SKU", "text"),
    "Sku": ("{} SKU", "text"),
    "Name": ("{} name", "text"),
    "Category": ("{} category", "text"),
    "Product": ("{} product", "text"),
    "Quantity": ("{} quantity", "number"),
    "Position": ("{} position in the cart (from 0)", "number"),
    "Weight": ("{} weight", "number"),
    "Height": ("{} height", "number"),
    "Width": ("{} width", "number"),
    "Length": ("{} length", "number"),
    "ReturnedQuantity": ("{} returned quantity", "number"),
    "RemainingQuantity": ("{} remaining quantity", "number"),
    "MappedValue": ("{} value in the value map", "number"),
}
_PROFILE: _Fields = {
    "IntegrationId": ("{} ID", "text"),
    "ClosedSessions": ("{} number of closed sessions", "number"),
    "ClosedSessionsCount": ("{} number of closed sessions", "number"),
    "TotalSales": ("{} total spending", "money"),
    "Created": ("{} registration time", "time"),
    "LastActivity": ("{} last activity", "time"),
}
_CODE: _Fields = {
    "UsageLimit": ("{} usage limit", "number"),
    "UsageCounter": ("{} number of uses", "number"),
    "StartDate": ("{} start date", "time"),
    "ExpiryDate": ("{} expiry date", "time"),
    "Created": ("{} creation time", "time"),
}
_COUPON: _Fields = _CODE | {
    "Value": ("{} code", "text"),
    "DiscountLimit": ("{} discount limit", "money"),
    "DiscountCounter": ("{} discounts so far", "money"),
    "DiscountRemainder": ("{} remaining value", "money"),
    "RecipientIntegrationId": ("{} recipient", "text"),
    "ReferralId": ("{} referral", "number"),
    "BatchId": ("{} batch", "text"),
    "ReservationLimit": ("{} reservation limit", "number"),
    "ReservationCounter": ("{} number of reservations", "number"),
}
_REFERRAL: _Fields = _CODE | {
    "Code": ("{} code", "text"),
    "AdvocateProfileIntegrationId": ("the advocate's ID", "text"),
    "FriendProfileIntegrationId": ("{} friend", "text"),
}

# Under each root: whose the fields are, the entity of its custom attributes, its fields.
_ROOTS: dict[str, tuple[str, str, _Fields]] = {
    "Session": ("the session's", "CustomerSession", _SESSION),
    "Item": ("", "CartItem", _ITEM),
    "Profile": ("the customer's", "CustomerProfile", _PROFILE),
    "AdvocateProfile": ("the advocate's", "CustomerProfile", _PROFILE),
    "Advocate": ("the advocate's", "CustomerProfile", _PROFILE),
    "Coupon": ("the coupon's", "Coupon", _COUPON),
    "Referral": ("the referral's", "Referral", _REFERRAL),
    "Store": (
        "the store's",
        "Store",
        {"IntegrationId": ("{} ID", "text"), "Name": ("{} name", "text")},
    ),
    "Campaign": (
        "the campaign's",
        "Campaign",
        {
            "Id": ("{} ID", "number"),
            "Name": ("{} name", "text"),
            "StartTime": ("{} start", "time"),
            "EndTime": ("{} end", "time"),
        },
    ),
    "Application": (
        "the Application's",
        "Application",
        {
            "Name": ("{} name", "text"),
            "Currency": ("{} currency", "text"),
            "Timezone": ("{} time zone", "text"),
        },
    ),
    "Event": (
        "the event's",
        "Event",
        {"Type": ("{} type", "text"), "Created": ("{} time", "time")},
    ),
}

# Amounts that earlier discounts have made smaller, inside discount values (decision E21).
_REMAINING = {
    "Session.Total": "the remaining session total",
    "Session.CartTotal": "the remaining cart items total",
    "Session.CartItemTotal": "the remaining cart items total",
    "Item.Price": "{} remaining price",
}

_PLURAL = frozenset({"CouponCodes", "LoyaltyCards", "Identifiers", "CartItems", "DiscountCounter"})

_TYPES: dict[str, Kind] = {
    "string": "text",
    "number": "number",
    "boolean": "flag",
    "time": "time",
}


def noun(path: Path, glossary: Glossary) -> Term:
    """Return what a path reads as a noun; a name without words stands in brackets."""
    root, *rest = path.names
    if root in glossary.selections:
        return _selection(path, glossary)
    if root == "Loyalty" and len(rest) in (2, 3):
        return _loyalty(path, rest, glossary)
    if root == "Bundle" and len(rest) == 2 and rest[1] == "Count":
        return Term(f"the number of bundles {quoted(rest[0])}", "number")
    if root not in _ROOTS:
        return Term(formula(path))
    owner, entity, fields = _ROOTS[root]
    owner = owner or glossary.owner
    match rest:
        case ["Attributes", name]:
            return _attribute(owner, entity, name, glossary)
        case ["AdditionalCosts", name] | ["AdditionalCosts", name, "Price"] if root in (
            "Session",
            "Item",
        ):
            whose = glossary.owner if root == "Item" else "the"
            return Term(f"{whose} additional cost {shown(glossary.cost(name))}", "money")
        case ["Product", "Name"] if root == "Item":
            return Term(f"{owner} product", "text")
        case [name] if name in fields:
            words, kind = fields[name]
            if glossary.remaining:
                words = _REMAINING.get(str(path), words)
            return Term(words.format(owner), kind, plural=name in _PLURAL)
    return Term(formula(path))


def is_of_item(path: Path, glossary: Glossary) -> bool:
    """Tell whether a path reads a field of one item, and has words."""
    if path.names[0] != "Item" or "Item" in glossary.selections:
        return False
    return not noun(path, glossary).text.startswith("[")


def may_be_missing(path: Path, glossary: Glossary) -> bool:
    """Tell whether what a path reads may have no value in some session."""
    root, *rest = path.names
    if root in glossary.selections or root == "Bundle":
        return False
    if rest[:1] in (["Attributes"], ["AdditionalCosts"]):
        return True
    match root, rest:
        case ("Session", [_]) | ("Item", ["Price" | "SKU" | "Sku" | "Quantity" | "Position"]):
            return False
    return root in _ROOTS


def kind_of_type(attribute_type: str) -> Kind:
    """Return the kind of a custom attribute's type."""
    if attribute_type.startswith("(list"):
        return "list"
    return _TYPES.get(attribute_type, "unknown")


def attribute_title(entity: str, name: str, glossary: Glossary) -> str:
    """Return a custom attribute's title as it stands in a sentence, or its API name."""
    attribute = glossary.attribute(entity, name)
    return lower_first(attribute.title) if attribute and attribute.title else name


def _attribute(owner: str, entity: str, name: str, glossary: Glossary) -> Term:
    attribute = glossary.attribute(entity, name)
    kind = kind_of_type(attribute.type) if attribute else "unknown"
    title = attribute_title(entity, name, glossary)
    return Term(f"{owner} {title}", kind, plural=kind == "list" and title.endswith("s"))


def _selection(path: Path, glossary: Glossary) -> Term:
    selection = glossary.selections[path.names[0]]
    match path.names[1:]:
        case ():
            return Term(selection.text, selection.kind, plural=selection.plural)
        case ("ItemCount",):
            return Term(f"the number of {selection.text}", "number")
        case ("TotalPrice",):
            return Term(f"the total price of {selection.text}", "money")
    return Term(formula(path))


def _loyalty(path: Path, rest: list[str], glossary: Glossary) -> Term:
    program, *subledger, field = rest
    titles = (*subledger, glossary.vocabulary.programs.get(program, program))
    place = " of ".join(quoted(title) for title in titles)
    match field:
        case "Balance":
            return Term(f"the customer's points in {place}", "number", plural=True)
        case "Tier":
            return Term(f"the customer's tier in {place}", "text")
    return Term(formula(path))
