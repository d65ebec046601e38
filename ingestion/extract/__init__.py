"""Extractors: a passage to mentions, claims and aliases."""
