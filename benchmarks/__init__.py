"""Measurements, side by side in one run: medians, and ratios to a reference of the same run."""
