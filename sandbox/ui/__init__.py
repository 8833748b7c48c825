"""Streamlit pieces that pages share."""


def warm_up() -> None:
    """Import now what pages import, the SDK and pandas with it, so that no visitor waits for it."""
    import sandbox.ui.cart.address
    import sandbox.ui.cart.json_box
    import sandbox.ui.details
    import sandbox.ui.editor
    import sandbox.ui.presenter
    import sandbox.ui.price_strip
    import sandbox.ui.resend
    import sandbox.ui.share  # noqa: F401  # loading it is all
