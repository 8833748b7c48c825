"""Achievements: how far customers have come, and what rules do with it."""
