"""Cypher: the tokeniser and the firewall."""
