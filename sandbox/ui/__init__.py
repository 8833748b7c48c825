"""Streamlit pieces that pages share."""

from importlib import import_module

_IMPORTED_BY_PAGES = (
    "cart.address",
    "cart.json_box",
    "details",
    "editor",
    "presenter",
    "price_strip",
    "resend",
    "share",
)


def warm_up() -> None:
    """Import now what pages import, the SDK and pandas with it, so that no visitor waits for it."""
    for name in _IMPORTED_BY_PAGES:
        import_module(f"{__name__}.{name}")
