"""Tenants: one seller, one host name, one PostgreSQL schema."""
