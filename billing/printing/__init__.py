"""What stands on an issued document: from its frozen rows to the template's context.

Everything printed comes from the document, its lines and taxes, and its snapshots; nothing is
looked up anew, so that printing again years later gives the same page.
"""
