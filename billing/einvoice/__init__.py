"""Electronic invoices: one neutral document, the formats that are made of it, and their rules.

`from_document` and `gst_document` read what was frozen at issue; everything else is pure: a
document of the same facts gives the same bytes.
"""
