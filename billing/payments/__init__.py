"""Money in, money back, money taken from credits: from the first click to ledger and receipt."""
