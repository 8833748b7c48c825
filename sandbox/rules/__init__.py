"""The ruleset: blocks, selectors and templates, as the Management API publishes them."""
