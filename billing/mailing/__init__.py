"""E-mails that the portal sends by itself: each at most once, in the reader's language."""
