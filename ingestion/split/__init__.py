"""Text to sentences, sentences to chunks."""
