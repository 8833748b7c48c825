"""The vendor's Management API: what tools, and this app, need of it."""
