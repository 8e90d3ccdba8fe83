"""Whether a PDF is an unaltered document of this seller: a question that anybody may ask."""
