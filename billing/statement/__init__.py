"""The statement of an account: what was charged, what came in, and how the balance came about."""
