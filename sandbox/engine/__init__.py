"""Evaluation: which effects a session gets, and why. Pure functions over immutable values."""
