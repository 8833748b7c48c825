"""Rules in plain words: every block of a ruleset as an English sentence that a marketer reads.

The law of this package: a sentence says exactly what is evaluated. What has no sentence shows its
expression, as the Rule Builder writes it, and never a wrong sentence.
"""
