"""What every guard of a tenant's schema refuses: named cases, tried as the database's owner."""
