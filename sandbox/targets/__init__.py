"""Talon.One as a target: the official SDK behind one small interface.

The only importer of `talon_one`, which takes seconds to import; importing this package does not.
"""


def warm_up() -> None:
    """Import the SDK now, so that the first call does not wait for it."""
    import sandbox.targets.target  # noqa: F401
