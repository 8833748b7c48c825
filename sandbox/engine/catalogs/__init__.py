"""Cart item catalogs: items, their prices over time, and the actions that keep them in step."""
