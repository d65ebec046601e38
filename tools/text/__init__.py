"""Words, names and languages."""
