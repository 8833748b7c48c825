"""Loyalty programs: the maths of points and tiers (`accounts`), and what rules do with it."""
