"""Statements of the seller's bank: reading them, and finding the payments in them."""
