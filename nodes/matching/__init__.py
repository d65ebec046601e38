"""Match the names in a question to entities: candidate spans, spellings, homonyms, unknown names."""
