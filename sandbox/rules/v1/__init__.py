"""Rulesets of version 1, and Talang inside those of version 2, lowered into the model of rules.

A block of V2 says exactly what the Talang means, or the Talang stays, as `Passthrough` or
`PassthroughEffect`. Source: talang.md, sections 4.3, 6, 7 and 8; rulebuilder-mapping.md.
"""
