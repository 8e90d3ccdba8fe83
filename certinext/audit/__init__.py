"""Append-only trail: who did what, on which object, when, from which address, in which request."""
