"""A draft as one parameter of an address: JSON, deflated, in letters that need no escaping.

A preset dictionary has the words of every draft, so that a cart of two lines takes some 150
characters. It belongs to the form `1`; another one needs another letter, or old links break.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from sandbox.errors import Fault, Refused
from sandbox.numbers import encode_json
from sandbox.shapes import convert, parse_json
from sandbox.workspace.updates import SessionUpdate

_FORM = "1"
_RAW = -15
_LEVEL = 9
# A cart of 1,000 lines with long names takes 200 kB.
MAX_UNPACKED = 1_000_000
_WORDS = (
    b'"experimentVariantAllocations":[],"loyaltyCards":[""],"identifiers":[""],"referralCode":"",'
    b'"storeIntegrationId":"","state":"open","evaluableCampaignIds":[],"weight":,"height":,"width":'
    b',"length":,"product":{"name":""},"attributes":{"shippingCity":""},"additionalCosts":{}},'
    b'"additionalCosts":{"giftWrap":{"price":},"shipping":{"price":4.9}},"attributes":{}}'
    b'{"profileId":"","couponCodes":[""],"cartItems":[{"sku":"","quantity":1,"price":,"name":"",'
    b'"category":""},{"sku":"'
)


def packed(draft: SessionUpdate) -> str:
    """Return a draft as text of letters, digits, “-” and “_”."""
    deflating = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=_WORDS)
    deflated = deflating.compress(encode_json(draft)) + deflating.flush()
    return _FORM + urlsafe_b64encode(deflated).decode().rstrip("=")


def unpacked(text: str) -> SessionUpdate:
    """Return the draft that `packed` made this text of. Raises Refused for anything else.

    Never takes more memory than `MAX_UNPACKED` bytes, whatever the text would grow to.
    """
    form, letters = text[:1], text[1:]
    if form != _FORM or not letters.isascii():
        raise _refusal("It does not begin as the carts of this app do")
    inflating = zlib.decompressobj(_RAW, zdict=_WORDS)
    try:
        deflated = urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
        body = inflating.decompress(deflated, MAX_UNPACKED)
    except (ValueError, zlib.error):
        raise _refusal("It is damaged") from None
    if inflating.unconsumed_tail:
        raise _refusal("It is too large")
    if not inflating.eof:
        raise _refusal("Its end is missing")
    return convert(parse_json(body), SessionUpdate)


def _refusal(details: str) -> Refused:
    return Refused([Fault("Invalid value", details, parameter="cart")])
