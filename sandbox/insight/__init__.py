"""What people want to know about an answer. Reads wire shapes only; pure."""
