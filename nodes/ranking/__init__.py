"""Score sentences: by words, by a random walk over blocks of text, and whether they define something."""
