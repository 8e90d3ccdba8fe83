"""Reading the platform's reports: rows in, what became of each of them out.

Good rows go in and bad ones are reported; no row is ever half-written. Files are read in one pass
and written in batches, so that memory does not grow with the file.
"""
