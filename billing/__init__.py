"""Accounts, prices, charges, documents and the arithmetic of money, tax and periods."""
