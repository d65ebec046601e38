"""What orders sentences: their words, a random walk over blocks of text, and whether they define what is asked for."""
