"""HTML in, PDF bytes out. Knows documents' style sheets and fonts, but no document."""
