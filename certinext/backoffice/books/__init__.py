"""The books of a period: registers, filings and summaries, as pages, CSV and workbooks."""
