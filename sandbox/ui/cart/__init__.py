"""The pieces of the Workbench's left side: what a draft is made of, each with its widgets."""
