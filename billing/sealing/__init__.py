"""Sealing documents: the seller's key, and the seal on each stored file."""
