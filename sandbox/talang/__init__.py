"""The expression language of rules. Knows values and functions, nothing of promotions."""
