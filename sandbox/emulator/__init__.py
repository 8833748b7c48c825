"""The HTTP surface: Talon.One's API and the control API, over workspaces."""
