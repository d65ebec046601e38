"""Pages that an answer names: found, mended from the citations, and shown as images."""
