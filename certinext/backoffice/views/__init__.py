"""Pages of the backoffice, one room a module."""
