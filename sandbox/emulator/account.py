"""The account that every workspace stands for, and who made everything in it."""

ACCOUNT_ID = 1
USER_ID = 1
