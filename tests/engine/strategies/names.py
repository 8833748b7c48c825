"""What generated rules say: names of everything that they can read, formulas, templates."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.engine.strategies.values import composite


class Names:
    """Names that rules can read, by the kind of value that they give when there is one."""

    def __init__(self, **of_kind: Iterable[str]) -> None:
        self.of_kind = {kind: list(names) for kind, names in of_kind.items()}
        self._drawn = {kind: st.sampled_from(names) for kind, names in self.of_kind.items()}

    def giving(self, kind: str) -> st.SearchStrategy[str]:
        return self._drawn[kind]

    def without(self, *parts: str) -> Names:
        """Return the names in which none of these parts stands."""
        return Names(
            **{
                kind: [name for name in names if not any(part in name for part in parts)]
                for kind, names in self.of_kind.items()
            }
        )


def _with_attributes(roots: Iterable[str], of_kind: dict[str, list[str]]) -> Names:
    """Add the custom attributes of each root; a root may stand there more than once."""
    names = {
        "number": ["num"],
        "text": ["text"],
        "flag": ["flag"],
        "time": ["time"],
        "list": ["texts", "nums", "times", "place"],
    }
    return Names(
        **{
            kind: of_kind.get(kind, [])
            + [f"${root}.Attributes.{name}" for root in roots for name in names[kind]]
            for kind in names
        }
    )


# The names of filters, bundles and parameters are those of `selectors` and `applications`.
SESSION = _with_attributes(
    (
        *("Session", "Profile", "Session", "Campaign", "Store", "Coupon", "Event"),
        *("AdvocateProfile", "Referral"),
    ),
    {
        "number": [
            "$Session.Total",
            "$Session.CartTotal",
            "$Session.CartItemTotal",
            "$Session.AdditionalCostTotal",
            "$Session.CartItemAdditionalCostTotal",
            "$Session.DiscountedTotal",
            "$Session.DiscountedCartTotal",
            "$Session.UpdateCount",
            "$Session.AdditionalCosts.shipping",
            "$Session.AdditionalCosts.fee.Price",
            "$Profile.TotalSales",
            "$Profile.ClosedSessionsCount",
            "$Coupon.UsageCounter",
            "$Coupon.UsageLimit",
            "$Coupon.DiscountRemainder",
            "$AdvocateProfile.TotalSales",
            "$Referral.UsageCounter",
            "$Campaign.Id",
            "$list.ItemCount",
            "$list.TotalPrice",
            "$other.TotalPrice",
            "$anything",
            "$anything.ItemCount",
            "$shared.ItemCount",
            "$Bundle.pair.Count",
            "$Bundle.set.Count",
            "$threshold",
        ],
        "text": [
            "$Session.IntegrationId",
            "$Session.ProfileId",
            "$Session.State",
            "$Session.ReferralCode",
            "$Session.StoreIntegrationId",
            "$Profile.IntegrationId",
            "$Coupon.Value",
            "$Coupon.RecipientIntegrationId",
            "$Advocate.IntegrationId",
            "$Referral.Code",
            "$Store.Name",
            "$Campaign.Name",
            "$Application.Currency",
            "$Event.Type",
            "$word",
        ],
        "flag": ["$Session.FirstSession"],
        "time": [
            "$Session.Created",
            "$Profile.Created",
            "$Profile.LastActivity",
            "$Coupon.StartDate",
            "$Coupon.ExpiryDate",
            "$Campaign.StartTime",
        ],
        "list": [
            "$Session.CartItems",
            "$Session.CouponCodes",
            "$Session.Identifiers",
            "$Session.LoyaltyCards",
            "$list",
            "$anything",
        ],
    },
)
_OF_ITEMS = _with_attributes(
    ["Item"],
    {
        "number": [
            "$Item.Price",
            "$Item.Quantity",
            "$Item.Position",
            "$Item.DiscountedPrice",
            "$Item.MappedValue",
            "$Item.Weight",
            "$Item.RemainingQuantity",
            "$Item.AdditionalCosts.wrap",
        ],
        "text": ["$Item.SKU", "$Item.Category", "$Item.Name", "$Item.Product.Name"],
    },
)
# Where there is an item, mostly its own names are read.
ITEM = Names(
    **{kind: names * 3 + SESSION.of_kind[kind] for kind, names in _OF_ITEMS.of_kind.items()}
)


_literals = st.sampled_from(["1", "2", "0", "0.5", "100", "10%", "33%", "-3", "7.77"])
_operators = st.sampled_from(["*", "+", "-", "/"])
_functions = st.sampled_from(["ROUND", "ROUND_UP", "ROUND_DOWN", "MIN", "MAX", "ABS"])


@composite
def formulas(draw: st.DrawFn, names: Names = SESSION) -> str:
    """Return a template that mostly gives a number; some fail, divide by zero, give something else
    or cannot be compiled."""
    return "{{" + draw(_terms(names, 2)) + "}}"


_shapes = st.sampled_from(["path", "literal", "path", "function", "sum", "sum", "list", "product"])
_odd_functions = st.sampled_from(["MIN", "MAX", *["MIN", "MAX"] * 3, "CONCAT", "NO_SUCH", "MIN"])


@composite
def _terms(draw: st.DrawFn, names: Names, depth: int) -> str:
    shape = draw(_shapes)
    if shape == "path" or not depth:
        return draw(names.giving("number"))
    if shape == "literal":
        return draw(_literals)
    left = draw(_terms(names, depth - 1))
    if shape == "function":
        return f"{draw(_functions)}({left})"
    right = draw(_terms(names, 0) if shape == "product" else _literals)
    if shape == "list":
        return f"{draw(_odd_functions)}({left}, {right})"
    return f"({left} {draw(_operators)} {right})"


# Fields that are no formula alone: a text, or a text with formulas in it.
titles = st.sampled_from(
    [
        *["off"] * 8,
        "You save {{$Session.Total * 10%}}",
        "{{$word}}",
        "{{$Profile.Attributes.text}}",
        "",
        "{{$Campaign.Name}}: {{$list.ItemCount}}",
    ]
)
_constants = [5, 1, 10, "5", Decimal("0.005"), Decimal("3.33"), 5, 0, 2, 100, -1, 3, 10, "12.5"]
_percentages = ["{{$Session.Total * 10%}}", "{{$Session.CartTotal / 3}}", "{{$Item.Price * 15%}}"]
# Of odd prices, a number that no request could bring.
_squares = ["{{$Session.Total * $Session.Total * $Session.Total}}"]
_some_amounts = st.sampled_from([*_constants, *["formula"] * 5, *_percentages, *_squares])


@composite
def amounts(draw: st.DrawFn, names: Names = SESSION) -> Any:
    """Return a number as rules write it: a number, a text that is one, or a formula."""
    amount = draw(_some_amounts)
    return draw(formulas(names)) if amount == "formula" else amount
