"""Cypher: the tokeniser, a parser for what reads, the firewall, and mechanical mends."""
