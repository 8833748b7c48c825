"""Rows of a spreadsheet, pasted as text, read as cart lines.

Cells are separated by tabs, semicolons or commas. A first row of column names may come in any
order; without one the columns are item, quantity, price, category, SKU. What a row leaves out, the
catalog says, if it knows the SKU or the item's name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import StringIO

from msgspec.structs import replace

from sandbox.errors import Fault, Refused
from sandbox.numbers import to_number
from sandbox.workspace.updates import CartItemUpdate

COLUMNS = ("item", "quantity", "price", "category", "sku")
MAX_ROWS = 1000
_NAMES = {
    "item": "item",
    "name": "item",
    "product": "item",
    "productname": "item",
    "title": "item",
    "quantity": "quantity",
    "qty": "quantity",
    "count": "quantity",
    "pieces": "quantity",
    "price": "price",
    "unitprice": "price",
    "category": "category",
    "sku": "sku",
    "id": "sku",
    "articlenumber": "sku",
}
_QUANTITY = re.compile(r"\d{1,9}")
_PRICE = re.compile(r"[+-]?\d+(?:\.\d+)?")
# A currency before or after, and spaces or apostrophes between thousands.
_AROUND_DIGITS = re.compile(
    r"^[^\d,.+\N{MINUS SIGN}-]+|[^\d,.]+$"
    r"|(?<=\d)[\s'\N{RIGHT SINGLE QUOTATION MARK}](?=\d{3})"
)
# Three digits after the only comma: thousands to some, a fraction to others.
_AMBIGUOUS = re.compile(r"\d{1,3},\d{3}")


def read_rows(text: str, catalog: Mapping[str, CartItemUpdate]) -> list[CartItemUpdate]:
    """Return the lines of pasted text. Raises Refused with every fault, each naming its row.

    A row's quantity is 1 where there is no such cell. Rows are numbered as in the text, from 1.
    """
    rows = _cells(text)
    if not rows:
        raise Refused([Fault("Missing", "There is no row to read")])
    if len(rows) > MAX_ROWS + 1:
        details = f"At most {MAX_ROWS} rows are allowed, these are {len(rows)}"
        raise Refused([Fault("Too many", details)])
    columns, is_header = _columns(rows[0][1])
    by_name = {item.name.casefold(): item for item in catalog.values() if item.name}
    lines: list[CartItemUpdate] = []
    faults: list[Fault] = []
    for number, cells in rows[1:] if is_header else rows:
        reading = _Row(number, dict(zip(columns, cells, strict=False)), faults)
        extra = [cell for cell in cells[len(columns) :] if cell]
        if extra:
            reading.refuse(f"there is no column for “{extra[0]}”")
        line = reading.line(catalog, by_name)
        if line is not None:
            lines.append(line)
    if not lines and not faults:
        faults.append(Fault("Missing", "There is no row below the column names"))
    if faults:
        raise Refused(faults)
    return lines


def _cells(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with its number."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((one for one in "\t;," if one in first), "\t")
    read = csv.reader(StringIO(text.strip("\r\n"), newline=""), delimiter=separator)
    try:
        rows = [(number, [cell.strip() for cell in cells]) for number, cells in enumerate(read, 1)]
    except csv.Error as error:
        raise Refused([Fault("Invalid value", f"These rows cannot be read: {error}")]) from None
    return [(number, cells) for number, cells in rows if any(cells)]


def _columns(cells: Sequence[str]) -> tuple[Sequence[str | None], bool]:
    """Return which column each cell of a row belongs to, and whether the first row says so."""
    known = [_NAMES.get(re.sub(r"[^a-z]", "", cell.casefold())) for cell in cells]
    names = [name for name in known if name is not None]
    # One word alone may be an item that is called like a column, and names have no digits.
    is_header = (len(names) > 1 or (len(cells) == 1 and bool(names))) and not any(
        letter.isdigit() for cell in cells for letter in cell
    )
    if not is_header:
        return COLUMNS, False
    doubled = {name for name in names if names.count(name) > 1}
    unknown = [cell for cell, name in zip(cells, known, strict=True) if cell and name is None]
    faults = [
        Fault("Unknown", f"Row 1: there is no column “{cell}”; there are {', '.join(COLUMNS)}")
        for cell in unknown
    ]
    faults += [Fault("Invalid value", f"Row 1: two columns are “{one}”") for one in sorted(doubled)]
    if faults:
        raise Refused(faults)
    return known, True


class _Row:
    """One row being read; what is wrong with it is added to `faults`."""

    def __init__(self, number: int, cells: Mapping[str | None, str], faults: list[Fault]) -> None:
        self._number = number
        self._cells = cells
        self._faults = faults

    def refuse(self, details: str) -> None:
        self._faults.append(Fault("Invalid value", f"Row {self._number}: {details}"))

    def line(
        self, catalog: Mapping[str, CartItemUpdate], by_name: Mapping[str, CartItemUpdate]
    ) -> CartItemUpdate | None:
        name, sku = self._cells.get("item", ""), self._cells.get("sku", "")
        known = catalog.get(sku or name) or by_name.get(name.casefold())
        if not name and not sku:
            self.refuse("there is no item and no SKU")
        quantity = self._quantity(self._cells.get("quantity", ""))
        price = self._price(self._cells.get("price", ""))
        if price is None and known is not None:
            price = known.price
        if price is None and not self._cells.get("price"):
            self.refuse("there is no price, and the catalog does not know the item")
        if quantity is None or price is None or not (name or sku):
            return None
        if known is not None:
            sku, name = sku or known.sku, (known.name or name) if name in ("", known.sku) else name
        base = known or CartItemUpdate(sku=sku or name, quantity=1)
        return replace(
            base,
            sku=sku or name,
            quantity=quantity,
            price=price,
            name=name or None,
            category=self._cells.get("category") or base.category,
        )

    def _quantity(self, text: str) -> int | None:
        if not text:
            return 1
        whole = re.sub(r"[.,]0+$", "", text)
        if not _QUANTITY.fullmatch(whole) or int(whole) < 1:
            self.refuse(f"the quantity “{text}” is no whole number from 1 on")
            return None
        return int(whole)

    def _price(self, text: str) -> Decimal | None:
        if not text:
            return None
        digits = _AROUND_DIGITS.sub("", text)
        digits = digits.replace("\N{MINUS SIGN}", "-").strip()
        if _AMBIGUOUS.fullmatch(digits.lstrip("+-")):
            plain = digits.replace(",", "")
            self.refuse(
                f"the price “{text}” may be {plain} or {digits.replace(',', '.')}: write which"
            )
            return None
        if digits.rfind(",") > digits.rfind("."):
            digits = digits.replace(".", "").replace(",", ".", digits.count(",") == 1)
        digits = digits.replace(",", "")
        if not _PRICE.fullmatch(digits):
            self.refuse(f"the price “{text}” is no amount")
            return None
        try:
            return to_number(Decimal(digits))
        except ValueError:
            self.refuse(f"the price “{text}” has too many digits")
            return None
