"""Exports: small files at once, large ones by a worker, for the person who asked."""
