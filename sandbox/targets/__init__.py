"""Talon.One as a target: the official SDK behind one small interface.

The only importer of `talon_one`, which takes seconds to import; importing this package does not.
"""
