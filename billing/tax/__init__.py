"""Which tax a supply bears, and the totals of a document. Knows no Django and no clock."""
