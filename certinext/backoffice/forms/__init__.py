"""Forms of the backoffice."""
