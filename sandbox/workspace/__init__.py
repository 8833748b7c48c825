"""Workspaces: one Application each, with its keys, data and clock."""
