"""Names of a question to entities of the graph: spans, spellings, homonyms, and names that no document knows."""
