"""Cypher: tokeniser, a parser for reading clauses, the firewall, and mechanical repairs."""
