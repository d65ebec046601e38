"""Find the pages that an answer mentions in its text, and correct them from the citations."""
